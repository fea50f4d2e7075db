"""Feed: what is polled, published and remembered, on a clock that stands until it is advanced."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import CorruptError, FullError
from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, Request, Unreachable
from providers.market import Market, Mode
from providers.records import Quote
from tests.feed.support import BASE, TUESDAY_MORNING, Fake, close, line, universe, until

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
EVENING = TUESDAY_MORNING + dt.timedelta(hours=8)
"""18:00 in Hong Kong: Asia has closed and settled, New York is before hours."""

Made = Callable[..., Feed]


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(one.exchange for one in LINES)
    known.warm(TUESDAY_MORNING)
    return known


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY_MORNING)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/narrows.db")


@pytest.fixture
async def make(clock: ManualClock, exchanges: Exchanges) -> AsyncIterator[Made]:
    """Makes feeds and closes them."""
    made: list[Feed] = []

    def build(
        *providers: Provider,
        store: Store | None = None,
        mode: Mode = "live",
        settings: FeedSettings | None = None,
    ) -> Feed:
        feed = Feed(
            providers=providers,
            store=store,
            clock=clock,
            exchanges=exchanges,
            universe=universe(*LINES),
            settings=settings or FeedSettings(),
            mode=mode,
        )
        made.append(feed)
        return feed

    yield build
    for feed in made:
        await feed.close()


class Running:
    """A feed that runs, and what it has published."""

    def __init__(self, feed: Feed, clock: ManualClock) -> None:
        self.markets: list[Market] = []
        self.task = asyncio.create_task(feed.run(self.markets.append))
        self._clock = clock

    async def begin(self) -> None:
        """Let the feed load and ask for the first time."""
        await until(lambda: bool(self.markets) and bool(self.markets[-1].sessions))
        await self._clock.advance(1)

    @property
    def prices(self) -> dict[str, float]:
        return {symbol: one.price for symbol, one in self.markets[-1].quotes.items()}


async def started(feed: Feed, clock: ManualClock) -> Running:
    running = Running(feed, clock)
    await running.begin()
    return running


def quotes_asked(provider: Fake) -> Sequence[tuple[str, ...]]:
    return provider.asked(Capability.QUOTES)


async def test_polls_every_interval_and_publishes_what_comes(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES)
    running = await started(make(first), clock)
    assert running.prices == PRICES
    first.prices["0700.HK"] = 610.0
    await clock.advance(15)
    assert running.prices["0700.HK"] == 610.0
    assert running.markets[-1].at <= clock.now()
    # All at the start, then only what is in session.
    assert [set(symbols) for symbols in quotes_asked(first)] == [set(PRICES), {"0700.HK", "688256.SS"}]


async def test_the_first_market_comes_before_any_answer(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES)
    first.hold = asyncio.Event()
    running = await started(make(first), clock)
    assert running.prices == {}
    assert running.markets[0].sessions == ()
    assert {session.exchange for session in running.markets[-1].sessions} == {"XHKG", "XSHG", "XNAS"}


async def test_a_provider_that_hangs_delays_nobody(make: Made, clock: ManualClock) -> None:
    hanging = Fake("hanging", clock, PRICES)
    hanging.offers = {Capability.QUOTES: frozenset({"XSHG"})}
    hanging.hold = asyncio.Event()
    other = Fake("other", clock, {"0700.HK": 600.0, "NVDA": 180.0})
    running = await started(make(hanging, other), clock)
    assert set(running.prices) == {"0700.HK", "NVDA"}
    other.prices["0700.HK"] = 606.0
    await clock.advance(15)
    assert running.prices["0700.HK"] == 606.0
    assert "688256.SS" not in running.prices
    hanging.hold.set()
    await clock.advance(1)
    assert running.prices["688256.SS"] == 1300.0
    assert hanging.most_at_once == 1


async def test_after_the_longest_wait_the_next_provider_serves(make: Made, clock: ManualClock) -> None:
    hanging = Fake("hanging", clock, PRICES)
    hanging.hold = asyncio.Event()
    running = await started(make(hanging, Fake("second", clock, PRICES)), clock)
    assert running.prices == {}
    await clock.advance(31)
    assert running.prices == PRICES
    assert {one.source for one in running.markets[-1].quotes.values()} == {"second"}
    assert running.markets[-1].providers[0].state != "ok"


async def test_closes_that_wait_for_their_turn_are_no_silence_of_the_source(
    make: Made, clock: ManualClock
) -> None:
    """A first fill goes at the pace that our own limit allows; quotes of the same source come meanwhile."""
    source = Fake("first", clock, PRICES)
    history = Fake("history", clock, history=[close("0700.HK", BASE, 400.0, source="history")])
    history.offers = {Capability.CLOSES: ANY_EXCHANGE}
    history.hold = asyncio.Event()
    running = await started(make(history, source), clock)
    for _ in range(3):
        await clock.advance(15)
    assert [one.state for one in running.markets[-1].providers] == ["ok", "ok"]
    history.hold.set()
    await clock.advance(15)
    assert running.markets[-1].closes["0700.HK"].to_dict()[BASE] == 400.0
    assert [one.state for one in running.markets[-1].providers] == ["ok", "ok"]


async def test_lines_that_one_provider_lacks_come_from_the_next_in_the_same_poll(
    make: Made, clock: ManualClock
) -> None:
    first = Fake("first", clock, {"0700.HK": 600.0})
    running = await started(make(first, Fake("second", clock, PRICES)), clock)
    sources = {symbol: one.source for symbol, one in running.markets[-1].quotes.items()}
    assert sources == {"0700.HK": "first", "688256.SS": "second", "NVDA": "second"}


async def test_a_provider_that_dies_is_replaced_keeps_its_reason_and_comes_back(
    make: Made, clock: ManualClock
) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES)
    running = await started(make(first, second), clock)
    first.error = Unreachable("expected an answer, the connection was refused")
    await clock.advance(15)
    assert running.markets[-1].quotes["0700.HK"].source == "second"
    health = running.markets[-1].providers[0]
    assert health.last_error == "expected an answer, the connection was refused"
    assert health.next_try is not None
    first.error = None
    await clock.advance(75)
    assert running.markets[-1].quotes["0700.HK"].source == "first"
    assert running.markets[-1].providers[0].state == "ok"


async def test_with_all_dead_the_last_values_stay_and_requests_follow_the_back_off(
    make: Made, clock: ManualClock
) -> None:
    first = Fake("first", clock, PRICES)
    running = await started(make(first), clock)
    seen = running.markets[-1].quotes["0700.HK"]
    first.error = Unreachable("gone")
    before = len(quotes_asked(first))
    await clock.advance(1800)
    assert running.markets[-1].quotes["0700.HK"] == seen
    assert running.markets[-1].providers[0].state == "down"
    assert len(quotes_asked(first)) - before < 30  # 120 polls
    first.error = None
    await clock.advance(600)
    assert running.markets[-1].quotes["0700.HK"].as_of > seen.as_of


async def test_closed_exchanges_are_asked_once_and_then_left_alone(
    make: Made, clock: ManualClock, exchanges: Exchanges
) -> None:
    await clock.advance((EVENING - TUESDAY_MORNING).total_seconds())
    first = Fake("first", clock, PRICES)
    await started(make(first), clock)
    assert [set(symbols) for symbols in quotes_asked(first)] == [set(PRICES)]
    await clock.advance(3600)
    assert len(quotes_asked(first)) == 1
    assert len(first.asked(Capability.FX)) == 1


async def test_pause_asks_nothing_and_resume_goes_on(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES)
    feed = make(first)
    await started(feed, clock)
    feed.pause()
    before = len(first.requests)
    await clock.advance(120)
    assert feed.paused
    assert len(first.requests) == before
    feed.resume()
    await clock.advance(1)
    assert len(first.requests) > before


async def test_refresh_asks_now_even_when_closed(make: Made, clock: ManualClock) -> None:
    await clock.advance((EVENING - TUESDAY_MORNING).total_seconds())
    first = Fake("first", clock, PRICES)
    feed = make(first)
    running = await started(feed, clock)
    first.prices["NVDA"] = 185.0
    feed.refresh_now()
    await clock.advance(1)
    assert running.prices["NVDA"] == 185.0


async def test_offline_asks_nothing_at_all(make: Made, clock: ManualClock) -> None:
    reference = Fake("reference", clock, history=[close("0700.HK", BASE, 500.0, source="a table")])
    first = Fake("first", clock, PRICES)
    feed = make(reference, first, mode="offline")
    await started(feed, clock)
    feed.refresh_now()
    await clock.advance(3600)
    assert first.requests == []
    market = feed.market()
    assert market.closes["0700.HK"].to_dict() == {BASE: 500.0}
    assert [(one.name, one.state) for one in market.providers] == [("reference", "ok"), ("first", "off")]


async def test_the_reference_lies_beneath_and_is_never_stored(
    make: Made, clock: ManualClock, store: Store
) -> None:
    day = BASE + dt.timedelta(days=1)
    table = [close("0700.HK", one, 500.0, source="a table") for one in (BASE, day)]
    first = Fake("first", clock, PRICES, [close("0700.HK", day, 510.0)])
    market = await make(Fake("reference", clock, history=table), first, store=store).poll_once(10)
    assert market.closes["0700.HK"].to_dict() == {BASE: 500.0, day: 510.0}
    assert market.close_sources["0700.HK"].to_dict() == {BASE: "a table", day: "first"}
    assert not any(record.source == "a table" for record in store.records())


async def test_one_poll_for_a_snapshot_waits_for_the_answers(
    make: Made, clock: ManualClock, store: Store
) -> None:
    history = [close("0700.HK", BASE, 500.0)]
    feed = make(Fake("first", clock, PRICES, history), store=store)
    market = await feed.poll_once(10)
    assert {symbol: one.price for symbol, one in market.quotes.items()} == PRICES
    assert market.closes["0700.HK"].to_dict() == {BASE: 500.0}
    assert set(market.fx_now) == {"CNY", "HKD"}
    assert {one.symbol for one in store.records() if isinstance(one, Quote)} == set(PRICES)


async def test_one_poll_gives_up_on_a_hanging_provider_in_time(make: Made, clock: ManualClock) -> None:
    hanging = Fake("hanging", clock, PRICES)
    hanging.hold = asyncio.Event()
    asking = asyncio.create_task(make(hanging).poll_once(10))
    await until(lambda: bool(hanging.requests))
    await clock.advance(10)
    assert (await asking).quotes == {}


async def test_a_restart_knows_what_was_known_and_asks_nothing_twice(
    make: Made, clock: ManualClock, store: Store
) -> None:
    await clock.advance((EVENING - TUESDAY_MORNING).total_seconds())
    history = [close("0700.HK", BASE, 500.0)]
    await make(Fake("first", clock, PRICES, history), store=store).poll_once(10)
    await clock.advance(600)
    again = Fake("first", clock, PRICES, history)
    feed = make(again, store=store)
    await feed.start()
    assert set(feed.market().quotes) == set(PRICES)
    assert feed.market().closes["0700.HK"].to_dict() == {BASE: 500.0}
    await feed.poll_once(10)
    assert quotes_asked(again) == []
    assert again.asked(Capability.CLOSES) == []


async def test_finished_closes_are_noted_for_the_session_that_has_closed(
    make: Made, clock: ManualClock, store: Store
) -> None:
    """On Tuesday morning in Asia the newest finished sessions are Monday's, everywhere."""
    await make(Fake("first", clock, PRICES), store=store).poll_once(10)
    monday = dt.date(2026, 11, 23)
    assert all(store.done(f"closes:{one.exchange}", monday) for one in LINES)


