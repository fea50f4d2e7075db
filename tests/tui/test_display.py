"""What `auto` means on a machine."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tui import display
from tui.config import Display
from tui.display import wants_clicks, wants_mouse


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
    assert display.options(Display(), {"LANG": locale}).up == colour
    assert display.options(Display(up="green"), {"LANG": locale}).up == "green"


@pytest.mark.parametrize(
    ("environ", "symbols"),
    [
        ({"LANG": "en_US.UTF-8"}, "unicode"),
        ({"LANG": "C.UTF-8"}, "unicode"),
        ({}, "unicode"),
        ({"LC_ALL": "C"}, "ascii"),
        ({"LANG": "de_DE.ISO-8859-1"}, "ascii"),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "ascii"),
    ],
)
def test_symbols_follow_locale_and_terminal(environ: dict[str, str], symbols: str) -> None:
    assert display.options(Display(), environ).symbols == symbols


def test_zone_is_the_machines_or_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert display.options(Display(), {}).zone == ZoneInfo("Europe/Berlin")
    assert display.options(Display(zone="Asia/Hong_Kong"), {}).zone == ZoneInfo("Asia/Hong_Kong")
    monkeypatch.setenv("TZ", "no/such")
    assert display.local_zone().utcoffset(dt.datetime.now(dt.UTC)) is not None


def test_mouse_is_off_over_ssh_unless_it_is_wanted() -> None:
    ssh = {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}
    assert wants_mouse(Display(), {})
    assert not wants_mouse(Display(), ssh)
    assert wants_mouse(Display(mouse=True), ssh)


def test_movements_of_the_mouse_are_reported_only_where_they_are_asked_for() -> None:
    assert wants_clicks(Display(), {})
    assert not wants_clicks(Display(mouse="motion"), {})
    assert not wants_clicks(Display(mouse=False), {})
