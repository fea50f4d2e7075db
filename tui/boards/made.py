"""The reference Board of a shipped universe, computed: the same whenever and wherever it is."""

from __future__ import annotations

import datetime as dt

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from metrics.board import Board
from metrics.compute import board as compute_board
from providers.base import ProviderContext
from providers.http import HttpClient
from providers.records import Close, FxRate
from providers.reference import Reference, load_universe, reference_records


async def reference_board(name: str) -> Board:
    """The Board of the embedded reference alone, at the end of the newest day of a close or a rate."""
    universe = load_universe(name)
    clock = ManualClock(dt.datetime.combine(_newest_day(), dt.time(23, 59), dt.UTC))
    exchanges = Exchanges(line.exchange for line in universe.lines)
    http = HttpClient(now=clock.now)
    context = ProviderContext(universe=universe, http=http, now=clock.now, session_open=exchanges.is_open)
    feed = Feed(
        providers=(Reference(context),),
        store=None,
        clock=clock,
        exchanges=exchanges,
        universe=universe,
        settings=FeedSettings(),
        mode="offline",
    )
    try:
        await feed.start()
        return compute_board(feed.market())
    finally:
        await feed.close()
        await http.aclose()


def _newest_day() -> dt.date:
    """The newest day of a close or a rate: no Board is of before what it is made of."""
    facts = reference_records()
    closes = [fact.day for fact in facts if isinstance(fact, Close)]
    return max(*closes, *(fact.as_of.date() for fact in facts if isinstance(fact, FxRate)))
