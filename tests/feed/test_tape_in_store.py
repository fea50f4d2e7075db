"""The tape in the store: what a running feed puts there, what comes back, what goes after a month."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from feed import taping
from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.ledger import Ledger
from feed.replay import Player
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import BusyError
from feed.tape import Tape
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from feed.taping import Taping
from providers.market import Market
from providers.records import Quote, Remark
from tests.feed.support import TUESDAY_MORNING, Fake, close, line, universe, until
from tests.replay.live import shown
from tests.replay.polls import record

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
TODAY = TUESDAY_MORNING.date()
UNPOLLED = 2
"""Markets that a run publishes before its first poll; they are not on the tape."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()


class Row(Taken):
    """A frame that has been packed already."""

    def __init__(self, row: TapeRow) -> None:
        object.__setattr__(self, "packed", row)

    def row(self) -> TapeRow:
        packed: TapeRow = self.packed  # type: ignore[attr-defined] # set above
        return packed


def saved(store: Store, polls: int, step: float = 15.0) -> list[TapeRow]:
    """Put a tape of empty polls into the store."""
    rows = record([[] for _ in range(polls)], step=step)[1]
    store.save([], tape=[Row(row) for row in rows])
    return rows


def feed_on(store: Store, clock: ManualClock, fake: Fake, notes: tuple[Remark, ...] = ()) -> Feed:
    return Feed(
        providers=[fake],
        store=store,
        clock=clock,
        exchanges=Exchanges(one.exchange for one in LINES),
        universe=universe(*LINES),
        settings=FeedSettings(),
        mode="live",
        notes=notes,
    )


async def ran(
    store: Store, clock: ManualClock, fake: Fake, polls: int, notes: tuple[Remark, ...] = ()
) -> list[Market]:
    """A feed that ran on the store and was closed right after its last poll; the Markets that it polled."""
    feed = feed_on(store, clock, fake, notes)
    markets: list[Market] = []
    running = asyncio.create_task(feed.run(markets.append))
    await until(lambda: len(markets) > UNPOLLED)
    for number in range(polls):
        fake.prices["0700.HK"] = 600.0 + number
        await clock.advance(15)
    await feed.close()
    await asyncio.wait([running])
    return markets[UNPOLLED:]


def played(store: Store) -> tuple[Player, list[Market]]:
    """The tape of the day, with the Market of each frame."""
    player = Player(Tape.of(store.tape(TODAY, TODAY)))
    return player, [player.go(number) for number in range(len(player))]


