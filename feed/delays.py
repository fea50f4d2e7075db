"""Delays: how late the prices of a source are, measured by exchange.

A trade that is seen for the first time is as old as the source is late, and at most one poll more. The age
of a price that was there before says how rarely the line trades, not how late its source is, so it does not
count; nor does a price from before the opening or from before the lunch break. Of the ages in one answer the
lowest tenth is taken, and of the last answers the lowest: what even the freshest prices have is the delay.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from feed.trading import Trading
from providers.records import Quote
from providers.universe import Line

QUANTILE = 0.1
ANSWERS = 8
MOST = dt.timedelta(minutes=30)
"""No source in use is later than twenty minutes: a price older than this is old, not delayed."""


class Delays:
    """Learns from quotes as they arrive.

    Args:
        lines: The lines of the universe by symbol.
        session: The newest session of an exchange that has opened at an instant.
    """

    def __init__(
        self, lines: Mapping[str, Line], session: Callable[[str, dt.datetime], Trading | None]
    ) -> None:
        self._lines = lines
        self._session = session
        self._seen: dict[tuple[str, str], dt.datetime] = {}
        self._ages: dict[tuple[str, str], deque[float]] = {}

    def learn(self, quotes: Iterable[Quote]) -> None:
        """Take in the quotes of one answer."""
        fresh: dict[tuple[str, str], list[float]] = {}
        for quote in quotes:
            line = self._lines.get(quote.symbol)
            if line is None:
                continue
            place = (quote.source, quote.symbol)
            known = self._seen.get(place)
            self._seen[place] = max(quote.as_of, known or quote.as_of)
            age = quote.received - quote.as_of
            began = _began(self._session(line.exchange, quote.received), quote.received)
            new = known is None or known < quote.as_of
            if new and began is not None and began <= quote.as_of and age <= MOST:
                minutes = max(age / dt.timedelta(minutes=1), 0.0)
                fresh.setdefault((quote.source, line.exchange), []).append(minutes)
        for key, ages in fresh.items():
            lowest = sorted(ages)[int(len(ages) * QUANTILE)]
            self._ages.setdefault(key, deque(maxlen=ANSWERS)).append(lowest)

    def of(self, source: str) -> dict[str, float]:
        """Delay of a source in minutes, by exchange; an exchange that was never measured is not in it."""
        return {exchange: min(ages) for (name, exchange), ages in self._ages.items() if name == source}

    def by_exchange(self) -> dict[str, float]:
        """The longest delay of any source, in minutes, by exchange."""
        longest: dict[str, float] = {}
        for (_, exchange), ages in self._ages.items():
            longest[exchange] = max(longest.get(exchange, 0.0), min(ages))
        return longest


def _began(session: Trading | None, at: dt.datetime) -> dt.datetime | None:
    """When the stretch of trading began that is running; `None` outside of trading."""
    if session is None or at >= session.close:
        return None
    if session.rest is None or at < session.rest[0]:
        return session.open
    return None if at < session.rest[1] else session.rest[1]
