"""`x` and `y` on the monitor: which figure they mean, what they show and what they copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import msgspec
import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from metrics.board import Board
from tests.tui.fakes import FakeEngine, board, trends
from tui.app import NarrowsApp
from tui.boards import shipped
from tui.config import Config, Display
from tui.live import Update
from tui.options import Settings
from tui.screens.explain import ExplainScreen

SMALL, MIDDLE = (80, 24), (120, 40)


def reference(**more: object) -> Board:
    found = shipped("default")
    assert found is not None
    return msgspec.structs.replace(found, **more)


class Driven:
    """An app under a pilot, in the words of these tests."""

    def __init__(self, app: NarrowsApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def deliver(self, of: Board) -> None:
        cast("FakeEngine", self.app.engine).deliver(Update(board=of, trends=trends("1M")))
        await self.pilot.pause()

    async def to(self, column: str) -> None:
        """Move the cursor to a column by keys alone."""
        table = self.app.monitor.table
        for _ in table.columns:
            if table.cursor_column == column:
                return
            await self.press("right")
        assert table.cursor_column == column

    @property
    def on_top(self) -> Screen[object]:
        return self.app.screen

    @property
    def dialog(self) -> ExplainScreen:
        screen = self.on_top
        assert isinstance(screen, ExplainScreen)
        return screen

    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def foot(self) -> str:
        return "".join(span.text for span in self.app.monitor.foot.footer.picture[0])


@asynccontextmanager
async def monitor(
    size: tuple[int, int] = MIDDLE, of: Board | None = None, settings: Settings | None = None
) -> AsyncIterator[Driven]:
    shown = of or reference()
    app = NarrowsApp(settings or Settings(config=Config()), shown, FakeEngine)
    async with app.run_test(size=size) as pilot:
        driven = Driven(app, pilot)
        await driven.deliver(shown)
        yield driven


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
@pytest.mark.parametrize(
    ("pane", "column", "path"),
    [
        ("1", "name", "basket.value_usd"),
        ("1", "cap", "basket.constituents[tencent].market_cap_usd"),
        ("1", "weight", "basket.constituents[tencent].weight_pct"),
        ("1", "last", "basket.constituents[tencent].lines[0700.HK].price"),
        ("1", "source", "basket.value_usd"),
        ("2", "share", "share.by_subsector[cloud].share_pct"),
        ("3", "2025", "capex.companies[Tencent,2025].capex_usd"),
        ("3", "company", "capex.windows[2023-2025].ratio_pct"),
        ("4", "spread", "spreads.subsectors[cloud].spread_pct"),
        ("5", "gap", "models.history[2026-10-08,4.3.2,US].gap_pct"),
        ("6", "days", "catalysts[0].days"),
    ],
)
async def test_x_explains_the_number_under_the_cursor_else_the_headline(
    size: tuple[int, int], pane: str, column: str, path: str
) -> None:
    async with monitor(size) as it:
        await it.press(pane)
        await it.to(column)
        await it.press("x")
        assert it.dialog.figure.path == path
        assert it.dialog.figure.explanation.title[:40] in it.text()
        await it.press("x")
        assert it.on_top is it.app.monitor


@pytest.mark.parametrize("key", ["escape", "q", "x", "enter"])
async def test_it_closes_and_the_program_goes_on(key: str) -> None:
    async with monitor() as it:
        await it.press("x", key)
        assert it.on_top is it.app.monitor
        assert it.app.is_running


async def test_left_and_right_go_through_the_figures_of_the_headline() -> None:
    async with monitor() as it:
        await it.press("2")
        await it.to("share")
        await it.press("x")
        assert "1 of 9" in it.text()
        await it.press("right")
        assert it.dialog.figure.path == "share.listed_pct"
        await it.press("h", "left")
        assert it.dialog.figure.path == "same_moment.peers_since_pct"
        await it.press("l")
        assert it.dialog.figure.path == "share.by_subsector[cloud].share_pct"


async def test_in_a_low_terminal_it_scrolls_to_the_line_that_is_copied() -> None:
    async with monitor(SMALL) as it:
        await it.press("4")
        await it.to("spread")
        await it.press("x")
        assert "copies this line" not in it.text()
        assert "↑↓ more" in it.text()
        await it.press("end")
        assert "copies this line" in it.text()
        await it.press("home")
        assert "-12.43 %" in it.text()


async def test_it_stays_with_its_board_while_updates_arrive() -> None:
    async with monitor() as it:
        await it.press("x")
        before = it.text()
        newer = reference()
        basket = msgspec.structs.replace(newer.basket, value_usd=1.5e12)
        await it.deliver(msgspec.structs.replace(newer, basket=basket))
        assert "stays at 23:59" in before
        assert "$3.154 tn" in it.text()
        await it.press("y")
        assert "$3.154 tn" in it.app.clipboard
        await it.press("x", "x")
        assert "$1.500 tn" in it.text()


async def test_it_takes_another_size() -> None:
    async with monitor() as it:
        await it.press("x")
        await it.pilot.resize_terminal(60, 20)
        await it.pilot.pause()
        assert it.text().splitlines()[0].startswith("╭─ Value of the basket")


async def test_y_copies_one_line_and_says_so_at_the_foot_for_a_moment() -> None:
    async with monitor() as it:
        await it.to("cap")
        await it.press("y")
        line = it.app.clipboard
        assert line.startswith(
            "OFFLINE, reference of 24 Jul 2026: Market cap of Tencent Holdings: $503.7 bn = "
        )
        assert "universe default" in line
        assert "Narrows" in line
        assert line.isprintable()
        assert it.foot.startswith(" copied OFFLINE, reference of 24 Jul 2026: Market cap")
        assert not it.app._notifications
        it.app.monitor.foot.clear()
        assert it.foot.startswith(" 1-6 pane")


@pytest.mark.parametrize(("mode", "begins"), [("demo", "DEMO, simulated market: "), ("live", "Value of")])
async def test_the_line_says_what_market_it_is_of(mode: str, begins: str) -> None:
    async with monitor(of=reference(mode=mode)) as it:
        await it.press("y")
        assert it.app.clipboard.startswith(begins)


async def test_what_the_dialog_shows_is_what_it_copies() -> None:
    async with monitor((200, 60)) as it:
        await it.press("x", "y")
        shown = " ".join("".join(span.text for span in line) for line in it.dialog.text.picture)
        assert it.app.clipboard in shown
        assert "copied" in it.text()


async def test_what_is_missing_is_explained_and_not_copied() -> None:
    async with monitor() as it:
        await it.to("day")
        await it.press("x")
        assert "no figure: an input is missing" in it.text()
        await it.press("y", "x", "y")
        assert it.app.clipboard == ""
        assert it.foot.startswith(" not copied ")


async def test_a_board_that_keeps_no_explanation_says_so_at_the_foot() -> None:
    async with monitor(of=board()) as it:
        await it.press("x")
        assert it.on_top is it.app.monitor
        assert it.foot.startswith(" no figure ")


async def test_an_alert_at_the_foot_comes_back_after_the_note() -> None:
    async with monitor() as it:
        it.app.monitor.foot.tell([("ALERT", "share"), ("a", "alerts")])
        await it.press("y")
        assert it.foot.startswith(" copied")
        it.app.monitor.foot.clear()
        assert it.foot.startswith(" ALERT share")


async def test_a_kiosk_may_copy() -> None:
    async with monitor(settings=Settings(config=Config(), kiosk=True)) as it:
        await it.press("y")
        assert "Value of the basket" in it.app.clipboard


async def test_the_keys_can_be_changed_and_close_the_dialog_too() -> None:
    settings = Settings(config=Config(keys={"view.explain": "e", "view.copy": "f5"}))
    async with monitor(settings=settings) as it:
        await it.press("e")
        assert "f5 copies this line" in it.text()
        await it.press("f5")
        assert "Value of the basket" in it.app.clipboard
        await it.press("e")
        assert it.on_top is it.app.monitor


async def test_in_ascii_it_is_ascii() -> None:
    settings = Settings(config=Config(display=Display(symbols="ascii")))
    async with monitor(SMALL, settings=settings) as it:
        await it.press("4", "x")
        assert it.text().isascii()
        await it.press("y")
        assert it.app.clipboard.isascii()
