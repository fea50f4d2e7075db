"""Quarantine: how far a figure may leap by itself, and what confirms one that leaps farther."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from feed.quarantine import Expected, Figure, Quarantine
from tests.feed.support import TUESDAY_MORNING

NOW = TUESDAY_MORNING


def figure(value: float, *, source: str = "first", minutes: float = 0, is_rate: bool = False) -> Figure:
    received = NOW + dt.timedelta(minutes=minutes)
    return Figure(
        key="x", value=value, source=source, as_of=received, received=received, unit="HKD", is_rate=is_rate
    )


def expected(value: float = 100.0, *, days: float = 0, unit_only: bool = False) -> Expected:
    return Expected(value=value, at=NOW - dt.timedelta(days=days), source="close", unit_only=unit_only)


def enters(value: float, days: float = 0, *, is_rate: bool = False) -> bool:
    return Quarantine().doubt(figure(value, is_rate=is_rate), expected(days=days)) is None


@pytest.mark.parametrize(("value", "days", "passes"), [
    (125, 0, True), (126, 0, False), (80, 0, True), (79, 0, False),
    (126, 2, True), (136, 2, True), (138, 2, False),
    (240, 16, True), (250, 16, False),
    (340, 30, False), (330, 29, True), (30, 30, True), (29, 30, False), (10_000, 32, True),
])  # fmt: skip
def test_what_may_leap_grows_with_the_root_of_the_days(value: float, days: float, passes: bool) -> None:  # noqa: FBT001 - a table of cases
    assert enters(value, days) is passes


@pytest.mark.parametrize(
    ("value", "days", "passes"), [(109, 0, True), (112, 0, False), (142, 14, True), (144, 14, False)]
)
def test_a_rate_moves_less_than_a_price(value: float, days: float, passes: bool) -> None:  # noqa: FBT001 - a table of cases
    assert enters(value, days, is_rate=True) is passes


def test_what_is_too_long_ago_tells_nothing() -> None:
    assert enters(10_000, 32)


def test_the_close_that_a_source_names_itself_only_shows_a_wrong_unit() -> None:
    """The first day of a new listing may double; it does not rise by a hundred times."""
    own = expected(unit_only=True)
    assert Quarantine().doubt(figure(210), own) is None
    assert Quarantine().doubt(figure(10_050), own) is not None


def test_the_next_poll_confirms_a_leap_of_up_to_double_or_half() -> None:
    for value in (150.0, 199.0, 51.0):
        room = Quarantine()
        assert room.doubt(figure(value), expected())
        assert room.doubt(figure(value, minutes=0.25), expected()) is None


def test_more_than_double_has_to_stand_for_half_an_hour() -> None:
    room = Quarantine()
    for minutes in range(30):
        assert room.doubt(figure(230.0, minutes=minutes), expected())
    assert room.doubt(figure(231.0, minutes=30), expected()) is None


def test_what_does_not_stand_still_is_never_confirmed() -> None:
    room = Quarantine()
    for minutes in range(90):
        value = 230.0 * (1.06 ** (minutes % 4))
        assert room.doubt(figure(value, minutes=minutes), expected())


def test_a_second_source_confirms_any_leap_at_once() -> None:
    for value in (150.0, 230.0, 20.0, 1000.0):
        room = Quarantine()
        assert room.doubt(figure(value), expected())
        assert room.doubt(figure(value * 1.01, source="second"), expected()) is None


def test_what_a_second_source_denies_the_next_poll_does_not_confirm() -> None:
    room = Quarantine()
    assert room.doubt(figure(150.0), expected())
    assert room.doubt(figure(100.0, source="second"), expected()) is None
    assert room.doubt(figure(150.0, minutes=60), expected())


def test_an_older_price_of_a_second_source_denies_nothing() -> None:
    """A delayed source has not seen the leap yet."""
    room = Quarantine()
    assert room.doubt(figure(150.0), expected())
    late = dataclasses.replace(figure(100.0, source="second"), as_of=NOW - dt.timedelta(minutes=15))
    assert room.doubt(late, expected()) is None
    assert room.doubt(figure(150.0, minutes=0.25), expected()) is None


@pytest.mark.parametrize("factor", [7.6, 8, 10, 100])
def test_its_own_source_never_confirms_a_unit_factor(factor: float) -> None:
    for value in (100.0 * factor, 100.0 / factor):
        room = Quarantine()
        for hours in range(48):
            assert room.doubt(figure(value, minutes=60 * hours), expected())


def test_a_doubt_names_source_expectation_and_what_came() -> None:
    says = Quarantine().doubt(figure(1000.0), expected())
    assert says == (
        "expected about 100 HKD (close, 2026-11-24 02:00 UTC), got 1000; "
        "held back until a second source confirms it"
    )


@pytest.mark.parametrize("value", [5e-324, 1.7e308])
def test_no_figure_is_too_small_or_too_large(value: float) -> None:
    assert Quarantine().doubt(figure(value), expected())
