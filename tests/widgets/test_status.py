"""Header, ribbon and footer: can this be trusted now, who trades, which keys work."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
import pytest

from metrics.board import Board, PollerView, ProgressView, RemarkView, SessionView, Trends
from tests.widgets import boards
from tests.widgets.apps import OneWidget, text_of
from tests.widgets.boards import HKT, NOW
from widgets.footer import Footer
from widgets.header import Header, clock_line, status_line
from widgets.lines import width_of
from widgets.options import DisplayOptions, View
from widgets.ribbon import Ribbon, ribbon_line

OPTIONS = DisplayOptions(zone=HKT)


def view(board: Board) -> View:
    return View(board=board, trends=Trends(timeframe="1D"), now=NOW, options=OPTIONS)


def header(board: Board, width: int = 120, *, paused: bool = False, speed: float | None = None) -> str:
    clock = clock_line(view(board), wide=width >= 100, paused=paused)
    line = (*status_line(view(board), width - width_of(clock), speed=speed), *clock)
    assert width_of(line) == width
    return "".join(span.text for span in line)


def remarked(count: int) -> Board:
    """A Board with as many warnings, one of them said twice, and a piece of information."""
    off = RemarkView(subject="", text="off by 4 %", at=NOW, severity="warning")
    said = [msgspec.structs.replace(off, subject=f"S{number}") for number in range(count)]
    info = RemarkView(subject="x", text="is left out", at=NOW, severity="info")
    return msgspec.structs.replace(boards.board(), remarks=(*said, *said[:1], info))


def ribbon(board: Board, width: int = 120, right: str = "") -> str:
    line = ribbon_line(view(board), width, right)
    assert width_of(line) <= width
    return "".join(span.text for span in line)


def test_a_live_board_says_how_fresh_it_is_and_who_answers() -> None:
    line = header(boards.board())
    assert "● live" in line
    assert "71% live · 24% 15m · 4% close" in line
    assert "tencent ok · yahoo ok · ecb ok" in line
    assert line.rstrip().endswith("14:32 HKT  poll 15s")


def test_offline_nothing_is_polled_and_no_interval_shown() -> None:
    shown = view(msgspec.structs.replace(boards.board(), mode="offline"))
    clock = "".join(text for text, _ in clock_line(shown, wide=True))
    assert clock.strip() == "14:32 HKT"


def test_a_provider_that_is_down_says_since_when_why_and_when_it_tries_again() -> None:
    line = header(boards.yahoo_down(boards.board()))
    assert "yahoo down 3m, next try 0:42 (429 too many requests)" in line
    assert "71% live" in line


@pytest.mark.parametrize(
    ("poller", "says"),
    [
        (PollerView(role="polls", holder="me@here"), "polls"),
        (PollerView(role="follows", holder="alice@desk"), "follows alice@desk"),
        (PollerView(role="follows"), "nobody polls"),
    ],
)
@pytest.mark.parametrize("width", [80, 120])
def test_of_several_monitors_on_a_store_each_says_who_polls(
    poller: PollerView, says: str, width: int
) -> None:
    assert says in header(msgspec.structs.replace(boards.board(), poller=poller), width)


@pytest.mark.parametrize(
    ("poller", "says"),
    [
        (PollerView(role="polls"), "polls"),
        (PollerView(role="follows", holder="root@market-collector-7"), "follows"),
        (PollerView(role="follows"), "nobody polls"),
    ],
)
def test_what_fills_a_store_never_hides_who_polls_it(poller: PollerView, says: str) -> None:
    filling = ProgressView(what="closes since 2025-01-13", done=80, total=152)
    shown = msgspec.structs.replace(remarked(7), poller=poller, progress=filling)
    assert f"  {says}" in header(shown, 80)


@pytest.mark.parametrize("width", [60, 80])
def test_why_a_source_fails_gives_way_to_who_polls(width: int) -> None:
    followed = PollerView(role="follows", holder="root@market-collector-7")
    line = header(msgspec.structs.replace(boards.yahoo_down(boards.board()), poller=followed), width)
    assert "  follows  " in line
    assert "yahoo down" in line


@pytest.mark.parametrize("width", [80, 120])
def test_a_store_that_fails_is_told_whatever_else_there_is_to_tell(width: int) -> None:
    full = RemarkView(subject="store", text="the disk is full", at=NOW, severity="error")
    board = boards.yahoo_down(remarked(3))
    board = msgspec.structs.replace(board, remarks=(*board.remarks, full), poller=PollerView(role="polls"))
    line = header(board, width)
    assert " error: store " in line
    assert "polls" in line


def test_one_source_is_one() -> None:
    board = boards.board()
    asked = (board.providers[0], msgspec.structs.replace(board.providers[1], last_ok=None))
    assert "  1 source ok" in header(msgspec.structs.replace(board, providers=asked), 70)


@pytest.mark.parametrize(
    ("ago", "says"), [(dt.timedelta(minutes=5), "14:27"), (dt.timedelta(days=1), "22 Nov")]
)
@pytest.mark.parametrize("poller", [None, PollerView(role="follows")])
def test_a_board_that_nobody_follows_up_is_not_called_live(
    poller: PollerView | None, ago: dt.timedelta, says: str
) -> None:
    line = header(msgspec.structs.replace(boards.board(), poller=poller, as_of=NOW - ago), 80)
    assert f"○ nobody polls, all as of {says}" in line
    assert "live" not in line


def test_who_is_alone_says_nothing_of_polling() -> None:
    line = header(msgspec.structs.replace(boards.board(), poller=PollerView(role="alone")))
    assert "polls" not in line
    assert "follows" not in line


def test_eighty_columns_fold_and_cut_with_a_sign() -> None:
    line = header(boards.yahoo_down(boards.board()), 80)
    assert "● live" in line
    assert "71% live" in line
    assert "yahoo down 3m" in line
    assert "…" in line
    assert line.rstrip().endswith("14:32")


def test_stale_value_comes_first_and_is_dated() -> None:
    board = boards.board()
    freshness = msgspec.structs.replace(board.basket.freshness, stale_pct=31.0)
    board = msgspec.structs.replace(board, basket=msgspec.structs.replace(board.basket, freshness=freshness))
    assert "31% stale since 13:45 · 71% live" in header(board)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("offline", "○ offline  reference of 24 Jul 2026"),
        ("demo", "DEMO simulated market"),
        ("replay", "REPLAY 2026-11-23 14:32 ×60"),
    ],
)
def test_the_mode_is_in_words(mode: Literal["offline", "demo", "replay"], words: str) -> None:
    assert words in header(msgspec.structs.replace(boards.board(), mode=mode), speed=60)


@pytest.mark.parametrize("mode", ["demo", "replay"])
def test_what_is_not_the_market_is_inverse_all_along(mode: Literal["demo", "replay"]) -> None:
    shown = view(msgspec.structs.replace(boards.board(), mode=mode))
    line = (*status_line(shown, 100), *clock_line(shown, wide=True))
    assert {span.tones for span in line} == {"inverse"}


def test_progress_and_pause_are_shown() -> None:
    filling = msgspec.structs.replace(
        boards.board(), progress=ProgressView(what="closes", done=38, total=171)
    )
    assert "closes 38/171" in header(filling, 130)
    assert "PAUSED 14:32" in header(boards.board(), paused=True)


def test_an_empty_board_has_a_header() -> None:
    assert "no price yet" in header(boards.empty_board())


def test_the_ribbon_counts_down_to_the_next_change() -> None:
    line = ribbon(boards.board(), 200)
    assert "SSE open 0:28 ▸" in line
    assert "NYSE pre 7:58 ▸" in line
    assert "TSE holiday Labour Thanksgiving" in line


def test_a_narrow_ribbon_groups_what_is_alike_and_keeps_every_exchange() -> None:
    line = ribbon(boards.board(), 80, "3.1 kB/min")
    assert line.startswith(" SSE SZSE ▸0:28  HKEX ▸1:28  NYSE pre ▸7:58")
    assert "closed TWSE KRX" in line


def test_lunch_and_half_days_are_named() -> None:
    sessions = (
        SessionView(exchange="XHKG", state="lunch", next_change=NOW + dt.timedelta(minutes=20)),
        SessionView(exchange="XNYS", state="open", next_change=NOW + dt.timedelta(hours=2), note="half day"),
    )
    board = msgspec.structs.replace(boards.board(), sessions=sessions)
    assert ribbon(board, 200).strip() == "HKEX lunch 0:20 ▸  NYSE open half day 2:00 ▸"


def test_of_the_exchanges_of_one_group_the_one_that_trades_speaks() -> None:
    sessions = (
        SessionView(exchange="XAMS", state="closed"),
        SessionView(exchange="XPAR", state="open", next_change=NOW + dt.timedelta(hours=1)),
    )
    assert "Euronext open 1:00" in ribbon(msgspec.structs.replace(boards.board(), sessions=sessions), 200)


async def test_the_minute_costs_a_few_cells_and_the_same_minute_nothing() -> None:
    widget, board = Header(), boards.board()
    app = OneWidget(widget)
    async with app.run_test(size=(120, 2)) as pilot:
        widget.show(board, NOW, OPTIONS)
        await pilot.pause()
        app.sent.clear()
        widget.show(board, NOW + dt.timedelta(seconds=20), OPTIONS)
        await pilot.pause()
        assert app.bytes_sent == 0
        widget.show(board, NOW + dt.timedelta(minutes=1), OPTIONS)
        await pilot.pause()
        assert 0 < app.bytes_sent < 40


async def test_the_ribbon_shows_on_screen() -> None:
    widget = Ribbon()
    async with OneWidget(widget).run_test(size=(120, 2)):
        widget.show(boards.board(), NOW, OPTIONS, right="3.1 kB/min")
        assert text_of(widget)[0].endswith("3.1 kB/min")


async def test_the_footer_never_loses_its_last_key_and_cuts_with_a_sign() -> None:
    widget = Footer()
    keys = [("1-6", "pane"), ("z", "zoom"), ("s", "sort"), ("/", "filter"), ("?", "keys"), ("q", "quit")]
    app = OneWidget(widget)
    async with app.run_test(size=(80, 2)) as pilot:
        widget.show(keys)
        assert text_of(widget)[0].startswith(" 1-6 pane  z zoom  s sort  / filter  ? keys")
        assert text_of(widget)[0].endswith("q quit")
        await pilot.resize_terminal(34, 2)
        assert text_of(widget)[0].endswith("… q quit") or "…" in text_of(widget)[0]
        assert text_of(widget)[0].endswith("q quit")


def test_a_session_state_from_an_old_board_is_not_shown_as_if_it_held() -> None:
    old = view(boards.board())
    later = View(board=old.board, trends=old.trends, now=NOW + dt.timedelta(days=3), options=OPTIONS)
    assert "".join(span.text for span in ribbon_line(later, 120)).strip() == "sessions not known yet"


@pytest.mark.parametrize(("count", "says"), [(1, "i 1 remark "), (3, "i 3 remarks ")])
def test_remarks_are_counted_beside_the_key_that_lists_them(count: int, says: str) -> None:
    line = status_line(view(remarked(count)), 140, remarks_key="i")
    assert says in "".join(span.text for span in line)


def test_without_a_warning_remarks_are_not_counted_and_never_push_a_fault_out() -> None:
    assert "remark" not in header(remarked(0), 140)
    narrow = header(boards.yahoo_down(remarked(3)), 80)
    assert "yahoo down" in narrow


def test_a_source_that_has_not_answered_yet_is_idle_and_not_counted_as_fine() -> None:
    board = boards.board()
    asleep = msgspec.structs.replace(board.providers[0], last_ok=None)
    line = header(msgspec.structs.replace(board, providers=(asleep, *board.providers[1:])), 140)
    assert f"{asleep.name} idle" in line
    nobody = tuple(msgspec.structs.replace(each, last_ok=None, name="x" * 30) for each in board.providers)
    assert "no source has answered yet" in header(msgspec.structs.replace(board, providers=nobody), 120)
