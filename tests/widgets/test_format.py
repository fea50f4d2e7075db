"""Figures as text."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.widgets.boards import HKT, NOW
from widgets.format import Format, direction

fmt = Format(zone=HKT)
plain = Format(symbol_set="ascii")


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (1.7843e12, "$1.784 tn"),
        (231.4e9, "$231.4 bn"),
        (999.96e9, "$1.000 tn"),
        (87.2e6, "$87.2 m"),
        (-12.1e9, "-$12.1 bn"),
        (0.0, "$0.0 m"),
        (None, "—"),
    ],
)
def test_money_has_fixed_decimals_and_its_unit(usd: float | None, text: str) -> None:
    assert fmt.money(usd) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.684, "▲ +0.68%"), (-1.1, "▼ -1.10%"), (0.0, "– 0.00%"), (-0.004, "– 0.00%"), (None, "—")],
)
def test_a_change_has_arrow_and_sign_and_none_where_it_rounds_to_nothing(
    value: float | None, text: str
) -> None:
    assert fmt.change(value, 2, "%") == text


def test_the_direction_is_that_of_the_rounded_figure() -> None:
    assert [direction(value, 1) for value in (0.06, 0.04, -0.06, None)] == ["up", "flat", "down", "flat"]


@pytest.mark.parametrize(
    ("pct", "text"),
    [
        (-29.0, "-29 %"),
        (25.0, "+25 %"),
        (99.4, "+99 %"),
        (99.6, "×2.0"),
        (255.0, "×3.5"),
        (0.2, "0 %"),
        (None, "—"),
    ],
)
def test_a_spread_turns_into_a_ratio_above_a_hundred_per_cent(pct: float | None, text: str) -> None:
    assert fmt.spread(pct) == text


def test_thousands_are_separated_and_missing_is_never_zero() -> None:
    assert fmt.billions(1152.3e9, 0) == "1,152"
    assert fmt.signed_billions(869e9, 0) == "+869"
    assert fmt.percent(6.53) == "6.5 %"
    assert {fmt.number(None), fmt.percent(None), fmt.signed(None), fmt.billions(None), fmt.price(None)} == {
        "—"
    }


@pytest.mark.parametrize(
    ("price", "text"), [(478.8, "478.80"), (1378.1, "1,378.10"), (0.085, "0.0850"), (194_300.0, "194,300")]
)
def test_a_price_keeps_about_five_digits(price: float, text: str) -> None:
    assert fmt.price(price) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (dt.timedelta(seconds=59), "now"),
        (dt.timedelta(minutes=3, seconds=12), "3 m"),
        (dt.timedelta(hours=30), "30 h"),
        (dt.timedelta(days=2), "2 d"),
    ],
)
def test_ages_are_one_number_and_one_unit(ago: dt.timedelta, text: str) -> None:
    assert fmt.age(NOW - ago, NOW) == text


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (dt.timedelta(minutes=28), "0:28"),
        (dt.timedelta(minutes=27, seconds=1), "0:28"),
        (dt.timedelta(hours=1, minutes=28), "1:28"),
        (dt.timedelta(hours=47), "47:00"),
        (dt.timedelta(days=3), "3 d"),
        (dt.timedelta(minutes=-1), "0:00"),
    ],
)
def test_a_countdown_rounds_minutes_up_and_never_runs_below_zero(ahead: dt.timedelta, text: str) -> None:
    assert fmt.countdown(NOW + ahead, NOW) == text


def test_times_of_day_are_in_the_zone_of_the_reader() -> None:
    assert fmt.clock(NOW) == "14:32"
    assert Format().clock(NOW) == "06:32"


def test_a_moment_says_the_day_when_it_is_not_today() -> None:
    assert fmt.moment(NOW, NOW) == "14:32"
    assert fmt.moment(NOW - dt.timedelta(days=3), NOW) == "20 Nov"
    assert fmt.moment(NOW - dt.timedelta(days=600), NOW) == "2 Apr 2025"


def test_the_ascii_rung_of_the_ladder_is_ascii() -> None:
    shown = plain.change(-1.0) + plain.number(None) + plain.spread(300.0) + "".join(plain.symbols.blocks)
    assert shown.isascii()
