"""The monitor on a tape, driven by keys."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from feed.replay import Player
from feed.tape import Tape
from feed.tape_frames import TapeRow
from providers.records import Quote
from tests.replay.polls import START, record
from tui import keymap
from tui.config import Config, Display
from tui.options import Settings
from tui.replay import Plan
from tui.replay_app import ReplayApp
from tui.screens.explain import ExplainScreen
from tui.screens.help import HelpScreen, help_text
from tui.screens.replay import SeekBar

POLLS = 40


def rows() -> list[TapeRow]:
    def quote(number: int) -> Quote:
        at = START + dt.timedelta(seconds=number * 60)
        return Quote(
            source="f", symbol="0700.HK", price=600.0 + number, currency="HKD", as_of=at, received=at
        )

    return record([[quote(number)] for number in range(POLLS)], step=60.0)[1]


ROWS = rows()


class Driven:
    """A replay under a pilot."""

    def __init__(self, app: ReplayApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def settled(self) -> None:
        """Until the frame of the clock's instant is on the screen."""
        while self.shown() != self.expected():
            await asyncio.sleep(0)
            await self.pilot.pause()

    def expected(self) -> int:
        return self.app.replay._player.at(self.app.replay.now())

    def shown(self) -> int | None:
        board = self.app.monitor._board
        return None if board is None else round((board.as_of - START).total_seconds() / 60)

    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]


@asynccontextmanager
async def replaying(
    start: int = 0, *, running: bool = False, tape: Tape | None = None
) -> AsyncIterator[Driven]:
    tape = tape or Tape.of(ROWS)
    settings = Settings(config=Config(display=Display(zone="Asia/Hong_Kong")))
    begin = START + dt.timedelta(minutes=start)
    plan = Plan(player=Player(tape), start=begin, end=tape.last, speed=60.0, zone=dt.UTC, paused=not running)
    app = ReplayApp(settings, plan)
    async with app.run_test(size=(140, 40)) as pilot:
        driven = Driven(app, pilot)
        await driven.settled()
        yield driven


async def test_the_first_line_says_that_it_is_a_replay_of_when_and_how_fast() -> None:
    async with replaying(5) as it:
        first = it.lines()[0]
        assert "REPLAY 2026-11-24 09:05 ×60" in first
        assert "PAUSED" in first
        assert " live" not in first


async def test_step_and_back_show_every_poll() -> None:
    async with replaying(5) as it:
        await it.press("full_stop")
        assert it.shown() == 6
        await it.press("comma", "comma")
        assert it.shown() == 4
        assert it.app.replay.paused


async def test_a_step_beyond_either_end_stays_there() -> None:
    async with replaying(0) as it:
        await it.press("comma")
        assert it.shown() == 0
    async with replaying(POLLS - 1) as it:
        await it.press("full_stop")
        assert it.shown() == POLLS - 1


async def test_space_and_p_stop_it_and_let_it_go_on() -> None:
    async with replaying(5, running=True) as it:
        await it.press("space")
        assert "PAUSED" in it.lines()[0]
        stood = it.app.replay.now()
        await it.press("p")
        assert "PAUSED" not in it.lines()[0]
        assert it.app.replay.now() > stood


async def test_faster_and_slower_stand_in_the_first_line() -> None:
    async with replaying(5) as it:
        await it.press("plus")
        assert "×120" in it.lines()[0]
        await it.press("minus", "minus")
        assert "×30" in it.lines()[0]


async def test_a_time_is_typed_and_shown_forward_and_back() -> None:
    async with replaying(5) as it:
        await it.press("T", *"01:30", "enter")
        assert it.shown() == 30
        assert not it.app.screen.query(SeekBar)
        await it.press("T", *"01:02", "enter")
        assert it.shown() == 2


async def test_a_time_that_the_tape_has_not_moves_nothing() -> None:
    async with replaying(5) as it:
        await it.press("T", *"23:30", "enter")
        assert it.shown() == 5
        assert it.app.screen.query(SeekBar)
        await it.press("escape")
        assert not it.app.screen.query(SeekBar)


async def test_the_next_event_is_a_change_of_session() -> None:
    async with replaying(0) as it:
        await it.press("n")
        assert it.shown() == 3
        await it.press("n")
        assert it.shown() == 5


async def test_after_the_last_event_it_stays() -> None:
    async with replaying(POLLS - 1) as it:
        await it.press("n")
        assert it.shown() == POLLS - 1


async def test_it_plays_by_itself_to_the_end_and_stops_there() -> None:
    async with replaying(0, running=True) as it:
        for _ in range(6):
            await it.press("plus")
        it.app.replay.clock.set(START + dt.timedelta(minutes=POLLS - 1))
        it.app.replay.pace(1)
        await it.settled()
        assert it.shown() == POLLS - 1
        assert it.app.replay.paused


async def test_peers_and_timeframe_change_as_ever() -> None:
    async with replaying(5) as it:
        await it.press("u", "t")
        while (board := it.app.monitor._board) is None or board.spreads.peers != "us":
            await it.pilot.pause()
        assert it.shown() == 5


async def test_what_is_missing_on_the_tape_is_remarked() -> None:
    damaged = Tape.of([row for row in ROWS if row.number != 9])
    async with replaying(2, tape=damaged) as it:
        board = it.app.monitor._board
        assert board is not None
        assert [remark.text for remark in board.remarks if remark.subject == "tape"] == list(damaged.flaws)


async def test_help_and_footer_show_the_keys_of_a_replay() -> None:
    async with replaying(5) as it:
        assert ". poll" in it.lines()[-1]
        await it.press("question_mark")
        assert isinstance(it.app.screen, HelpScreen)
    assert "replay.seek" in help_text({}, replay=True)
    assert "replay.seek" not in help_text({})


def test_no_key_of_a_replay_means_something_else() -> None:
    taken = [one for key in (*keymap.KEYMAP, *keymap.REPLAY) for one in key.keys.split(",")]
    assert len(taken) == len(set(taken))


def test_keys_of_a_replay_can_be_chosen() -> None:
    assert keymap.overrides({"replay.event": "e"}) == {"replay.event": "e"}
    with pytest.raises(keymap.KeymapError, match="already means"):
        keymap.overrides({"replay.event": "q"})


async def test_a_figure_is_explained_and_copied_as_one_of_a_replay() -> None:
    async with replaying(start=5) as it:
        it.app.monitor.table.move_to("tencent", "last")
        await it.press("x")
        assert isinstance(it.app.screen, ExplainScreen)
        await it.press("y")
        line = it.app.clipboard
        assert line.startswith("REPLAY of a recorded day: Price of 0700.HK: 605.00 HKD; ")
        assert "as of 24 Nov 2026 09:05 HKT (UTC+8)" in line
        await it.press("x")
        assert len(it.app.screen_stack) == 1
