"""A price that waits for confirmation waits in the store: who polls once confirms it by the same rule."""

from __future__ import annotations

import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.store import Store
from providers.market import Market
from tests.feed.support import TUESDAY_MORNING, Fake, line, universe

LINES = (line("0700.HK"), line("688256.SS", "XSHG"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0}
TREBLED = PRICES | {"0700.HK": 1800.0}


async def polled_once(url: str, clock: ManualClock, *fakes: Fake) -> Market:
    """What a program that polls once and ends has to show."""
    store = Store.open(url)
    feed = Feed(
        providers=fakes,
        store=store,
        clock=clock,
        exchanges=Exchanges(one.exchange for one in LINES),
        universe=universe(*LINES),
        settings=FeedSettings(),
        mode="live",
    )
    market = await feed.poll_once(10, fill=False)
    await feed.close()
    store.close()
    return market


async def after(minutes: float, url: str, clock: ManualClock, *fakes: Fake) -> float:
    """The price of the line that leaps, in a program that is started so much later."""
    await clock.advance(60 * minutes)
    return (await polled_once(url, clock, *fakes)).quotes["0700.HK"].price


async def test_a_price_that_has_stood_for_half_an_hour_enters_in_a_later_run(store_url: str) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    await polled_once(store_url, clock, Fake("first", clock, PRICES))
    leapt = Fake("first", clock, TREBLED)
    assert [await after(minutes, store_url, clock, leapt) for minutes in (1, 10, 19)] == [600.0] * 3
    assert await after(2, store_url, clock, leapt) == 1800.0
    assert await after(1, store_url, clock, leapt) == 1800.0


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_price_that_came_back_meanwhile_waits_anew(store_url: str) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    honest, leapt = Fake("first", clock, PRICES), Fake("first", clock, TREBLED)
    await polled_once(store_url, clock, honest)
    assert await after(1, store_url, clock, leapt) == 600.0
    assert await after(20, store_url, clock, honest) == 600.0
    assert await after(20, store_url, clock, leapt) == 600.0
    assert await after(31, store_url, clock, leapt) == 1800.0


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_second_source_confirms_what_an_earlier_run_held_back(store_url: str) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    await polled_once(store_url, clock, Fake("first", clock, PRICES))
    assert await after(1, store_url, clock, Fake("first", clock, TREBLED)) == 600.0
    assert await after(1, store_url, clock, Fake("second", clock, TREBLED)) == 1800.0


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_wrong_unit_is_never_confirmed_by_its_own_source(store_url: str) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    await polled_once(store_url, clock, Fake("first", clock, PRICES))
    wrong = Fake("first", clock, PRICES | {"0700.HK": 60_000.0})
    assert [await after(40, store_url, clock, wrong) for _ in range(4)] == [600.0] * 4
