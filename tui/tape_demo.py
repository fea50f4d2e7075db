"""A tape of the simulated market, without waiting for it: the clock jumps from poll to poll."""

from __future__ import annotations

import datetime as dt

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from providers.base import ProviderContext
from providers.demo import Demo, start
from providers.http import HttpClient
from tui.compose import universe_of
from tui.options import Settings

ANSWER_SECONDS = 600.0


async def rows_of_demo(settings: Settings, hours: float) -> list[TapeRow]:
    """Frames of so many hours, a poll every `refresh.quotes` seconds.

    Raises:
        ConfigError: for a universe that cannot be.
    """
    universe = universe_of(settings.universe_path)
    clock = ManualClock(start())
    exchanges = Exchanges(line.exchange for line in universe.lines)
    http = HttpClient(now=clock.now)
    context = ProviderContext(
        universe=universe,
        http=http,
        now=clock.now,
        session_open=exchanges.is_open,
        settings=settings.config.providers.get("demo", {}),
    )
    every = settings.config.refresh.quotes
    feed = Feed(
        providers=[Demo(context)],
        store=None,
        clock=clock,
        exchanges=exchanges,
        universe=universe,
        settings=FeedSettings(quotes=every),
        mode="demo",
    )
    rows: list[TapeRow] = []

    def keep(taken: Taken) -> None:
        rows.append(taken.row())

    try:
        await feed.poll_once(ANSWER_SECONDS)
        feed.record(keep)
        end = clock.now() + dt.timedelta(hours=hours)
        while clock.now() < end:
            await clock.advance(every)
            await feed.poll_once(ANSWER_SECONDS)
    finally:
        await feed.close()
        await http.aclose()
    return rows
