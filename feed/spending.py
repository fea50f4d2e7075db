"""Spending: requests of the day by provider, over all runs that share a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from providers.base import Provider


def allowances(providers: Iterable[Provider], settings: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    """Requests a day by provider: its `requests_per_day` in the configuration, else its own limit if any."""
    found = {
        provider.name: settings.get(provider.name, {}).get("requests_per_day", provider.requests_per_day)
        for provider in providers
    }
    return {name: int(limit) for name, limit in found.items() if isinstance(limit, int | float)}


class Spending:
    """Turns totals since the start of this run into counts of a UTC day.

    What the store knows of the day goes before; what this run has sent since it was last written is added.
    """

    def __init__(self) -> None:
        self._day: dt.date | None = None
        self._stored: dict[str, int] = {}
        self._written: dict[str, int] = {}

    def begin(self, day: dt.date, stored: Mapping[str, int]) -> None:
        """Take up the counts that the store has of a day."""
        self._day, self._stored = day, dict(stored)

    def unwritten(self, totals: Mapping[str, int]) -> dict[str, int]:
        """What has been sent since the last write; providers without any are left out."""
        more = {name: total - self._written.get(name, 0) for name, total in totals.items()}
        return {name: count for name, count in more.items() if count > 0}

    def written(self, day: dt.date, totals: Mapping[str, int], stored: Mapping[str, int]) -> None:
        """Note a write of everything up to these totals, and what the store has of the day since."""
        self._written = dict(totals)
        self.begin(day, stored)

    def used(self, name: str, total: int, day: dt.date) -> int:
        """Requests of a provider on a day, given its total since the start of this run."""
        if day != self._day:
            self.begin(day, {})
        return self._stored.get(name, 0) + total - self._written.get(name, 0)
