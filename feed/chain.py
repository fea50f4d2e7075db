"""Chain: which provider is asked for which line, and how each is doing.

By capability and exchange in the configured order. What a provider does not answer goes to the next within
the same poll. A provider that fails is left alone for a poll; after five polls for a fifth of the time that
it has been failing since, five minutes at most: the end of a short outage is noticed soon, a long one costs
little. The pause counts from the question, which may have taken long to fail. Where the HTTP client leaves
the source alone for longer, so does the chain.

After its return it is asked for quotes of one line beside its stand-in until it has answered twice running,
and only then for everything; for all else one answer will do. One that fails again within ten minutes of that
has to answer twice as often the next time, up to sixteen times: no flapping.

A provider with an allowance of requests a day is not asked beyond it until midnight UTC.

A standing is kept per provider and capability, because a source whose charts fail may still have quotes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from providers.base import Capability, Provider, ProviderError, RateLimited, Refused, SwitchedOff
from providers.market import ProviderHealth, ProviderState
from providers.text import clean
from providers.universe import Line

OUTAGE_SHARE = 0.2
SHORT_OUTAGE_POLLS = 5
LONGEST_PAUSE = 300.0
LONGEST_REASON = 400
SHORTEST_PAUSE_LIMITED_POLLS = 2
TRUSTED_AFTER = 2
LONGEST_PROBATION = 16
RELAPSE = dt.timedelta(minutes=10)
DOWN_AFTER = 3
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class Target(NamedTuple):
    """What a request is about: a line, a currency, or (`key` empty) whatever the source has."""

    key: str
    line: Line | None = None


@dataclass
class Standing:
    """How one provider does for one capability."""

    failing_since: dt.datetime | None = None
    failures: int = 0
    successes: int = 0
    needed: int = TRUSTED_AFTER
    trusted_at: dt.datetime | None = None
    next_try: dt.datetime | None = None
    last_ok: dt.datetime | None = None
    last_error: str | None = None
    last_error_at: dt.datetime | None = None
    limited: bool = False
    off: bool = False

    @property
    def state(self) -> ProviderState:
        """What the screen shows: a provider on probation is degraded."""
        if self.off:
            return "off"
        if self.failing_since is None:
            return "ok"
        return "down" if self.failures >= DOWN_AFTER else "degraded"

    def available(self, now: dt.datetime) -> bool:
        """Whether it may be asked. A failure from the future is one of a clock that has been set back."""
        if self.off or self.next_try is None or self.last_error_at is None:
            return not self.off
        return self.next_try <= now or now < self.last_error_at


class Chain:
    """Providers in order of preference, with their standings.

    Args:
        providers: In the order of the configuration.
        poll_seconds: The refresh interval in force.
        allowed: Requests a day, of the providers that have a limit.
        used: Requests of a provider on the day of an instant.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        poll_seconds: float,
        *,
        allowed: Mapping[str, int] | None = None,
        used: Callable[[str, dt.datetime], int] = lambda _name, _now: 0,
    ) -> None:
        self.providers = tuple(providers)
        self._poll = poll_seconds
        self._allowed = dict(allowed or {})
        self._used = used
        self._standings: dict[tuple[str, Capability], Standing] = {}
        self._requests: dict[str, int] = {}
        self._latency: dict[str, float] = {}

    def assign(
        self, capability: Capability, targets: Iterable[Target], tried: frozenset[str], now: dt.datetime
    ) -> list[tuple[Provider, list[Target]]]:
        """Each target with the first provider that serves it, may be asked and has not been tried yet.

        A target that nobody can serve now is left out. Providers on probation come after the trusted.
        """
        shares: dict[str, tuple[Provider, list[Target]]] = {}
        for target in targets:
            able = [
                provider
                for provider in self.providers
                if provider.name not in tried
                and provider.serves(capability, target.line.exchange if target.line else None)
                and self.may_be_asked(provider, capability, now)
            ]
            able.sort(key=lambda provider: self.standing(provider, capability).failing_since is not None)
            if able:
                shares.setdefault(able[0].name, (able[0], []))[1].append(target)
        return list(shares.values())

    def probes(
        self,
        capability: Capability,
        shares: Sequence[tuple[Provider, list[Target]]],
        now: dt.datetime,
    ) -> list[tuple[Provider, Target]]:
        """Providers on probation that nobody asks this time, each with a target it would be first for."""
        asked = {provider.name for provider, _ in shares}
        found: list[tuple[Provider, Target]] = []
        for place, provider in enumerate(self.providers):
            standing = self.standing(provider, capability)
            if provider.name in asked or standing.failing_since is None:
                continue
            if not self.may_be_asked(provider, capability, now):
                continue
            later = {other.name for other in self.providers[place + 1 :]}
            stood_in = (
                target
                for other, targets in shares
                if other.name in later
                for target in targets
                if provider.serves(capability, target.line.exchange if target.line else None)
            )
            target = next(stood_in, None)
            if target is not None:
                found.append((provider, target))
        return found

    def everyone(self, capability: Capability, now: dt.datetime) -> list[Provider]:
        """All that offer a capability and may be asked."""
        return [p for p in self.providers if p.serves(capability) and self.may_be_asked(p, capability, now)]

    def second(self, capability: Capability, line: Line, serving: str, now: dt.datetime) -> Provider | None:
        """The first provider beside the one that serves a line which may be asked about it and is trusted."""
        return next(
            (
                provider
                for provider in self.providers
                if provider.name != serving
                and provider.serves(capability, line.exchange)
                and self.standing(provider, capability).failing_since is None
                and self.may_be_asked(provider, capability, now)
            ),
            None,
        )

    def may_be_asked(self, provider: Provider, capability: Capability, now: dt.datetime) -> bool:
        """Whether a provider is neither off, nor left alone, nor out of requests for the day."""
        return self.standing(provider, capability).available(now) and not self._exhausted(provider.name, now)

    def offers(self, capability: Capability, exchange: str | None = None) -> bool:
        """Whether any provider that is not off offers it, be it available now or not."""
        return any(
            provider.serves(capability, exchange) and not self.standing(provider, capability).off
            for provider in self.providers
        )

    def standing(self, provider: Provider, capability: Capability) -> Standing:
        """The standing of a provider for a capability."""
        return self._standings.setdefault((provider.name, capability), Standing())

    def succeeded(self, provider: Provider, capability: Capability, now: dt.datetime, took: float) -> None:
        """Note an answer that took so many seconds."""
        standing = self.standing(provider, capability)
        self._count(provider)
        self._latency[provider.name] = took * 1000
        standing.last_ok, standing.next_try, standing.limited = now, None, False
        standing.successes += 1
        if standing.failing_since is not None and standing.successes >= standing.needed:
            standing.failing_since, standing.failures, standing.trusted_at = None, 0, now

    def failed(  # noqa: PLR0913 - what a failure is, by name
        self,
        provider: Provider,
        capability: Capability,
        error: ProviderError,
        now: dt.datetime,
        *,
        asked: dt.datetime | None = None,
        closed_until: dt.datetime | None = None,
    ) -> None:
        """Note a failure and leave the provider alone for a while.

        Args:
            provider: Who failed.
            capability: What it was asked for.
            error: What went wrong.
            now: When that was known.
            asked: When it was asked; the pause counts from there.
            closed_until: Until when the HTTP client would not send it anything.
        """
        standing = self.standing(provider, capability)
        standing.last_error, standing.last_error_at = clean(str(error), LONGEST_REASON), now
        if isinstance(error, SwitchedOff):
            standing.off = True
            return
        self._count(provider)
        if standing.failing_since is None or standing.failing_since > now:
            standing.failing_since = now
            relapse = standing.trusted_at is not None and now - standing.trusted_at < RELAPSE
            # What is asked rarely cannot prove itself by many answers in a short time.
            usual = TRUSTED_AFTER if capability == Capability.QUOTES else 1
            standing.needed = min(standing.needed * 2, LONGEST_PROBATION) if relapse else usual
        standing.failures += 1
        standing.successes = 0
        outage = (now - standing.failing_since).total_seconds() - SHORT_OUTAGE_POLLS * self._poll
        pause = min(max(outage * OUTAGE_SHARE, self._poll), LONGEST_PAUSE)
        standing.limited = isinstance(error, RateLimited | Refused)
        if standing.limited:
            asked_for = error.retry_after if isinstance(error, RateLimited) else None
            shortest = SHORTEST_PAUSE_LIMITED_POLLS * self._poll
            pause = max(pause, shortest if asked_for is None else asked_for)
        due = (asked or now) + dt.timedelta(seconds=pause)
        standing.next_try = max(due, now, closed_until or now)

    def forgive(self) -> None:
        """Let every provider be asked again at once, except those that asked to be left alone."""
        for standing in self._standings.values():
            if not standing.limited:
                standing.next_try = None

    def health(self, now: dt.datetime) -> tuple[ProviderHealth, ...]:
        """How each provider is doing over all that it has been asked for, in the configured order."""
        return tuple(self._health(provider, now) for provider in self.providers)

    def requests(self) -> dict[str, int]:
        """Requests since the start, by provider."""
        return dict(self._requests)

    def _health(self, provider: Provider, now: dt.datetime) -> ProviderHealth:
        mine = [standing for (name, _), standing in self._standings.items() if name == provider.name]
        failing = [standing for standing in mine if standing.state != "ok"]
        newest = max(failing, key=lambda standing: standing.last_error_at or _LONG_AGO, default=None)
        allowed = self._allowed.get(provider.name)
        if allowed is not None and self._exhausted(provider.name, now):
            return ProviderHealth(
                name=provider.name,
                state="degraded",
                last_ok=max((s.last_ok for s in mine if s.last_ok), default=None),
                last_error=f"its {allowed:,} requests of today are used",
                next_try=dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC),
                requests=self._used(provider.name, now),
                allowed=allowed,
                latency_ms=self._latency.get(provider.name),
            )
        return ProviderHealth(
            name=provider.name,
            state=_overall(mine),
            last_ok=max((s.last_ok for s in mine if s.last_ok), default=None),
            last_error=newest.last_error if newest else None,
            next_try=min((s.next_try for s in failing if s.next_try), default=None),
            requests=self._requests.get(provider.name, 0),
            allowed=allowed,
            latency_ms=self._latency.get(provider.name),
        )

    def _exhausted(self, name: str, now: dt.datetime) -> bool:
        allowed = self._allowed.get(name)
        return allowed is not None and self._used(name, now) >= allowed

    def _count(self, provider: Provider) -> None:
        self._requests[provider.name] = self._requests.get(provider.name, 0) + 1


def _overall(standings: Sequence[Standing]) -> ProviderState:
    """One word for all capabilities: down only when nothing has been answered since they began to fail."""
    failing = [standing for standing in standings if standing.state != "ok"]
    began = min((s.failing_since for s in failing if s.failing_since), default=_LONG_AGO)
    serving = any(s.state == "ok" and s.last_ok is not None and s.last_ok >= began for s in standings)
    states = {standing.state for standing in failing}
    if not states:
        return "ok"
    return "degraded" if serving or len(states) > 1 else states.pop()
