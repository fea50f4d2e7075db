"""The title says value, day and mode; the traffic is that of the last minute."""

from __future__ import annotations

import msgspec

from tests.widgets.boards import board
from tui.title import sequence, title
from tui.traffic import Traffic


def test_value_and_day() -> None:
    live = msgspec.structs.replace(
        board(), mode="live", basket=msgspec.structs.replace(board().basket, value_usd=1.784e12, day_pct=0.68)
    )
    assert title(live) == "$1.784 tn +0.68% · Narrows"
    assert title(msgspec.structs.replace(live, mode="demo")) == "DEMO $1.784 tn +0.68% · Narrows"


def test_an_unknown_day_is_left_out() -> None:
    quiet = msgspec.structs.replace(
        board(), mode="offline", basket=msgspec.structs.replace(board().basket, value_usd=2e12, day_pct=None)
    )
    assert title(quiet) == "offline $2.000 tn · Narrows"


def test_a_title_can_hold_nothing_that_a_terminal_obeys() -> None:
    assert sequence("a\x07\x1b]0;b") == "\x1b]2;a]0;b\x07"


def test_traffic_is_that_of_the_last_minute() -> None:
    moment = [0.0]
    traffic = Traffic(lambda: moment[0])
    assert traffic.words() == ""
    traffic.add(2000)
    moment[0] = 30.0
    traffic.add(1100)
    assert traffic.words() == "3.1 kB/min"
    moment[0] = 61.0
    assert traffic.last_minute == 1100
