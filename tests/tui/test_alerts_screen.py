"""The list of alerts, by keys alone, and the line at the foot of the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.metrics.alert_boards import NOW
from tests.tui.alert_helpers import SEVEN, notice
from tests.tui.fakes import FakeEngine, board, trends
from tui.alerts import screen
from tui.alerts.settings import Alert
from tui.alerts.view import AlertRow, AlertsView
from tui.alerts.watches import watch
from tui.app import NarrowsApp
from tui.config import Config
from tui.live import Update
from tui.options import Settings
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
        self.ended: list[str | None] = []
        self.snoozed: list[str] = []
        self.listed = AlertsScreen(rows, NOW, Format(), self.snoozed.append)

    def on_mount(self) -> None:
        self.push_screen(self.listed, self.ended.append)

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


def test_the_foot_of_the_screen_has_the_newest_and_says_how_many_there_are() -> None:
    first, second = notice(), notice({"": 7.5})
    assert screen.line([first], "a") == [("ALERT", f"{SEVEN}: now 7.02 %"), ("a", "alerts")]
    assert screen.line([first, second], "a") == [("2 ALERTS", f"{SEVEN}: now 7.50 %"), ("a", "alerts")]


SEEN = (row(), row("providers any down"))
CONFIG = Config(alerts=tuple(Alert(when=one.watch.rule.when) for one in SEEN))


@asynccontextmanager
async def monitor(config: Config = CONFIG) -> AsyncIterator[tuple[NarrowsApp, Pilot[None]]]:
    app = NarrowsApp(Settings(config=config), board(), FakeEngine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield app, pilot


async def deliver(pilot: Pilot[None], **view: Any) -> None:
    app = cast("NarrowsApp", pilot.app)
    engine = cast("FakeEngine", app.engine)
    engine.deliver(Update(board=board(), trends=trends(), alerts=AlertsView(rows=SEEN, **view)))
    await pilot.pause()


def foot(app: NarrowsApp) -> str:
    return app.monitor.footer.render_line(0).text


async def test_a_notice_takes_the_foot_of_the_monitor_until_it_has_been_looked_at() -> None:
    async with monitor() as (app, pilot):
        keys = foot(app)
        await deliver(pilot, notices=(notice(name="[b]Seven"),))
        assert foot(app).strip().startswith("ALERT [b]Seven: now 7.02 %")
        assert foot(app).rstrip().endswith("a alerts")
        await deliver(pilot)
        assert "Seven" in foot(app)
        await pilot.press("a")
        assert isinstance(app.screen, AlertsScreen)
        await pilot.press("escape")
        assert foot(app) == keys


async def test_escape_dismisses_a_notice_after_all_else_that_it_leaves() -> None:
    async with monitor() as (app, pilot):
        keys = foot(app)
        await deliver(pilot, notices=(notice(), notice()))
        assert foot(app).strip().startswith("2 ALERTS")
        await pilot.press("z", "escape")
        assert "ALERT" in foot(app)
        await pilot.press("escape")
        assert foot(app) == keys


async def test_a_notice_for_other_sinks_leaves_the_screen_alone() -> None:
    async with monitor() as (app, pilot):
        keys = foot(app)
        await deliver(pilot, notices=(notice(sinks=("bell",)),))
        assert foot(app) == keys


async def test_bell_and_desktop_are_written_once_and_not_for_a_simulated_market(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.surroundings.above", lambda _process: ())  # whatever the tests run in
    written: list[str] = []
    async with monitor() as (app, pilot):
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        said = notice(name="Seven", sinks=("bell", "desktop"))
        await deliver(pilot, notices=(said,))
        await deliver(pilot, notices=(said,), aloud=True)
        await deliver(pilot, aloud=True)
    assert [text for text in written if "\a" in text] == ["\a\x1b]9;Narrows: Seven: now 7.02 %\a"]


async def test_the_list_opens_before_the_first_figures_and_follows_them() -> None:
    snoozed: list[str] = []
    async with monitor() as (app, pilot):
        await pilot.press("a")
        listed = app.screen
        assert isinstance(listed, AlertsScreen)
        assert "waits for a source" in str(listed.query_one(AlertList).options[0].prompt)
        await deliver(pilot, snooze=snoozed.append)
        assert "6.50 %" in str(listed.query_one(AlertList).options[0].prompt)
        await pilot.press("n", "enter")
        assert (app.screen, app.monitor.active) == (app.monitor, "share")
    assert snoozed == [SEEN[0].watch.rule.key]
