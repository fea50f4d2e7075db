"""What `auto` means on a machine."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tui import display
from tui.config import Display
from tui.display import wants_clicks, wants_mouse
from tui.surroundings import Surroundings


@pytest.mark.parametrize(
    ("locale", "colour"),
    [
        ("zh_CN.UTF-8", "red"),
        ("zh_TW", "red"),
        ("ja_JP.UTF-8", "red"),
        ("en_US.UTF-8", "green"),
        ("C", "green"),
        ("", "green"),
    ],
)
def test_up_is_red_where_readers_expect_it(locale: str, colour: str) -> None:
    assert display.options(Display(), Surroundings(locale=locale)).up == colour
    assert display.options(Display(up="green"), Surroundings(locale=locale)).up == "green"


def test_chinese_names_need_more_than_ascii() -> None:
    assert (
        display.options(Display(names="zh"), Surroundings(term="xterm-256color", promised=256)).names == "zh"
    )
    assert display.options(Display(names="zh"), Surroundings(term="vt100")).names == "en"


def test_zone_is_the_machines_or_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert display.zone(Display()) == ZoneInfo("Europe/Berlin")
    assert display.zone(Display(zone="Asia/Hong_Kong")) == ZoneInfo("Asia/Hong_Kong")
    monkeypatch.setenv("TZ", "no/such")
    assert display.local_zone().utcoffset(dt.datetime.now(dt.UTC)) is not None


@pytest.mark.parametrize("around", [Surroundings(ssh=True), Surroundings(mosh=True)], ids=("ssh", "mosh"))
def test_mouse_is_off_over_a_network_unless_it_is_wanted(around: Surroundings) -> None:
    assert wants_mouse(Display(), Surroundings())
    assert not wants_mouse(Display(), around)
    assert wants_mouse(Display(mouse=True), around)


def test_movements_of_the_mouse_are_reported_only_where_they_are_asked_for() -> None:
    assert wants_clicks(Display(), Surroundings())
    assert not wants_clicks(Display(mouse="motion"), Surroundings())
    assert not wants_clicks(Display(mouse=False), Surroundings())
