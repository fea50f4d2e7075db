"""The first fill: in slices of any size it comes to the same, and a slice does not cost a Board."""

from __future__ import annotations

import asyncio
import datetime as dt

import pandas as pd
import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.ledger import Ledger, Surroundings
from feed.sessions import Exchanges
from providers.base import Answer, Capability, Request
from providers.market import Market
from providers.records import Close
from tests.feed.support import BASE, TUESDAY_MORNING, Fake, close, line, universe, until

LINES = tuple(line(f"{number:04}.HK") for number in range(1, 13))
UNIVERSE = universe(*LINES)
DAYS = [BASE + dt.timedelta(days=n) for n in range(20) if n % 7 < 5]


def closes() -> list[Close]:
    """Closes of every line on its own days, some of them restated later."""
    return [
        close(one.symbol, day, 100.0 + number + 0.5 * step, to=DAYS[-1] if (number + step) % 3 else None)
        for number, one in enumerate(LINES)
        for step, day in enumerate(DAYS)
        if (number * step) % 5 != 4
    ]


class Slow(Fake):
    """Takes a second for each answer of closes, as a source with a limit does."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__("first", clock, {one.symbol: 600.0 for one in LINES}, closes())
        self._time = clock

    async def fetch(self, request: Request) -> Answer:
        answer = await super().fetch(request)
        if request.capability == Capability.CLOSES:
            await self._time.sleep(1)
        return answer


async def filled(step: int) -> list[Market]:
    """The Markets of a feed that fills its closes in slices of so many lines."""
    clock = ManualClock(TUESDAY_MORNING)
    feed = Feed(
        providers=[Slow(clock)],
        store=None,
        clock=clock,
        exchanges=Exchanges(one.exchange for one in LINES),
        universe=UNIVERSE,
        settings=FeedSettings(slice=step),
        mode="live",
    )
    markets: list[Market] = []
    running = asyncio.create_task(feed.run(markets.append))
    await until(lambda: bool(markets) and bool(markets[-1].sessions))
    for _ in range(40):
        await clock.advance(1)
    await feed.close()
    await asyncio.wait([running])
    return markets


@pytest.mark.parametrize("step", [1, 2, 5, 12, 50])
async def test_in_slices_of_any_size_it_comes_to_the_closes_all_at_once(step: int) -> None:
    whole = Ledger(UNIVERSE)
    whole.add(closes())
    expected = whole.market(Surroundings(at=TUESDAY_MORNING, mode="live"))
    last = (await filled(step))[-1]
    pd.testing.assert_frame_equal(last.closes, expected.closes)
    pd.testing.assert_frame_equal(last.close_sources, expected.close_sources)
    assert last.progress is None


async def test_slices_are_shown_with_the_polls_and_the_last_at_once() -> None:
    markets = await filled(1)
    known = [int(market.closes.count().sum()) for market in markets]
    assert known == sorted(known)
    assert known[-1] == len(closes())
    done = [market.progress.done for market in markets if market.progress is not None]
    assert len(set(known)) <= 4, "twelve slices in twelve seconds, a poll each fifteen"
    assert done[0] == 0