async def test_the_first_fill_goes_in_slices_and_shows_its_progress(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES, [close(one.symbol, BASE, 1.0) for one in LINES])
    first.offers = {Capability.CLOSES: first.offers[Capability.CLOSES]}
    first.hold = asyncio.Event()
    feed = make(first, settings=FeedSettings(slice=2))
    await started(feed, clock)
    progress = feed.market().progress
    assert progress is not None
    assert (progress.what, progress.done, progress.total) == ("closes since 2026-11-02", 0, 3)
    first.hold.set()
    await clock.advance(1)
    assert feed.market().progress is None
    assert first.asked(Capability.CLOSES) == [("0700.HK", "688256.SS"), ("NVDA",)]
    assert {request.since for request in first.requests} == {BASE - dt.timedelta(days=14)}


async def test_an_interrupted_fill_goes_on_where_it_stopped(
    make: Made, clock: ManualClock, store: Store
) -> None:
    first = Fake("first", clock, {})
    first.error = Unreachable("gone")
    feed = make(first, store=store)
    await started(feed, clock)
    first.error = None
    await clock.advance(600)
    await feed.close()
    assert len(first.asked(Capability.CLOSES)) >= 2
    assert {job for job, _ in store.finished() if job.startswith("fill:")} == {
        f"fill:{one.symbol}" for one in LINES
    }


