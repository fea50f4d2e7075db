"""The tape in the store: what a running feed puts there, what comes back, what goes after a month."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator

import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.replay import Player
from feed.sessions import Exchanges
from feed.store import Store
from feed.tape import Tape
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from providers.market import Market
from providers.records import Remark
from tests.feed.support import TUESDAY_MORNING, Fake, close, line, universe, until
from tests.replay.live import shown
from tests.replay.polls import record

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
TODAY = TUESDAY_MORNING.date()


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


def frames(store: Store) -> int:
    """How many frames the store has."""
    return sum(day.frames for day in store.tape_days())


def polls_itself(market: Market) -> bool:
    """Whether the process that published it holds the lease."""
    return market.poller is not None and market.poller.role == "polls"


async def ran(
    store: Store, clock: ManualClock, fake: Fake, polls: int, notes: tuple[Remark, ...] = ()
) -> list[Market]:
    """A feed that runs on the store, and the Markets that it published."""
    feed = Feed(
        providers=[fake],
        store=store,
        clock=clock,
        exchanges=Exchanges(one.exchange for one in LINES),
        universe=universe(*LINES),
        settings=FeedSettings(),
        mode="live",
        notes=notes,
    )
    markets: list[Market] = []
    before = frames(store)
    running = asyncio.create_task(feed.run(markets.append))
    await until(lambda: bool(markets) and bool(markets[-1].sessions) and polls_itself(markets[-1]))
    for number in range(polls):
        fake.prices["0700.HK"] = 600.0 + number
        await clock.advance(15)
    await until(lambda: frames(store) > before)
    await feed.close()
    await asyncio.wait([running])
    return markets


async def test_a_running_feed_puts_every_poll_on_the_tape_and_it_replays_as_it_was(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    fake = Fake("first", clock, PRICES, [close("0700.HK", TODAY - dt.timedelta(days=4), 590.0)])
    note = Remark(subject="sec", text="sec is left out: no contact", at=TUESDAY_MORNING)
    live = {market.at: market for market in await ran(store, clock, fake, 40, (note,))}
    player = Player(Tape.of(store.tape(TODAY, TODAY)))
    assert player.notes == (note,)
    for number in range(len(player)):
        market = player.go(number)
        assert shown(market) == shown(live[market.at])
    instants = [player.instant(number) for number in range(len(player))]
    assert len(instants) > 20
    assert instants == [at for at, market in live.items() if market.quotes][: len(instants)]


async def test_each_run_begins_a_reel_of_its_own(store: Store) -> None:
    clock = ManualClock(TUESDAY_MORNING)
    for _ in range(2):
        await ran(store, clock, Fake("first", clock, PRICES), 3)
    tape = Tape.of(store.tape(TODAY, TODAY))
    assert len(tape.reels) == 2
    assert tape.flaws == ()
    assert tape.reels[1].base.scene.at > tape.reels[0].base.scene.at


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
