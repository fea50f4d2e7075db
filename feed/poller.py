"""Poller: asks providers and takes in what they answer. The schedule says when, the chain whom."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from feed.chain import Chain, Target
from feed.clock import Clock
from feed.keeper import Keeper
from feed.ledger import Ledger
from feed.remarks import Remarks
from feed.vet import Gate
from feed.waiting import finish
from providers.base import Answer, Capability, Provider, ProviderError, Request, Unreachable
from providers.records import AnyRecord, FxRate, Quote

COMPARABLE = dt.timedelta(days=10)
"""A price older than this says nothing about whether a new one leaps."""

_PROMPT = frozenset({Capability.QUOTES, Capability.FX})


@dataclass
class Errand:
    """One question on its way along the chain.

    Attributes:
        on_settled: Told the keys for which nothing more will come, as soon as that is so.
        served: Keys that some provider has answered.
        troubled: Keys for which a provider could not be asked or failed.
    """

    capability: Capability
    since: dt.date | None = None
    on_settled: Callable[[Collection[str]], None] = lambda _keys: None
    served: set[str] = field(default_factory=set)
    troubled: set[str] = field(default_factory=set)


class Poller:
    """Carries out errands. One request of a kind at a time per provider; none waits for another provider."""

    def __init__(  # noqa: PLR0913 - the parts of a feed, put together in one place
        self,
        *,
        chain: Chain,
        ledger: Ledger,
        keeper: Keeper,
        remarks: Remarks,
        clock: Clock,
        answer_seconds: float,
        on_news: Callable[[], None],
    ) -> None:
        self.quiet = asyncio.Event()
        self.quiet.set()
        self._chain = chain
        self._ledger = ledger
        self._keeper = keeper
        self._remarks = remarks
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._on_news = on_news
        self._gate = Gate(ledger.lines, self._expected)
        self._locks: dict[tuple[str, Capability], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._prompt = 0

    async def run(self, errand: Errand, targets: Sequence[Target]) -> None:
        """Ask along the chain until all is answered or nobody is left. The outcome is in the errand."""
        prompt = errand.capability in _PROMPT
        self._prompt += prompt
        if self._prompt:
            self.quiet.clear()
        try:
            await self._serve(errand, targets, frozenset())
        finally:
            self._prompt -= prompt
            if not self._prompt:
                self.quiet.set()

    async def ask_everyone(self, errand: Errand) -> None:
        """Ask each provider that has the capability, for what several sources say side by side."""
        providers = self._chain.everyone(errand.capability, self._clock.now())
        everything = [Target("")]
        await asyncio.gather(*(self._ask(errand, provider, everything) for provider in providers))

    async def _serve(self, errand: Errand, targets: Sequence[Target], tried: frozenset[str]) -> None:
        now = self._clock.now()
        shares = self._chain.assign(errand.capability, targets, tried, now)
        assigned = {target.key for _, share in shares for target in share}
        left = [target for target in targets if target.key not in assigned]
        if not tried:
            errand.troubled.update(target.key for target in left if self._offered(errand.capability, target))
        errand.on_settled({target.key for target in left})
        probes = [] if tried else self._chain.probes(errand.capability, shares, now)
        await asyncio.gather(
            *(self._pursue(errand, provider, share, tried) for provider, share in shares),
            *(self._probe(errand, provider, target) for provider, target in probes),
        )

    def _offered(self, capability: Capability, target: Target) -> bool:
        return self._chain.offers(capability, target.line.exchange if target.line else None)

    async def _pursue(
        self, errand: Errand, provider: Provider, targets: Sequence[Target], tried: frozenset[str]
    ) -> None:
        missing = await self._ask(errand, provider, targets)
        if missing:
            await self._serve(errand, missing, tried | {provider.name})

    async def _probe(self, errand: Errand, provider: Provider, target: Target) -> None:
        """See whether a provider answers again; what it says is not used while its stand-in serves."""
        async with self._locks[provider.name, errand.capability]:
            await self._fetch(provider, _request(errand, [target]))

    async def _ask(self, errand: Errand, provider: Provider, targets: Sequence[Target]) -> list[Target]:
        """Ask one provider, in slices; the targets that it has not answered."""
        missing: list[Target] = []
        step = max(provider.symbols_per_fetch, 1)
        async with self._locks[provider.name, errand.capability]:
            for start in range(0, len(targets), step):
                part = targets[start : start + step]
                answer = await self._fetch(provider, _request(errand, part))
                if answer is None:
                    errand.troubled.update(target.key for target in targets[start:])
                    return missing + list(targets[start:])
                if errand.capability == Capability.QUOTES:
                    self._remarks.clear(provider.name, provider.name)
                unanswered = self._take(errand, part, answer)
                served = {target.key for target in part} - unanswered
                errand.served |= served
                errand.on_settled(served)
                missing += [target for target in part if target.key in unanswered]
        return missing

    async def _fetch(self, provider: Provider, request: Request) -> Answer | None:
        """The answer, or `None` when there was none; either way the chain knows."""
        began = self._clock.now()
        task = asyncio.create_task(provider.fetch(request))
        try:
            if not await finish({task}, self._answer_seconds, self._clock):
                raise Unreachable(f"expected an answer within {self._answer_seconds:g} s, none came.")
            answer = task.result()
        except ProviderError as error:
            self._chain.failed(provider, request.capability, error, self._clock.now())
            self._on_news()
            return None
        finally:
            task.cancel()
        now = self._clock.now()
        self._chain.succeeded(provider, request.capability, now, (now - began).total_seconds())
        return answer

    def _take(self, errand: Errand, targets: Sequence[Target], answer: Answer) -> set[str]:
        """Take in an answer; the keys that it leaves open."""
        vetted = self._gate.vet(answer.records, self._clock.now())
        for record in vetted.records:
            if isinstance(record, Quote):
                self._remarks.clear(record.symbol, record.source)
        self._remarks.put((*answer.remarks, *vetted.remarks))
        self._keeper.put(self._ledger.add(vetted.records))
        self._on_news()
        asked = {target.key for target in targets}
        if errand.capability in _PROMPT:
            return asked - {_key(record) for record in vetted.records}
        return asked & set(answer.missing)

    def _expected(self, symbol: str) -> float | None:
        """The last known price of a line on today's share basis, unless it is too old to compare."""
        now = self._clock.now()
        today, history = now.date(), self._ledger.history
        quote = self._ledger.quotes.get(symbol)
        if quote is not None and now - quote.as_of <= COMPARABLE:
            return quote.price / history.split_ratio(symbol, quote.as_of.date(), today)
        close = history.newest_close(symbol, today)
        return close[1] if close is not None and today - close[0] <= COMPARABLE else None


def _request(errand: Errand, targets: Sequence[Target]) -> Request:
    return Request(
        capability=errand.capability,
        lines=tuple(target.line for target in targets if target.line is not None),
        currencies=tuple(target.key for target in targets if target.line is None and target.key),
        since=errand.since,
    )


def _key(record: AnyRecord) -> str:
    match record:
        case Quote():
            return record.symbol
        case FxRate():
            return record.currency
        case _:
            return ""
