"""Poller: asks providers and takes in what they answer. The schedule says when, the chain whom."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from feed.chain import Chain, Target
from feed.clock import Clock
from feed.cross_check import disagreement
from feed.delays import Delays
from feed.keeper import Keeper
from feed.ledger import Ledger
from feed.quarantine import COMPARABLE, Expected, Held
from feed.remarks import Remarks
from feed.vet import Gate
from feed.waiting import finish
from providers.base import Answer, Capability, Provider, ProviderError, Request, Unreachable
from providers.records import AnyRecord, FxRate, Quote, Remark, ShareCount, Split

_PROMPT = frozenset({Capability.QUOTES, Capability.FX})
BACKGROUND_SECONDS = 60.0
"""What nobody waits for has this long at least: most of it passes in our own queue, which is no silence."""


@dataclass
class Errand:
    """One question on its way along the chain.

    Attributes:
        on_settled: Told the keys for which nothing more will come, as soon as that is so.
        served: Keys that some provider has answered.
        troubled: Keys for which a provider could not be asked or failed.
        hurried: Whether what comes is to be shown at once, and not with the next poll.
    """

    capability: Capability
    since: dt.date | None = None
    on_settled: Callable[[Collection[str]], None] = lambda _keys: None
    served: set[str] = field(default_factory=set)
    troubled: set[str] = field(default_factory=set)
    hurried: bool = True


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
        delays: Delays,
        answer_seconds: float,
        on_news: Callable[[], None],
        on_more: Callable[[], None],
        closed_until: Callable[[str], dt.datetime | None] = lambda _name: None,
    ) -> None:
        self.on_held: Callable[[Collection[str]], None] = lambda _symbols: None
        self.quiet = asyncio.Event()
        self.quiet.set()
        self._chain = chain
        self._ledger = ledger
        self._keeper = keeper
        self._remarks = remarks
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._delays = delays
        self._on_news, self._on_more = on_news, on_more
        self._closed_until = closed_until
        self._gate = Gate(ledger.lines, self._expected, self._count, self._splits)
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

    @property
    def held(self) -> tuple[Held, ...]:
        """Figures that wait for confirmation."""
        return self._gate.held

    def restore(self, held: Iterable[Held]) -> None:
        """Go on with figures that waited in another process."""
        self._gate.restore(held)

    async def ask_again(self) -> None:
        """Ask once more for the lines whose price waits."""
        lines = self._ledger.lines
        keys = [one.figure.key for one in self.held]
        await self.run(Errand(Capability.QUOTES), [Target(key, lines[key]) for key in keys if key in lines])

    async def compare(self, provider: Provider, targets: Sequence[Target]) -> None:
        """Ask a second source about lines that another one serves, and remark where the two differ."""
        async with self._locks[provider.name, Capability.QUOTES]:
            errand = Errand(Capability.QUOTES)
            step = max(provider.symbols_per_fetch, 1)
            for start in range(0, len(targets), step):
                answer = await self._fetch(provider, _request(errand, targets[start : start + step]))
                if answer is None:
                    return
                self._weigh(answer)

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
            answer = await self._fetch(provider, _request(errand, [target]))
            if answer is not None and errand.capability == Capability.QUOTES:
                self._weigh(answer)

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
        within = self._answer_seconds
        if request.capability not in _PROMPT:
            within = max(within, BACKGROUND_SECONDS)
        task = asyncio.create_task(provider.fetch(request))
        try:
            if not await finish({task}, within, self._clock):
                raise Unreachable(f"expected an answer within {within:g} s, none came")
            answer = task.result()
        except ProviderError as error:
            self._chain.failed(
                provider,
                request.capability,
                error,
                self._clock.now(),
                asked=began,
                closed_until=self._closed_until(provider.name),
            )
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
        quotes = [record for record in vetted.records if isinstance(record, Quote)]
        self._delays.learn(quotes)
        for quote in quotes:
            self._remarks.clear(quote.symbol, quote.source)
            self._compare(quote)
        self._remarks.put((*answer.remarks, *vetted.remarks))
        self._keeper.put(self._ledger.add(vetted.records))
        (self._on_news if errand.hurried else self._on_more)()
        if vetted.held:
            self.on_held(vetted.held)
        asked = {target.key for target in targets}
        if errand.capability in _PROMPT:
            return asked - {_key(record) for record in vetted.records}
        return asked & set(answer.missing)

    def _weigh(self, answer: Answer) -> None:
        """Compare the quotes of an answer with those in use; they do not enter."""
        vetted = self._gate.vet(answer.records, self._clock.now())
        quotes = [record for record in vetted.records if isinstance(record, Quote)]
        self._delays.learn(quotes)
        self._remarks.put((*answer.remarks, *vetted.remarks))
        for quote in quotes:
            self._compare(quote)
        self._on_news()

    def _compare(self, came: Quote) -> None:
        """Remark where a quote and the one in use, of another source, cannot both be right."""
        known = self._ledger.quotes.get(came.symbol)
        if known is None or known.source == came.source:
            return
        subject = f"{min(known.source, came.source)}/{max(known.source, came.source)}"
        text = disagreement(known, came)
        if text is None:
            self._remarks.clear(came.symbol, subject)
            return
        remark = Remark(
            subject=came.symbol, text=text, at=self._clock.now(), severity="warning", source=subject
        )
        self._remarks.put((remark,))

    def _expected(self, came: Quote | FxRate) -> Expected | None:
        """The last known price or rate, on today's share basis: quote, close, else its own close."""
        if isinstance(came, FxRate):
            rate = self._ledger.fx_now.get(came.currency)
            return None if rate is None else Expected(value=rate.per_usd, at=rate.as_of, source=rate.source)
        today, history = self._clock.now().date(), self._ledger.history
        quote = self._ledger.quotes.get(came.symbol)
        close = history.newest_close(came.symbol, today)
        oldest = self._clock.now() - COMPARABLE
        if quote is not None and quote.as_of < oldest:
            quote = None
        if close is not None and close[0] < oldest.date():
            close = None
        if quote is not None and (close is None or quote.as_of.date() >= close[0]):
            ratio = history.split_ratio(came.symbol, quote.as_of.date(), today)
            return Expected(value=quote.price / ratio, at=quote.as_of, source=quote.source)
        if close is not None:
            at = dt.datetime.combine(close[0], dt.time(12), dt.UTC)
            return Expected(value=close[1], at=at, source="close")
        if came.previous_close is None:
            return None
        return Expected(
            value=came.previous_close, at=came.as_of, source=f"{came.source}'s own close", unit_only=True
        )

    def _splits(self) -> tuple[Split, ...]:
        return self._ledger.history.splits(self._clock.now().date())

    def _count(self, came: ShareCount) -> ShareCount | None:
        """The newest count of the line by the day of one that came, on its share basis."""
        known = [
            count
            for count in self._ledger.facts(ShareCount)
            if count.symbol == came.symbol and count.day <= came.day
        ]
        if not known:
            return None
        newest: ShareCount = max(known, key=lambda count: count.day)
        basis = newest.restated_to or newest.day
        ratio = self._ledger.history.split_ratio(came.symbol, basis, came.restated_to or came.day)
        return msgspec.structs.replace(newest, shares=newest.shares * ratio)


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
