"""After half an hour without a key the next one shows what happened meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from metrics.board import Board
from tests.tui.fakes import FakeEngine
from tests.widgets.boards import board, no_trends, yahoo_down
from tui.app import NarrowsApp
from tui.away import AWAY_SECONDS, Away, span
from tui.digest import digest
from tui.live import Update
from tui.options import Settings
from tui.screens.digest import DigestScreen
from widgets.format import Format


def later(before: Board, days: int) -> Board:
    return msgspec.structs.replace(before, as_of=before.as_of + dt.timedelta(days=days))


def on_top(app: NarrowsApp) -> Screen[object]:
    return app.screen


def lines(before: Board, after: Board) -> dict[str, str]:
    return {line[:11].strip(): line[12:] for line in digest(before, after, Format())}


def test_there_are_five_lines_even_when_nothing_happened() -> None:
    found = lines(board(), board())
    assert list(found) == ["Basket", "Moved most", "Crossed", "Passed", "Sources"]
    assert (found["Moved most"], found["Crossed"], found["Passed"]) == ("nothing", "nothing", "nothing")


def test_the_largest_move_comes_first() -> None:
    before = board()
    first, second = before.basket.constituents[:2]
    rows = (
        msgspec.structs.replace(first, market_cap_usd=(first.market_cap_usd or 0) * 1.01),
        msgspec.structs.replace(second, market_cap_usd=(second.market_cap_usd or 0) * 0.95),
        *before.basket.constituents[2:],
    )
    after = msgspec.structs.replace(before, basket=msgspec.structs.replace(before.basket, constituents=rows))
    assert lines(before, after)["Moved most"] == f"{second.name} ▼ -5.00%, {first.name} ▲ +1.00%"


def test_a_whole_point_of_the_share_is_a_level() -> None:
    low, high = (
        msgspec.structs.replace(board(), share=msgspec.structs.replace(board().share, listed_pct=pct))
        for pct in (6.9, 7.1)
    )
    assert lines(low, high)["Crossed"] == "share 7 % upwards"
    assert lines(high, low)["Crossed"] == "share 7 % downwards"


def test_an_event_has_passed_once_its_day_has_come() -> None:
    before = board()
    event = msgspec.structs.replace(before.catalysts[0], date=before.as_of.date() + dt.timedelta(days=2))
    before = msgspec.structs.replace(before, catalysts=(event,))
    assert lines(before, later(before, 1))["Passed"] == "nothing"
    assert lines(before, later(before, 2))["Passed"].endswith(event.title)


def test_a_source_that_failed_is_named_with_its_reason() -> None:
    assert lines(board(), yahoo_down(board()))["Sources"].startswith("yahoo down")


def test_half_an_hour_without_a_sign_of_the_reader_is_away() -> None:
    moment = [1000.0]
    away = Away(lambda: moment[0])
    away.show(board())
    assert away.sign() is None
    moment[0] += AWAY_SECONDS - 1
    assert away.sign() is None
    newest = later(board(), 1)
    away.show(newest)
    moment[0] += AWAY_SECONDS
    found = away.sign()
    assert found is not None
    assert (found.before, found.after) == (board(), newest)
    assert found.seconds == AWAY_SECONDS
    assert away.sign() is None


def test_spans_of_absence() -> None:
    assert span(1800) == "0 h 30 min"
    assert span(3 * 86400 + 4 * 3600) == "3 d 4 h"


async def test_the_first_key_after_a_while_brings_it_and_the_second_takes_it_away() -> None:
    moment = [0.0]
    app = NarrowsApp(Settings(), board(), FakeEngine)
    app.away = Away(lambda: moment[0])
    async with app.run_test(size=(120, 40)) as pilot:
        app.post_message(app.Updated(Update(board=board(), trends=no_trends())))
        await pilot.press("2")
        assert app.monitor.active == "share"
        moment[0] += AWAY_SECONDS
        await pilot.press("3")
        assert isinstance(on_top(app), DigestScreen)
        assert app.monitor.active == "share"
        await pilot.press("q")
        assert on_top(app) is app.monitor
        assert app.is_running


@pytest.fixture
async def away() -> AsyncIterator[tuple[NarrowsApp, Pilot[None], Callable[[], None]]]:
    """The monitor, its pilot, and a way to let half an hour pass."""
    moment = [0.0]
    app = NarrowsApp(Settings(), board(), FakeEngine)
    app.away = Away(lambda: moment[0])

    def pass_half_an_hour() -> None:
        moment[0] += AWAY_SECONDS

    async with app.run_test(size=(120, 40)) as pilot:
        app.post_message(app.Updated(Update(board=board(), trends=no_trends())))
        await pilot.press("2")
        yield app, pilot, pass_half_an_hour


Returned = tuple[NarrowsApp, Pilot[None], Callable[[], None]]


async def test_ctrl_c_brings_it_too_and_counts_as_the_first_of_two(away: Returned) -> None:
    app, pilot, pass_half_an_hour = away
    pass_half_an_hour()
    await pilot.press("ctrl+c")
    assert isinstance(on_top(app), DigestScreen)
    assert app.is_running
    await pilot.press("ctrl+c")
    assert not app.is_running


async def test_a_window_that_gets_the_focus_brings_it_without_a_key(away: Returned) -> None:
    app, pilot, pass_half_an_hour = away
    app.post_message(events.AppFocus())
    await pilot.pause()
    assert on_top(app) is app.monitor
    pass_half_an_hour()
    app.post_message(events.AppBlur())
    await pilot.pause()
    assert on_top(app) is app.monitor
    app.post_message(events.AppFocus())
    await pilot.pause()
    assert isinstance(on_top(app), DigestScreen)
    await pilot.press("3")
    assert on_top(app) is app.monitor
    assert app.monitor.active == "share"
