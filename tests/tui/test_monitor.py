"""The monitor at the three sizes, driven by keys alone, with an engine that stands still."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import msgspec
import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from metrics.board import Board, RemarkView
from tests.tui.fakes import NOW, FakeEngine, board, trends
from tui import keymap
from tui.app import NarrowsApp
from tui.config import Config
from tui.errors import StoreUnusable
from tui.live import Update
from tui.options import Settings
from tui.screens.columns import ColumnsScreen
from tui.screens.filter_bar import FilterBar
from tui.screens.help import HelpScreen
from tui.screens.palette import Palette
from widgets.pane import Pane

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
SIZES = (SMALL, MIDDLE, LARGE)


class Driven:
    """An app under a pilot, in the words of these tests."""

    def __init__(self, app: NarrowsApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.engine = cast("FakeEngine", app.engine)
        self.monitor = app.monitor

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def deliver(self, shown: Board) -> None:
        self.engine.deliver(Update(board=shown, trends=trends(self.engine.timeframe)))
        await self.pilot.pause()

    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@asynccontextmanager
async def monitor(
    size: tuple[int, int] = MIDDLE, first: Board | None = None, config: Config | None = None
) -> AsyncIterator[Driven]:
    settings = Settings(config=config or Config())
    app = NarrowsApp(settings, first or board(), FakeEngine)
    async with app.run_test(size=size) as pilot:
        driven = Driven(app, pilot)
        await driven.deliver(first or board())
        yield driven


def form(pane: Pane) -> str:
    return pane.form


def on_top(it: Driven) -> Screen[object]:
    return it.app.screen


def ticking(it: Driven) -> bool:
    return it.monitor._ticking._active.is_set()


@pytest.mark.parametrize("size", SIZES)
async def test_every_pane_is_reached_by_its_number(size: tuple[int, int]) -> None:
    async with monitor(size) as it:
        for number, pane in enumerate(keymap.PANES, start=1):
            await it.press(str(number))
            assert it.monitor.active == pane
            assert it.monitor.pane.form == "full"
            assert it.app.focused is it.monitor.area.panes[pane].table


@pytest.mark.parametrize("size", SIZES)
async def test_tab_goes_round_and_shift_tab_back(size: tuple[int, int]) -> None:
    async with monitor(size) as it:
        seen = []
        for _ in keymap.PANES:
            await it.press("tab")
            seen.append(it.monitor.active)
        assert seen == [*keymap.PANES[1:], keymap.PANES[0]]
        await it.press("shift+tab")
        assert it.monitor.active == "catalysts"


async def test_small_terminal_is_an_accordion_with_live_headlines() -> None:
    async with monitor(SMALL) as it:
        forms = {name: pane.form for name, pane in it.monitor.area.panes.items()}
        assert forms == {**dict.fromkeys(keymap.PANES, "folded"), "basket": "full"}
        assert "6.5 % listed" in it.text()
        await it.press("3")
        assert it.monitor.area.panes["basket"].form == "folded"
        assert "$1.784 tn" in it.text()


@pytest.mark.parametrize("size", SIZES)
async def test_every_pane_shows_its_headline(size: tuple[int, int]) -> None:
    async with monitor(size) as it:
        text = it.text()
        for words in (
            "NARROWS",
            "live",
            "$1.784 tn",
            "6.5 %",
            "14.2 %",
            "-11 %",
            "20.7 %",
            "Alibaba results",
        ):
            assert words in text
        assert text.splitlines()[-1].rstrip().endswith("q quit")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("back", ["z", "escape", "enter"])
async def test_zoom_and_back_to_the_same_place(size: tuple[int, int], back: str) -> None:
    async with monitor(size) as it:
        await it.press("down", "down")
        row = it.monitor.table.cursor_row
        await it.press("z")
        pane = it.monitor.pane
        assert form(pane) == "zoomed"
        assert pane.region == it.monitor.area.region
        assert [other.display for other in it.monitor.area.panes.values()].count(True) == 1
        await it.press(back)
        assert form(pane) == "full"
        assert it.monitor.table.cursor_row == row
        assert all(other.display for other in it.monitor.area.panes.values())


async def test_zoom_goes_along_to_another_pane() -> None:
    async with monitor() as it:
        await it.press("z", "4")
        assert it.monitor.area.panes["spreads"].form == "zoomed"
        assert it.app.focused is it.monitor.area.panes["spreads"].table


async def test_a_focus_of_before_does_not_turn_back_where_keys_have_led() -> None:
    async with monitor() as it:
        it.monitor.action_pane("capex")
        it.monitor.action_zoom()
        it.monitor.follow_focus(events.DescendantFocus(it.monitor.area.panes["basket"].table))
        await it.pilot.pause()
        assert (it.monitor.active, it.monitor.area.places.active) == ("capex", "capex")
        assert "3 Capex ratio" in it.text()


@pytest.mark.parametrize(("down", "up"), [("down", "up"), ("j", "k")])
async def test_arrows_and_letters_move_between_rows(down: str, up: str) -> None:
    async with monitor() as it:
        rows = [row.key for row in it.monitor.table.rows]
        await it.press(down, down)
        assert it.monitor.table.cursor_row == rows[2]
        await it.press(up)
        assert it.monitor.table.cursor_row == rows[1]
        await it.press("end")
        assert it.monitor.table.cursor_row == rows[-1]
        await it.press("home")
        assert it.monitor.table.cursor_row == rows[0]


@pytest.mark.parametrize(("right", "left"), [("right", "left"), ("l", "h")])
async def test_arrows_and_letters_move_between_columns(right: str, left: str) -> None:
    async with monitor() as it:
        before = it.monitor.table.cursor_column
        await it.press(right)
        assert it.monitor.table.cursor_column != before
        await it.press(left)
        assert it.monitor.table.cursor_column == before


async def test_s_sorts_by_the_column_under_the_cursor_and_shift_s_reverses() -> None:
    async with monitor() as it:
        await it.press("right", "s")
        assert it.monitor.table.sort is not None
        column, descending = it.monitor.table.sort
        assert column == it.monitor.table.cursor_column
        first = it.monitor.table.rows[0].key
        await it.press("S")
        assert it.monitor.table.sort == (column, not descending)
        assert it.monitor.table.rows[-1].key == first


async def test_refresh_moves_neither_cursor_nor_sort_nor_filter() -> None:
    async with monitor() as it:
        await it.press("right", "s", "slash", *"Issuer 1", "enter", "down")
        table = it.monitor.table
        before = (table.cursor_row, table.cursor_column, table.sort, table.filter_text, table.top)
        await it.deliver(board(issuers=31))
        assert (table.cursor_row, table.cursor_column, table.sort, table.filter_text, table.top) == before


async def test_filter_narrows_while_typing_enter_keeps_it_escape_drops_it() -> None:
    async with monitor() as it:
        await it.press("slash", *"Issuer 12")
        assert {row.key for row in it.monitor.table.rows} == {"issuer2", "issuer3", "issuer12"}
        await it.press("enter")
        assert not it.monitor.query(FilterBar)
        assert it.app.focused is it.monitor.table
        assert len(it.monitor.table.rows) == 3
        await it.press("escape")
        assert len(it.monitor.table.rows) == 30
        await it.press("slash", "q", "escape")
        assert not it.monitor.query(FilterBar)
        assert len(it.monitor.table.rows) == 30


async def test_columns_are_chosen_from_a_list() -> None:
    async with monitor(LARGE) as it:
        assert "Wt %" in it.text()
        await it.press("c")
        assert isinstance(on_top(it), ColumnsScreen)
        titles = [column.title for column in it.monitor.table.columns]
        await it.press(*["down"] * titles[1:].index("Wt %"), "space", "escape")
        assert on_top(it) is it.monitor
        assert "Wt %" not in it.text()
        await it.deliver(board())
        assert "Wt %" not in it.text()


async def test_timeframe_peers_refresh_and_pause_reach_the_engine() -> None:
    async with monitor() as it:
        await it.press("t", "u", "r", "p")
        assert (it.engine.timeframe, it.engine.peers, it.engine.paused) == ("3M", "us", True)
        assert "refresh" in it.engine.asked
        assert "PAUSED" in it.text()
        await it.press("p")
        assert "PAUSED" not in it.text()


async def test_help_lists_the_keys_that_are_bound() -> None:
    async with monitor(LARGE, config=Config(keys={"app.help": "f1", "table.sort": "o"})) as it:
        await it.press("question_mark")
        assert it.app.screen is it.monitor
        await it.press("f1")
        assert isinstance(it.app.screen, HelpScreen)
        assert "o               table.sort" in it.text()
        await it.press("escape", "o")
        assert it.app.screen is it.monitor
        assert it.monitor.table.sort is not None


async def test_a_page_down_in_an_empty_palette_is_harmless() -> None:
    async with monitor() as it:
        await it.press("colon", "pagedown", *"no such command", "pagedown", "pageup", "down", "escape")
        assert it.app.screen is it.monitor


async def test_closing_the_palette_twice_closes_nothing_else() -> None:
    async with monitor() as it:
        await it.press("colon")
        palette = it.app.screen
        assert isinstance(palette, Palette)
        palette.dismiss()
        palette.dismiss()
        await it.pilot.pause()
        assert it.app.screen is it.monitor


async def test_columns_in_a_terminal_of_a_few_rows_are_harmless() -> None:
    async with monitor((20, 3)) as it:
        await it.press("c", "pagedown", "pageup", "escape")
        assert it.app.screen is it.monitor


async def test_a_search_that_comes_after_the_palette_has_closed_is_harmless() -> None:
    async with monitor() as it:
        await it.press("colon")
        palette = it.app.screen
        assert isinstance(palette, Palette)
        await palette.dismiss()
        palette._gather_commands("basket")
        await it.pilot.pause()
        assert it.app.is_running
        assert it.app._exception is None


async def test_palette_opens_and_every_key_can_be_found_in_it() -> None:
    async with monitor() as it:
        await it.press("colon")
        assert it.app.screen is not it.monitor
        await it.press("escape")
        assert it.app.screen is it.monitor
        commands = {command.title: command for command in it.app.get_system_commands(it.monitor)}
        commands["Next timeframe: 1D 5D 1M 3M YTD base"].callback()
        await it.pilot.pause()
        assert it.engine.timeframe == "3M"


@pytest.mark.parametrize("keys", [("q",), ("ctrl+c", "ctrl+c")])
async def test_ways_to_quit(keys: tuple[str, ...]) -> None:
    async with monitor() as it:
        await it.press(*keys)
        assert it.app._exit
        assert not it.app.return_code


@pytest.mark.parametrize("opened", ["?", ":", "/", "P", "i", "a", "c"])
async def test_ctrl_c_quits_whatever_is_open(opened: str) -> None:
    async with monitor() as it:
        await it.press(opened)
        await it.press("ctrl+c")
        assert not it.app._exit
        await it.press("ctrl+c")
        assert it.app._exit


async def test_one_ctrl_c_only_warns() -> None:
    async with monitor() as it:
        await it.press("ctrl+c")
        assert not it.app._exit


async def test_without_a_board_the_frame_stands_and_every_key_is_harmless() -> None:
    app = NarrowsApp(Settings(), None, FakeEngine)
    async with app.run_test(size=MIDDLE) as pilot:
        for key in ("down", "s", "S", "z", "z", "t", "u", "p", "r", "enter", "escape", "2"):
            await pilot.press(key)
        assert app.monitor.active == "share"


async def test_resizing_keeps_the_pane_and_the_row() -> None:
    async with monitor(LARGE) as it:
        await it.press("2", "down")
        row = it.monitor.table.cursor_row
        for width, height in (*SIZES, (40, 10), (300, 100), SMALL):
            await it.pilot.resize_terminal(width, height)
            await it.pilot.pause()
            assert it.monitor.active == "share"
            assert it.monitor.table.cursor_row == row
            assert it.app.focused is it.monitor.table


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(1))
async def test_no_key_in_any_order_raises(size: tuple[int, int], seed: int) -> None:
    keys = [one for key in keymap.KEYMAP for one in key.keys.split(",")]
    harmless = [key for key in keys if key not in {"q", "ctrl+q", "ctrl+c"}]
    dice = random.Random(seed)
    async with monitor(size) as it:
        await it.press(*(dice.choice([*harmless, *"ax[\\", "backspace", "f5"]) for _ in range(50)))
        await it.deliver(board())
        assert it.app.return_code in (None, 0)


async def test_an_error_in_the_engine_is_shown_and_ends_nothing() -> None:
    async with monitor() as it:
        it.engine.error = RuntimeError("boom [b]")
        it.app.start_engine()
        await it.pilot.pause()
        assert "boom [b]" in it.text()
        assert not it.app._exit


async def test_an_unusable_store_ends_the_app_with_its_status() -> None:
    async with monitor() as it:
        it.engine.error = StoreUnusable("damaged")
        it.app.start_engine()
        await it.pilot.pause()
        assert it.app.failure is it.engine.error
        assert it.app.return_code == 4


async def test_nothing_is_painted_when_nothing_changed(paints: Callable[[NarrowsApp], list[object]]) -> None:
    async with monitor() as it:
        seen = paints(it.app)
        await it.deliver(board())
        it.monitor._tick()
        await it.pilot.pause()
        assert seen == []


async def test_the_clock_stands_still_under_another_screen() -> None:
    async with monitor() as it:
        await it.press("question_mark")
        assert not ticking(it)
        await it.press("escape")
        assert ticking(it)


async def test_offline_is_said_with_its_date() -> None:
    first = msgspec.structs.replace(board("offline"), reference_date=dt.date(2026, 7, 24))
    async with monitor(first=first) as it:
        assert "offline" in it.text().splitlines()[0]
        assert "24 Jul 2026" in it.text().splitlines()[0]


async def test_demo_is_unmistakable() -> None:
    async with monitor(first=board("demo")) as it:
        assert "DEMO simulated market" in it.text().splitlines()[0]


async def test_a_bug_ends_the_app_without_printing_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Update) -> None:
        raise KeyError("secret")

    app = NarrowsApp(Settings(), board(), FakeEngine)
    monkeypatch.setattr(app.monitor, "show", fail)

    async def deliver() -> None:
        async with app.run_test() as pilot:
            cast("FakeEngine", app.engine).deliver(Update(board=board(), trends=trends()))
            await pilot.pause()

    with pytest.raises(KeyError):
        await deliver()
    assert isinstance(app.bug, KeyError)
    assert app.return_code == 1
    assert not app._exit_renderables


async def test_remarks_are_counted_in_the_header_and_listed_on_their_key() -> None:
    said = RemarkView(subject="0700.HK", text="a source says 5 % [/more]", at=NOW, severity="warning")
    async with monitor(LARGE, first=msgspec.structs.replace(board(), remarks=(said,))) as it:
        assert "i 1 remark" in it.text()
        await it.press("i")
        assert "warning, " in it.text()
        assert ": 0700.HK" in it.text()
        assert "a source says 5 % [/more]" in it.text()
        await it.press("escape")
        assert on_top(it) is it.monitor


@pytest.mark.parametrize(("size", "there"), [(SMALL, False), (MIDDLE, False), (LARGE, True)])
async def test_a_wide_screen_has_the_largest_moves_of_the_day(size: tuple[int, int], there: bool) -> None:  # noqa: FBT001 - a parameter
    async with monitor(size) as it:
        assert ("Largest moves today" in it.text()) is there
        await it.press("z")
        assert "Largest moves today" not in it.text()
