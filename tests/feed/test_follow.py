"""One poller, many monitors: who polls, what the others show, and what happens when the poller goes."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Callable

import pandas as pd
import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import CorruptError, FullError
from providers.base import Capability, Unreachable
from providers.market import Market
from providers.universe import Universe
from tests.feed.support import TUESDAY_MORNING, Fake, close, line, universe, until

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
HISTORY = [close("0700.HK", dt.date(2026, 11, 20), 590.0)]
LOOK = 0.005
"""Real seconds between two looks of a follower in these tests."""


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(one.exchange for one in LINES)
    known.warm(TUESDAY_MORNING)
    return known


@pytest.fixture(autouse=True)
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.follow.BEAT", 0.05)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY_MORNING)


class Monitor:
    """A running feed with a store of its own, as a process would have it, and what it has published."""

    def __init__(self, feed: Feed, store: Store, provider: Fake) -> None:
        self.feed = feed
        self.store = store
        self.provider = provider
        self.markets: list[Market] = []
        self.task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self.task = asyncio.create_task(self.feed.run(self.markets.append))
        await until(lambda: bool(self.markets) and bool(self.markets[-1].sessions))

    async def end(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        await self.feed.close()
        self.store.close()

    @property
    def newest(self) -> Market:
        return self.markets[-1]

    @property
    def role(self) -> str | None:
        return self.newest.poller.role if self.newest.poller is not None else None

    def shows(self, symbol: str, price: float) -> bool:
        quote = self.newest.quotes.get(symbol)
        return quote is not None and quote.price == price


Opens = Callable[..., Monitor]


@pytest.fixture
async def opens(store_url: str, clock: ManualClock, exchanges: Exchanges) -> AsyncIterator[Opens]:
    made: list[Monitor] = []

    def one(*, read_only: bool = False, of: Universe | None = None) -> Monitor:
        store = Store.open(store_url, read_only=read_only)
        provider = Fake("first", clock, PRICES, HISTORY)
        feed = Feed(
            providers=[provider],
            store=store,
            clock=clock,
            exchanges=exchanges,
            universe=of or universe(*LINES),
            settings=FeedSettings(look=LOOK),
            mode="live",
        )
        made.append(Monitor(feed, store, provider))
        return made[-1]

    yield one
    for monitor in reversed(made):
        await monitor.end()


async def pair(opens: Opens, clock: ManualClock) -> tuple[Monitor, Monitor]:
    """One that polls and has polled, and one that follows and has seen it."""
    first, second = opens(), opens()
    await first.begin()
    await clock.advance(1)
    await second.begin()
    await until(lambda: second.shows("0700.HK", 600.0))
    return first, second


def same(one: Market, other: Market) -> None:
    """Everything that a Board is made of."""
    assert one.at == other.at
    assert one.quotes == other.quotes
    assert one.fx_now == other.fx_now
    assert one.providers == other.providers
    assert one.remarks == other.remarks
    assert one.sessions == other.sessions
    assert one.progress == other.progress
    assert one.poll_seconds == other.poll_seconds
    pd.testing.assert_frame_equal(one.closes, other.closes)
    pd.testing.assert_frame_equal(one.fx, other.fx)


def steal(store: Store) -> None:
    """Take the lease from whoever has it, as if it had not beaten for long."""
    while store.take_lease("thief", "thief@elsewhere", store.lease()) is None:
        continue


async def test_the_first_polls_and_the_second_follows_it(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    assert (first.role, second.role) == ("polls", "follows")
    assert first.newest.poller is not None
    assert second.newest.poller is not None
    assert second.newest.poller.holder == first.newest.poller.holder
    assert second.provider.requests == []


async def test_a_follower_shows_each_poll_as_the_poller_does(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    for step in range(3):
        first.provider.prices["0700.HK"] = 610.0 + step
        await clock.advance(15)
        price = 610.0 + step
        await until(lambda price=price: second.shows("0700.HK", price))  # type: ignore[misc] # a default binds the step
        same(first.newest, second.newest)
    assert second.provider.requests == []


async def test_trouble_of_a_source_is_shown_by_all(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    first.provider.error = Unreachable("gone")
    await clock.advance(15)
    await until(lambda: second.newest.providers[0].last_error == "gone")
    same(first.newest, second.newest)


async def test_the_next_takes_over_at_once_when_the_poller_ends(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    await first.end()
    await until(lambda: second.role == "polls")
    second.provider.prices["0700.HK"] = 620.0
    await clock.advance(15)
    await until(lambda: second.shows("0700.HK", 620.0))
    # What the one before has done is not done again: of all questions only those that are due.
    assert second.provider.asked(Capability.CLOSES) == []


async def test_who_has_lost_the_lease_asks_no_more_and_follows(opens: Opens, clock: ManualClock) -> None:
    """As after a machine that was suspended: somebody else polls by now."""
    first, second = await pair(opens, clock)
    steal(second.store)
    asked = len(first.provider.requests)
    await until(lambda: first.feed.market().poller.role == "follows")  # type: ignore[union-attr] # set by every feed
    await clock.advance(60)
    assert len(first.provider.requests) <= asked + 1
    second.store.release_lease("thief")
    await until(lambda: "polls" in {first.role, second.role})


async def test_a_poll_after_the_lease_was_lost_is_not_stored(opens: Opens, clock: ManualClock) -> None:
    first = opens()
    await first.begin()
    await clock.advance(1)
    await until(lambda: first.store.generation() > 0)
    other = opens()
    steal(other.store)
    before = other.store.generation()
    first.provider.prices["0700.HK"] = 630.0
    await clock.advance(15)
    await until(lambda: first.feed.market().poller.role == "follows")  # type: ignore[union-attr] # set by every feed
    assert other.store.generation() == before


async def test_r_on_a_follower_makes_the_poller_poll(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    asked = len(first.provider.asked(Capability.QUOTES))
    second.feed.refresh_now()
    await until(lambda: len(first.provider.asked(Capability.QUOTES)) > asked)
    assert second.provider.requests == []


async def test_a_paused_poller_lets_another_poll(opens: Opens, clock: ManualClock) -> None:
    first, second = await pair(opens, clock)
    first.feed.pause()
    await until(lambda: second.role == "polls")
    first.feed.resume()
    await until(lambda: first.feed.market().poller.role == "follows")  # type: ignore[union-attr] # set by every feed


async def test_a_snapshot_beside_a_poller_prints_what_it_says(opens: Opens, clock: ManualClock) -> None:
    first, _ = await pair(opens, clock)
    one = opens()
    market = await one.feed.poll_once(10)
    same(first.newest, market)
    assert one.provider.requests == []


async def test_a_snapshot_alone_polls_and_frees_the_lease(opens: Opens, clock: ManualClock) -> None:
    one = opens()
    market = await one.feed.poll_once(10)
    assert market.poller is not None
    assert market.poller.role == "polls"
    assert market.quotes.keys() == PRICES.keys()
    held = one.store.lease()
    assert held is not None
    assert not held.live


async def test_a_monitor_that_may_only_read_follows_and_never_polls(opens: Opens, clock: ManualClock) -> None:
    first = opens()
    await first.begin()
    await clock.advance(1)
    await until(lambda: first.store.generation() > 0)
    reader = opens(read_only=True)
    await reader.begin()
    await until(lambda: reader.shows("0700.HK", 600.0))
    assert reader.role == "follows"
    await first.end()
    await clock.advance(60)
    assert reader.provider.requests == []


async def test_lines_that_nobody_polls_are_named(opens: Opens, clock: ManualClock) -> None:
    first = opens()
    await first.begin()
    await clock.advance(1)
    await until(lambda: first.store.generation() > 0)
    other = opens(of=universe(*LINES, line("9988.HK")))
    await other.begin()
    assert "9988.HK" in other.newest.remarks[0].text


async def test_a_full_disk_ends_neither_polling_nor_the_lease(
    opens: Opens, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> int:
        raise FullError("Store: the disk is full.")

    first = opens()
    await first.begin()
    await clock.advance(1)
    monkeypatch.setattr(first.store, "save", full)
    monkeypatch.setattr(first.store, "beat_lease", full)
    first.provider.prices["0700.HK"] = 640.0
    await clock.advance(15)
    await until(lambda: first.shows("0700.HK", 640.0) and bool(first.feed.market().remarks))
    assert first.role == "polls"
    assert "disk is full" in first.feed.market().remarks[0].text


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_disk_that_is_full_from_the_start_keeps_nobody_from_polling(
    opens: Opens, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        raise FullError("Store: the disk is full.")

    only = opens()
    with monkeypatch.context() as patched:
        patched.setattr(only.store, "take_lease", full)
        await only.begin()
        await clock.advance(1)
        await until(lambda: only.shows("0700.HK", 600.0))
        assert only.role == "alone"
        assert "disk is full" in only.newest.remarks[0].text
        assert only.store.generation() == 0
    await until(lambda: only.feed.market().poller.role == "polls")  # type: ignore[union-attr] # set by every feed
    await clock.advance(15)
    await until(lambda: only.store.generation() > 0)
    assert only.feed.market().remarks == ()


async def test_followers_of_a_store_that_broke_go_on_from_memory(
    opens: Opens, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> object:
        raise CorruptError("Store: it is damaged.")

    first, second = await pair(opens, clock)
    monkeypatch.setattr(second.store, "since", broken)
    first.provider.prices["0700.HK"] = 650.0
    await clock.advance(15)
    await until(lambda: second.role == "alone")
    assert "damaged" in second.newest.remarks[0].text
    assert second.newest.quotes.keys() == PRICES.keys()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_ten_monitors_and_snapshots_show_one_board_for_one_budget(
    opens: Opens, clock: ManualClock
) -> None:
    """Upstream sees the requests of one poller, whatever the number of monitors."""
    polls = int(os.environ.get("NARROWS_TEST_POLLS", "40"))
    monitors = [opens() for _ in range(10)]
    for monitor in monitors:
        await monitor.begin()
        await clock.advance(1)
    first = monitors[0]
    for step in range(polls):
        price = 601.0 + step % 50
        first.provider.prices["0700.HK"] = price
        await clock.advance(15)
        await until(
            lambda price=price: all(  # type: ignore[misc] # a default binds the step
                one.shows("0700.HK", price) and one.newest.at == first.newest.at for one in monitors
            )
        )
        for monitor in monitors[1:]:
            same(first.newest, monitor.newest)
        if step % 10 == 0:
            one = opens()
            same(first.newest, await one.feed.poll_once(10))
            await one.end()
    assert sum(len(monitor.provider.requests) for monitor in monitors[1:]) == 0
    assert len(first.provider.asked(Capability.QUOTES)) <= polls + 5
