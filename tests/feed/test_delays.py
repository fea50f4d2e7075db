"""Delays: what is measured is how late a source is, not how rarely a line trades."""

from __future__ import annotations

import datetime as dt

import pytest

from feed.delays import Delays
from feed.trading import Trading
from providers.records import Quote
from tests.feed.support import TUESDAY_MORNING, line

DAY = dt.date(2026, 11, 24)
OPEN, CLOSE = TUESDAY_MORNING - dt.timedelta(minutes=30), TUESDAY_MORNING + dt.timedelta(hours=6)
REST = (TUESDAY_MORNING + dt.timedelta(hours=2), TUESDAY_MORNING + dt.timedelta(hours=3))
SYMBOLS = [f"{number:04}.HK" for number in range(1, 21)]


@pytest.fixture
def delays() -> Delays:
    session = Trading(day=DAY, open=OPEN, close=CLOSE, rest=REST)
    return Delays({symbol: line(symbol) for symbol in SYMBOLS}, lambda _code, _at: session)


def at(minutes: float) -> dt.datetime:
    """So many minutes after ten o'clock."""
    return TUESDAY_MORNING + dt.timedelta(minutes=minutes)


def traded(symbol: str, when: float, seen: float, source: str = "first") -> Quote:
    return Quote(source=source, symbol=symbol, price=1.0, currency="HKD", as_of=at(when), received=at(seen))


def test_the_freshest_tenth_of_the_first_answer_tells(delays: Delays) -> None:
    delays.learn([traded(symbol, -15 - number, 0) for number, symbol in enumerate(SYMBOLS)])
    assert delays.of("first") == {"XHKG": 16.0}
    assert delays.of("second") == {}


def test_what_does_not_trade_says_nothing_about_its_source(delays: Delays) -> None:
    delays.learn([traded("0001.HK", 0, 0.1)])
    for minute in range(1, 21):
        delays.learn([traded("0001.HK", 0, minute), traded("0002.HK", minute, minute + 0.2)])
    assert delays.of("first")["XHKG"] == pytest.approx(0.2)


def test_a_source_that_stands_still_does_not_become_a_late_one(delays: Delays) -> None:
    for minute in range(60):
        delays.learn([traded(symbol, 0, minute + 0.1) for symbol in SYMBOLS])
    assert delays.of("first")["XHKG"] == pytest.approx(0.1)


def test_a_source_that_falls_behind_is_found_out_within_eight_answers(delays: Delays) -> None:
    for minute in range(10):
        delays.learn([traded("0001.HK", minute, minute)])
    for minute in range(30, 38):
        delays.learn([traded("0001.HK", minute - 15, minute)])
    assert delays.of("first") == {"XHKG": 15.0}


@pytest.mark.parametrize(
    ("when", "seen", "why"),
    [
        (-31, -20, "from before the opening"),
        (119, 185, "from before the lunch break"),
        (119, 130, "seen in the lunch break"),
        (359, 375, "seen after the close"),
        (0, 31, "older than any source in use is late"),
    ],
)
def test_what_is_not_measured(delays: Delays, when: float, seen: float, why: str) -> None:
    delays.learn([traded("0001.HK", when, seen)])
    assert delays.of("first") == {}, why


def test_an_exchange_is_as_late_as_its_latest_source(delays: Delays) -> None:
    delays.learn([traded("0001.HK", 0, 1), traded("0001.HK", -15, 1, "second")])
    assert delays.by_exchange() == {"XHKG": 16.0}


def test_a_clock_that_is_slow_gives_no_negative_delay(delays: Delays) -> None:
    delays.learn([traded("0001.HK", 1, 0)])
    assert delays.of("first") == {"XHKG": 0.0}