async def test_a_running_feed_puts_every_poll_on_the_tape_and_it_replays_as_it_was(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    fake = Fake("first", clock, PRICES, [close("0700.HK", TODAY - dt.timedelta(days=4), 590.0)])
    note = Remark(subject="sec", text="sec is left out: no contact", at=TUESDAY_MORNING)
    live = await ran(store, clock, fake, 40, (note,))
    player, frames = played(store)
    assert player.notes == (note,)
    assert len(live) > 20
    assert [shown(market) for market in frames[: len(live)]] == [shown(market) for market in live]


async def test_the_answers_of_the_last_moment_are_on_the_tape_as_in_the_store(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    await ran(store, clock, Fake("first", clock, PRICES), 7)
    _, frames = played(store)
    stored = {record.symbol: record for record in store.records() if isinstance(record, Quote)}
    assert stored["0700.HK"].price == 606.0
    assert frames[-1].quotes == stored


async def test_a_write_that_is_under_way_when_the_feed_closes_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    begun, go = threading.Event(), threading.Event()
    save = store.save

    def slow(*args: Any, **kwargs: Any) -> int:
        begun.set()
        assert go.wait(10)
        return save(*args, **kwargs)

    monkeypatch.setattr(store, "save", slow)
    feed = feed_on(store, clock, Fake("first", clock, PRICES))
    running = asyncio.create_task(feed.run(lambda _: None))
    await until(begun.is_set)
    closing = asyncio.create_task(feed.close())
    await until(running.done)
    assert not closing.done()
    go.set()
    await closing
    assert {record.symbol for record in store.records() if isinstance(record, Quote)} == PRICES.keys()


async def test_a_write_that_fails_when_the_feed_closes_is_tried_once_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    begun, go = threading.Event(), threading.Event()
    save = store.save

    def busy_once(*args: Any, **kwargs: Any) -> int:
        if begun.is_set():
            return save(*args, **kwargs)
        begun.set()
        assert go.wait(10)
        raise BusyError("Store: another process has locked it; it will be tried again.")

    monkeypatch.setattr(store, "save", busy_once)
    feed = feed_on(store, clock, Fake("first", clock, PRICES))
    running = asyncio.create_task(feed.run(lambda _: None))
    await until(begun.is_set)
    closing = asyncio.create_task(feed.close())
    await until(running.done)
    go.set()
    await closing
    assert {record.symbol for record in store.records() if isinstance(record, Quote)} == PRICES.keys()


async def test_a_run_goes_on_with_the_reel_that_tells_all_it_knows(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    live: list[Market] = []
    notes = [Remark(subject="sec", text="left out", at=TUESDAY_MORNING + dt.timedelta(n)) for n in range(2)]
    for note in notes:
        fake = Fake("first", clock, PRICES, [close("0700.HK", TODAY - dt.timedelta(days=4), 590.0)])
        live += await ran(store, clock, fake, 5, (note,))
        await clock.advance(15)
    player, frames = played(store)
    assert len(player.tape.reels) == 1
    assert player.tape.flaws == ()
    replayed = {shown(market) for market in frames}
    assert all(shown(market) in replayed for market in live)
    assert player.notes == (notes[1],)
    player.go(1)
    assert player.notes == (notes[0],)


async def test_a_run_that_knows_more_than_the_tape_tells_begins_a_reel(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    await ran(store, clock, Fake("first", clock, PRICES), 3)
    store.save([close("0700.HK", TODAY - dt.timedelta(days=5), 580.0)])
    await ran(store, clock, Fake("first", clock, PRICES), 3)
    tape = Tape.of(store.tape(TODAY, TODAY))
    assert len(tape.reels) == 2
    assert tape.flaws == ()
    assert tape.reels[1].base.scene.at > tape.reels[0].base.scene.at


async def test_a_long_reel_is_not_played_to_go_on_with_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taping, "MOST_POLLS", 2)
    clock = ManualClock(TUESDAY_MORNING)
    for _ in range(2):
        await ran(store, clock, Fake("first", clock, PRICES), 3)
    assert len(Tape.of(store.tape(TODAY, TODAY)).reels) == 2


async def test_whoever_waits_for_the_tape_goes_on_when_another_process_polls_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def slow(_most: int) -> list[TapeRow]:
        asked.wait(5)
        return []

    monkeypatch.setattr(store, "newest_reel", slow)
    taping = Taping(Ledger(universe(*LINES)), ())
    taping.record(lambda _taken: None, "")
    taping.look(store, 15.0, TODAY)
    waiting = asyncio.create_task(taping.ready())
    await asyncio.sleep(0)
    taping.rest()
    asked.set()
    await asyncio.wait([waiting])
    assert not waiting.cancelled()
    assert waiting.exception() is None


async def test_polls_of_programs_that_poll_once_are_frames_of_one_reel(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    live = []
    for number in range(6):
        feed = feed_on(store, clock, Fake("first", clock, PRICES | {"0700.HK": 600.0 + number}))
        live.append(await feed.poll_once(10, fill=False))
        await feed.close()
        await clock.advance(60)
    player, frames = played(store)
    assert len(player.tape.reels) == 1
    assert [shown(market) for market in frames] == [shown(market) for market in live]
    base, *polls = player.tape.all_rows()
    assert max(len(row.body) for row in polls) < len(base.body)


async def test_who_only_follows_puts_nothing_on_the_tape(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    feed = feed_on(store, clock, Fake("first", clock, PRICES))
    markets: list[Market] = []
    running = asyncio.create_task(feed.run(markets.append))
    await until(lambda: sum(day.frames for day in store.tape_days()) > 0)
    follower = feed_on(store, clock, Fake("first", clock, PRICES))
    before = store.tape_days()
    market = await follower.poll_once(10, fill=False)
    await follower.close()
    assert market.poller is not None
    assert market.poller.role == "follows"
    assert store.tape_days() == before
    await feed.close()
    await asyncio.wait([running])


def test_what_is_saved_comes_back_by_day(store: Store) -> None:
    rows = saved(store, 12, step=3 * 3600.0)
    assert list(store.tape(TODAY, TODAY)) == [row for row in rows if row.reel == rows[0].reel]
    assert list(store.tape(TODAY, TODAY + dt.timedelta(days=1))) == rows
    assert list(store.tape(TODAY - dt.timedelta(days=3), TODAY - dt.timedelta(days=1))) == []
    assert [(day.day, day.frames) for day in store.tape_days()] == [
        (TODAY, 8),
        (TODAY + dt.timedelta(days=1), 4),
    ]
    assert sum(day.size for day in store.tape_days()) == sum(len(row.body) for row in rows)


def test_a_write_that_is_done_again_adds_only_what_is_new(store: Store) -> None:
    rows = saved(store, 3)
    more = TapeRow(rows[-1].reel, rows[-1].number + 1, rows[-1].at + 1, b"more")
    store.save([], tape=[Row(row) for row in (*rows, more)])
    assert list(store.tape(TODAY, TODAY)) == [*rows, more]


def test_frames_that_waited_while_another_process_went_on_with_their_reel_are_left_out(store: Store) -> None:
    reel, number, at, _ = saved(store, 3)[-1]
    theirs = TapeRow(reel, number + 1, at + 1, b"theirs")
    store.save([], tape=[Row(theirs)])
    waited = [TapeRow(reel, number + step, at + step, b"mine") for step in (1, 2)]
    store.save([], tape=[Row(row) for row in waited])
    assert list(store.tape(TODAY, TODAY))[-1] == theirs


def test_reels_go_whole_after_a_month(store: Store) -> None:
    rows = saved(store, 12, step=3 * 3600.0)
    second_day = dt.datetime.combine(TODAY + dt.timedelta(days=1), dt.time(12), dt.UTC)
    store.compact(second_day + dt.timedelta(days=30))
    assert list(store.tape(TODAY, TODAY + dt.timedelta(days=9))) == []
    assert store.tape_days() == []
    assert len(rows) == 12


def test_a_month_is_kept(store: Store) -> None:
    rows = saved(store, 3)
    store.compact(TUESDAY_MORNING + dt.timedelta(days=29, hours=22))
    assert list(store.tape(TODAY, TODAY)) == rows
