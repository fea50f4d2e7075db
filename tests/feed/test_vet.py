"""Vet: one bad row costs one row; a doubtful price waits."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.quarantine import Expected
from feed.vet import Gate
from providers.records import AnyRecord, CapexFact, Quote, Valuation
from tests.feed.support import TUESDAY_MORNING, close, line, quote, rate

NOW = TUESDAY_MORNING
GOOD = quote("0700.HK", 600.0, NOW)


def gate(expected: float | None = None, *, days: float = 0) -> Gate:
    """A gate that knows a price of 0700.HK, so many days old."""
    known = Expected(value=expected, at=NOW - dt.timedelta(days=days), source="close") if expected else None
    return Gate({"0700.HK": line("0700.HK")}, lambda _came: known)


def poll(made: Gate, price: float, *, source: str = "first", minutes: float = 0) -> tuple[bool, str]:
    """Whether the price enters, and what is said."""
    at = NOW + dt.timedelta(minutes=minutes)
    vetted = made.vet([quote("0700.HK", price, at, source=source)], at)
    return bool(vetted.records), " ".join(remark.text for remark in vetted.remarks)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (quote("0700.HK", 0.0, NOW), "price above zero, got 0"),
        (quote("0700.HK", -5.0, NOW), "price above zero, got -5"),
        (quote("0700.HK", math.nan, NOW), "got nan"),
        (quote("0700.HK", math.inf, NOW), "got inf"),
        (quote("0700.HK", 600.0, NOW, currency="USD"), "expected a price in HKD, got USD"),
        (quote("0700.HK", 600.0, NOW + dt.timedelta(minutes=3)), "in the future"),
        (rate("HKD", 0.0, NOW), "rate above zero"),
        (rate("HKD", 7.8, NOW + dt.timedelta(days=1)), "in the future"),
        (close("0700.HK", dt.date(2027, 1, 1), 600.0), "in the future"),
        (close("0700.HK", dt.date(2026, 11, 23), math.nan), "got nan"),
        (
            Valuation(source="s", issuer="0700.hk", day=NOW.date(), field="forward_pe", value=math.nan),
            "expected a number",
        ),
    ],
)
def test_one_bad_row_costs_one_row_and_leaves_a_remark(bad: AnyRecord, says: str) -> None:
    vetted = gate().vet([bad, GOOD], NOW)
    assert vetted.records == (GOOD,)
    assert [says in remark.text for remark in vetted.remarks] == [True]
    assert vetted.remarks[0].source == bad.source


def test_a_loss_has_a_negative_multiple() -> None:
    loss = Valuation(source="s", issuer="0700.hk", day=NOW.date(), field="forward_pe", value=-12.0)
    assert gate().vet([loss], NOW).records == (loss,)


def test_capex_of_a_company_is_named_by_it() -> None:
    bad = CapexFact(
        source="s",
        company="Tencent",
        region="CN",
        start=NOW.date(),
        end=NOW.date(),
        amount=math.nan,
        currency="CNY",
        kind="actual",
        known_on=NOW.date(),
        definition="cash",
    )
    assert gate().vet([bad], NOW).remarks[0].subject == "Tencent"


def test_a_clock_two_minutes_off_is_let_pass() -> None:
    ahead = quote("0700.HK", 600.0, NOW + dt.timedelta(seconds=119))
    assert gate().vet([ahead], NOW).records == (ahead,)


def test_a_leap_waits_for_the_next_poll() -> None:
    made = gate(600.0)
    entered, says = poll(made, 800.0)
    assert not entered
    assert "expected about 600 HKD (close, 2026-11-24 02:00 UTC), got 800; held back until" in says
    assert poll(made, 805.0, minutes=1)[0]


def test_a_leap_that_a_second_source_confirms_enters_in_the_same_poll() -> None:
    made = gate(600.0)
    assert not poll(made, 800.0)[0]
    assert poll(made, 801.0, source="second")[0]


def test_a_leap_that_the_second_source_denies_stays_out() -> None:
    made = gate(600.0)
    assert not poll(made, 800.0)[0]
    assert poll(made, 602.0, source="second")[0]
    assert not poll(made, 1000.0, minutes=1)[0]


@pytest.mark.parametrize("factor", [8, 10, 100, 1 / 8, 1 / 10, 1 / 100])
def test_a_unit_factor_is_not_confirmed_by_its_own_source(factor: float) -> None:
    made = gate(600.0)
    for minute in range(5):
        assert not poll(made, 600.0 * factor, minutes=minute)[0]
    assert poll(made, 600.0 * factor, source="second", minutes=5)[0]


def test_what_has_no_price_before_it_enters() -> None:
    assert poll(gate(None), 60_000.0)[0]


def test_a_price_that_comes_back_ends_the_wait() -> None:
    made = gate(600.0)
    assert not poll(made, 800.0)[0]
    assert poll(made, 601.0, minutes=1)[0]
    assert not poll(made, 800.0, minutes=2)[0]


@given(
    st.lists(
        st.builds(
            lambda price, minutes, currency: quote(
                "0700.HK", price, NOW + dt.timedelta(minutes=minutes), currency=currency
            ),
            st.floats(),
            st.integers(-10_000, 10_000),
            st.sampled_from(["HKD", "USD", "", "GBp"]),
        )
    )
)
def test_whatever_comes_only_sound_prices_enter(quotes: list[Quote]) -> None:
    vetted = gate(600.0).vet(quotes, NOW)
    for one in vetted.records:
        assert isinstance(one, Quote)
        assert math.isfinite(one.price)
        assert one.price > 0
        assert one.currency == "HKD"
    assert len(vetted.records) + len(vetted.remarks) == len(quotes)
