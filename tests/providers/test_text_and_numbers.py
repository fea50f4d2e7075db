"""What comes from outside is cleaned before it becomes part of a record."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.numbers import instant, major_unit, number, positive
from providers.text import MAX_TEXT, clean


def test_escape_sequences_bidi_overrides_and_zero_width_characters_are_dropped() -> None:
    assert clean("\x1b]0;x\x07[/b]\u202eA\u200bB\x9b31m") == "]0;x[/b]AB31m"


def test_white_space_becomes_one_space() -> None:
    assert clean("  Tencent\r\n\tHoldings\u2028Ltd ") == "Tencent Holdings Ltd"


def test_names_in_other_scripts_stay() -> None:
    assert clean("腾讯控股 삼성전자 Škoda") == "腾讯控股 삼성전자 Škoda"


def test_long_text_is_cut_with_a_sign() -> None:
    assert clean("x" * 1000, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("value", [None, 3, b"bytes", ["a"]])
def test_what_is_no_text_is_empty(value: object) -> None:
    assert clean(value) == ""


@given(st.text(st.characters()))
def test_cleaned_text_is_one_printable_line_that_can_be_encoded(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert len(cleaned) <= MAX_TEXT
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), ("1.50", 1.5), (" -2e3 ", -2000.0), (".5", 0.5), ("7.", 7.0), (0, 0.0)],
)
def test_numbers_and_their_spellings(value: object, expected: float) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    "value",
    ["-", "", "N/A", "nan", "inf", "1_000", "1,5", "0x10", "٣", None, True, [], {}, float("nan"),
     float("inf"), 10**400, "1e999"],
)  # fmt: skip
def test_everything_else_is_missing(value: object) -> None:
    assert number(value) is None


def test_zero_is_a_number_but_no_price() -> None:
    assert number("0") == 0.0
    assert positive("0") is None
    assert positive(-1) is None


def test_an_instant_is_utc_and_within_reason() -> None:
    assert instant(1786090091) == dt.datetime(2026, 8, 7, 8, 8, 11, tzinfo=dt.UTC)
    assert [instant(value) for value in (0, -5, 1e18, "soon", None)] == [None] * 5


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("USD", ("USD", 1.0)),
        ("GBp", ("GBP", 100.0)),
        ("GBX", ("GBP", 100.0)),
        ("GBP", ("GBP", 1.0)),
        ("ILA", ("ILS", 100.0)),
        ("ZAc", ("ZAR", 100.0)),
        ("", None),
        ("dollar", None),
        (None, None),
    ],
)
def test_minor_units_name_their_major_unit(code: object, unit: tuple[str, float] | None) -> None:
    assert major_unit(code) == unit