async def test_a_line_without_closes_is_tried_once_a_day(
    make: Made, clock: ManualClock, store: Store
) -> None:
    class Forgetful(Fake):
        """Knows no closes of Nvidia."""

        async def fetch(self, request: Request) -> Answer:
            answer = await super().fetch(request)
            missing = {one.symbol for one in request.lines} & {"NVDA"}
            return Answer(records=answer.records, missing=tuple(missing))

    first = Forgetful("first", clock, {})
    first.offers = {Capability.CLOSES: first.offers[Capability.CLOSES]}
    feed = make(first, store=store)
    await feed.poll_once(10)
    assert {job for job, _ in store.finished() if "NVDA" in job} == {"tried:NVDA"}
    before = len(first.requests)
    again = make(first, store=store)
    await again.poll_once(10)
    assert len(first.requests) == before
    await clock.advance(86_400)
    await again.poll_once(10)
    assert ("NVDA",) in first.asked(Capability.CLOSES)[before:]


async def test_a_store_that_is_full_is_told_and_what_was_learned_is_written_later(
    make: Made, clock: ManualClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> int:
        raise FullError("Store: the disk is full; make room, or use --store.")

    with monkeypatch.context() as patched:
        patched.setattr(store, "save", full)
        market = await make(Fake("first", clock, PRICES), store=store).poll_once(10)
        assert market.quotes.keys() == PRICES.keys()
        assert [remark.subject for remark in market.remarks] == ["store"]
        assert "disk is full" in market.remarks[0].text
        feed = make(Fake("first", clock, PRICES), store=store)
        await feed.poll_once(10)
    await clock.advance(15)
    market = await feed.poll_once(10)
    assert market.remarks == ()
    assert {one.symbol for one in store.records() if isinstance(one, Quote)} == PRICES.keys()


async def test_a_store_that_cannot_be_read_is_left_alone(
    make: Made, clock: ManualClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> object:
        raise CorruptError("Store: it is damaged; move it away to begin a new one, or use --store.")

    with monkeypatch.context() as patched:
        patched.setattr(store, "records", broken)
        market = await make(Fake("first", clock, PRICES), store=store).poll_once(10)
    assert market.quotes.keys() == PRICES.keys()
    assert "damaged" in market.remarks[0].text
    assert list(store.records()) == []


async def test_a_poisoned_price_is_held_back_and_the_second_source_serves(
    make: Made, clock: ManualClock
) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES)
    running = await started(make(first, second), clock)
    first.prices["0700.HK"] = 6.0
    await clock.advance(15)
    served = running.markets[-1].quotes["0700.HK"]
    assert (served.price, served.source) == (600.0, "second")
    assert [remark.subject for remark in running.markets[-1].remarks] == ["0700.HK"]
    first.prices["0700.HK"] = 600.0
    await clock.advance(15)
    assert running.markets[-1].remarks == ()


async def test_lines_outside_the_universe_do_not_enter(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES, [close("9999.HK", BASE, 1.0)])
    market = await make(first).poll_once(10)
    assert "9999.HK" not in market.closes


async def test_closing_ends_the_run_and_the_providers(make: Made, clock: ManualClock) -> None:
    first = Fake("first", clock, PRICES)
    first.hold = asyncio.Event()
    feed = make(first)
    running = await started(feed, clock)
    await feed.close()
    await asyncio.wait_for(running.task, 5)
    assert first.closed
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await until(lambda: all(task.done() for task in others))


async def test_a_bug_in_a_provider_ends_the_run_with_its_error(make: Made, clock: ManualClock) -> None:
    class Buggy(Fake):
        async def fetch(self, request: Request) -> Answer:
            raise ZeroDivisionError(request)

    running = Running(make(Buggy("buggy", clock)), clock)
    with pytest.raises(ZeroDivisionError):
        await running.task


async def test_many_polls_leave_nothing_behind(make: Made, clock: ManualClock, store: Store) -> None:
    first = Fake("first", clock, PRICES)
    feed = make(first, store=store)
    running = await started(feed, clock)
    tasks = len(asyncio.all_tasks())
    for step in range(200):
        first.prices["0700.HK"] = 600.0 + step % 5
        await clock.advance(15)
        del running.markets[:-1], first.requests[:]
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    assert len(feed.market().quotes) == len(PRICES)
    assert len(list(store.records())) < 10
