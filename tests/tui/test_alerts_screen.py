"""The list of alerts, by keys alone, and the line at the foot of the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.metrics.alert_boards import NOW
from tests.tui.alert_helpers import SEVEN, notice
from tui.alerts import screen
from tui.alerts.settings import Alert
from tui.alerts.view import AlertRow
from tui.alerts.watches import watch
from tui.screens.alerts import AlertList, AlertsScreen, described
from widgets.format import Format


def row(when: str = SEVEN, standing: Any = "armed", *, name: str | None = None, **more: Any) -> AlertRow:
    return AlertRow(watch=watch(Alert(when=when, name=name)), now="6.50 %", standing=standing, **more)


ROWS = (
    row(),
    row("providers any down", name="[b]Sources[/b]"),
    row("spreads.total.spread_pct crosses 0"),
)


class Listing(App[None]):
    """Holds nothing but the list."""

    def __init__(self, rows: Sequence[AlertRow]) -> None:
        super().__init__()
        self.listed = AlertsScreen(rows, NOW, Format())
        self.ended: list[str | None] = []
        self.snoozed: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(self.listed, self.ended.append)

    def on_alerts_screen_snooze_requested(self, event: AlertsScreen.SnoozeRequested) -> None:
        self.snoozed.append(event.key)

    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@asynccontextmanager
async def listing(
    rows: Sequence[AlertRow] = ROWS, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Listing, Pilot[None]]]:
    app = Listing(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        (row(), f"{SEVEN}\n  now 6.50 % · waits"),
        (
            row(name="Seven", standing="holds", fired_at=NOW),
            f"Seven   {SEVEN}\n  now 6.50 % · holds · fired 06:32",
        ),
        (
            row(standing="snoozed", snoozed_until=NOW + dt.timedelta(hours=1)),
            f"{SEVEN}\n  now 6.50 % · snoozed until 07:32",
        ),
        (row(standing="missing", why="no row now"), f"{SEVEN}\n  now 6.50 % · no value · no row now"),
    ],
)
def test_an_alert_is_two_lines(shown: AlertRow, lines: str) -> None:
    assert described(shown, NOW, Format()) == lines


async def test_names_are_text_and_never_markup() -> None:
    async with listing() as (app, _):
        assert "[b]Sources[/b]   providers any down" in app.text()


async def test_n_snoozes_the_alert_under_the_cursor() -> None:
    async with listing() as (app, pilot):
        await pilot.press("n", "j", "down", "k", "n")
    assert app.snoozed == [ROWS[0].watch.rule.key, ROWS[1].watch.rule.key]


@pytest.mark.parametrize(
    ("keys", "pane"),
    [
        (["enter"], "share"),
        (["j", "enter"], None),
        (["j", "j", "enter"], "spreads"),
        (["escape"], None),
        (["a"], None),
    ],
)
async def test_enter_goes_to_the_pane_that_an_alert_is_about(keys: list[str], pane: str | None) -> None:
    async with listing() as (app, pilot):
        await pilot.press(*keys)
    assert app.ended == [pane]


async def test_a_new_board_leaves_the_cursor_where_it_is() -> None:
    async with listing() as (app, pilot):
        await pilot.press("j")
        app.listed.show((*ROWS[:2], row("spreads.total.spread_pct crosses 0", standing="early")), NOW)
        await pilot.pause()
        assert app.listed.query_one(AlertList).highlighted == 1
        assert "waits for a source" in app.text()


async def test_without_alerts_it_says_how_to_set_one() -> None:
    async with listing(rows=()) as (app, pilot):
        assert "[[alerts]] when = " in app.text()
        await pilot.press("n", "j", "enter", "escape")
    assert app.snoozed == []
    assert app.ended == [None]


async def test_a_tiny_terminal_does_not_end_it() -> None:
    async with listing(size=(20, 2)) as (app, pilot):
        await pilot.press("pagedown", "pageup", "enter", "enter")
    assert app.ended == ["share"]


def test_the_foot_of_the_screen_has_the_newest_and_says_how_many_came_before() -> None:
    first, second = notice(), notice({"": 7.5})
    assert screen.line([first], "a") == [("ALERT", f"{SEVEN}: now 7.02 %"), ("a", "alerts")]
    assert screen.line([first, second], "a") == [
        ("ALERT", f"{SEVEN}: now 7.50 %"),
        ("+1", "before"),
        ("a", "alerts"),
    ]
