"""Health: what the chain knows of a provider, with what the HTTP client and the measurements add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from feed.chain import Chain
from providers.market import ProviderHealth

if TYPE_CHECKING:
    from providers.http import ProviderStats


class Totals:
    """Requests since the start of this run, by provider.

    The HTTP client counts what really went out; a provider with a way out of its own (a plug-in, a socket) is
    counted by the questions that it was asked.
    """

    def __init__(self, chain: Chain, stats: Callable[[str], ProviderStats] | None) -> None:
        self._chain = chain
        self._stats = stats

    def stats(self, name: str) -> ProviderStats | None:
        """What the HTTP client has seen of a provider; `None` when nothing went through it."""
        found = self._stats(name) if self._stats is not None else None
        return found if found is not None and found.requests else None

    def of(self, name: str) -> int:
        """Requests of one provider."""
        stats = self.stats(name)
        return stats.requests if stats is not None else self._chain.requests().get(name, 0)

    def all(self) -> dict[str, int]:
        """Requests of each provider that sent any."""
        found = {provider.name: self.of(provider.name) for provider in self._chain.providers}
        return {name: count for name, count in found.items() if count}

    def closed_until(self, name: str) -> dt.datetime | None:
        """Until when the HTTP client leaves a provider alone, if it does."""
        stats = self.stats(name)
        return stats.next_try if stats is not None else None


def shown(
    health: ProviderHealth, stats: ProviderStats | None, *, used: int, delays: Mapping[str, float]
) -> ProviderHealth:
    """The health of a provider as the screen shows it: the latency of one request rather than of an answer.

    `used` are the requests of the day, `delays` the measured delays in minutes by exchange.
    """
    latency = health.latency_ms if stats is None or stats.latency_ms is None else stats.latency_ms
    return msgspec.structs.replace(health, requests=used, latency_ms=latency, delay_minutes=dict(delays))
