"""Aggregate multiples: one horizon per issuer, brought to the day, added up as an index does."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.multiples import Caps, Multiple, aggregate, at_price, book, denominators, grouped, newest
from metrics.spreads import spreads
from providers.records import Split, Valuation
from tests.metrics.markets import quote
from tests.metrics.ratio_markets import NO_HISTORY, TODAY, caps, issuer, market, valuation

POSITIVE = st.floats(0.1, 1e6)
DAY = TODAY.toordinal()


def multiple(*values: Valuation, primary: str = "A") -> Multiple:
    known = grouped(values, TODAY)
    return newest(book(known["forward_pe"], {"a": primary}), TODAY)["a"]


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def one_issuer(days: list[int], usd: list[float]) -> Caps:
    return Caps(days, np.array(usd, dtype=float)[:, np.newaxis], {"a": 0})


def test_the_aggregate_is_value_over_earnings_not_a_mean_of_ratios() -> None:
    # 100 at 10x and 300 at 30x: earnings 10 + 10, so 400 / 20 = 20, the mean of ratios being the same here;
    # with 100 at 50x: earnings 2 + 10, so 400 / 12.
    found = aggregate(np.array([100.0, 300.0]), np.array([2.0, 10.0]))
    assert found.value == pytest.approx(400 / 12)
    assert found.median == pytest.approx(40)
    assert found.coverage_pct == 100


def test_losses_and_unknown_multiples_lower_coverage_only() -> None:
    found = aggregate(np.array([100.0, 60.0, 40.0]), np.array([5.0, -3.0, math.nan]))
    assert found.value == 20
    assert found.coverage_pct == 50
    assert found.cap == 200


def test_a_missing_cap_is_in_neither_coverage_nor_value() -> None:
    found = aggregate(np.array([100.0, math.nan, 0.0]), np.array([5.0, 5.0, 5.0]))
    assert (found.value, found.coverage_pct, found.cap) == (20, 100, 100)


def test_nothing_known_is_nan() -> None:
    found = aggregate(np.array([math.nan]), np.array([math.nan]))
    assert math.isnan(found.value)
    assert math.isnan(found.coverage_pct)
    assert aggregate(np.array([5.0]), np.array([-1.0])).coverage_pct == 0


def test_two_fiscal_years_are_weighted_around_the_next_twelve_months() -> None:
    # On 24 November 2026 the year to 31 December 2026 has 37 days left: w = 37 / 365.25.
    # Earnings yield w / 30 + (1 - w) / 20, so the multiple lies close to 20.
    found = multiple(
        valuation("a", 30, year_end=dt.date(2026, 12, 31)),
        valuation("a", 20, year_end=dt.date(2027, 12, 31)),
    )
    weight = 37 / 365.25
    assert found.value == pytest.approx(1 / (weight / 30 + (1 - weight) / 20))
    assert found.next_twelve_months


def test_a_loss_this_year_counts_against_the_profit_of_the_next() -> None:
    found = multiple(
        valuation("a", -10, year_end=TODAY + dt.timedelta(days=183)),
        valuation("a", 10, year_end=TODAY + dt.timedelta(days=548)),
    )
    weight = 183 / 365.25
    assert 1 / found.value == pytest.approx((1 - 2 * weight) / 10)


def test_one_fiscal_year_keeps_its_end() -> None:
    found = multiple(valuation("a", 20, year_end=dt.date(2027, 6, 30)))
    assert (found.value, found.fiscal_year_end, found.next_twelve_months) == (20, dt.date(2027, 6, 30), False)


def test_years_two_apart_are_not_blended_and_a_past_year_is_not_forward() -> None:
    apart = multiple(
        valuation("a", 30, year_end=dt.date(2026, 12, 31)),
        valuation("a", 20, year_end=dt.date(2028, 12, 31)),
    )
    assert (apart.value, apart.next_twelve_months) == (30, False)
    past = multiple(
        valuation("a", 30, year_end=dt.date(2026, 6, 30)),
        valuation("a", 20, year_end=dt.date(2027, 6, 30)),
    )
    assert (past.value, past.next_twelve_months) == (20, False)


def test_the_newest_day_wins_and_the_main_line_before_another() -> None:
    found = multiple(
        valuation("a", 1, day=days_ago(3)),
        valuation("a", 2, day=days_ago(1), symbol="B"),
        valuation("a", 3, day=days_ago(1), symbol="A"),
    )
    assert found.value == 3


def test_later_valuations_and_zeros_do_not_exist() -> None:
    found = multiple(valuation("a", 7), valuation("a", 9, day=days_ago(-1)), valuation("a", 0))
    assert found.value == 7


def test_a_multiple_moves_with_the_cap_since_its_day() -> None:
    # 20x on a cap of 100 are earnings of 5; at a cap of 150 that is 30x.
    history = one_issuer([DAY - 10, DAY - 1], [100, 140])
    below = denominators({"a": [Multiple(DAY - 10, 20, "v")]}, one_issuer([DAY], [150]), history)
    assert 150 / below[0, 0] == pytest.approx(30)


def test_without_the_cap_of_its_day_a_multiple_stays_as_it_is() -> None:
    history = one_issuer([DAY - 40, DAY - 1], [100, 140])
    ones = {"a": [Multiple(DAY - 20, 20, "v")]}
    assert 150 / denominators(ones, one_issuer([DAY], [150]), history)[0, 0] == pytest.approx(20)


def test_a_multiple_of_today_is_of_the_price_of_today() -> None:
    history = one_issuer([DAY - 1], [140])
    ones = {"a": [Multiple(DAY, 20, "v")]}
    assert 150 / denominators(ones, one_issuer([DAY], [150]), history)[0, 0] == pytest.approx(20)


def test_on_each_day_the_multiple_of_that_day_is_in_force() -> None:
    days = [DAY - 30, DAY - 20, DAY - 10, DAY]
    caps = one_issuer(days, [100, 100, 100, 100])
    ones = {"a": [Multiple(DAY - 20, 20, "v"), Multiple(DAY - 10, 25, "v")], "gone": [Multiple(DAY, 9, "v")]}
    below = denominators(ones, caps, caps)[:, 0]
    assert math.isnan(below[0]), "nothing was known yet"
    assert below[1:].tolist() == [5, 4, 4]


def test_a_forward_multiple_ends_after_a_year() -> None:
    caps = one_issuer([DAY - 400, DAY - 100, DAY], [100, 100, 100])
    below = denominators({"a": [Multiple(DAY - 400, 20, "v")]}, caps, caps)[:, 0]
    assert below[:2].tolist() == [5, 5]
    assert math.isnan(below[2])
    assert newest({"a": [Multiple(DAY - 400, 20, "v")]}, TODAY) == {}


def test_a_multiple_of_a_fiscal_year_ends_with_it() -> None:
    caps = one_issuer([DAY - 30, DAY - 20, DAY - 10, DAY], [100, 100, 100, 100])
    old = Multiple(DAY - 30, 20, "v")
    year = Multiple(DAY - 20, 25, "v", fiscal_year_end=days_ago(10))
    below = denominators({"a": [old, year]}, caps, caps)[:, 0]
    assert below[:3].tolist() == [5, 4, 4]
    assert math.isnan(below[3]), "nor does the one before return"
    assert newest({"a": [old, year]}, TODAY) == {}


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=20))
def test_the_aggregate_lies_between_the_lowest_and_the_highest(members: list[tuple[float, float]]) -> None:
    caps, multiples = (np.array(column) for column in zip(*members, strict=True))
    found = aggregate(caps, caps / multiples)
    assert multiples.min() * (1 - 1e-9) <= found.value <= multiples.max() * (1 + 1e-9)
    assert multiples.min() * (1 - 1e-9) <= found.median <= multiples.max() * (1 + 1e-9)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=20), st.floats(1e-3, 1e3))
def test_scaling_every_cap_changes_nothing(members: list[tuple[float, float]], factor: float) -> None:
    caps, multiples = (np.array(column) for column in zip(*members, strict=True))
    plain, scaled = aggregate(caps, caps / multiples), aggregate(factor * caps, factor * caps / multiples)
    assert scaled.value == pytest.approx(plain.value)
    assert scaled.coverage_pct == pytest.approx(plain.coverage_pct)


def test_a_multiple_follows_the_price_that_it_was_stated_at() -> None:
    # Stated at 20 x 5 of earnings per unit; at a price of 110 it is 22.
    one = Multiple(day=TODAY.toordinal() - 1, value=20.0, source="vendor", symbol="X", price=100.0)
    assert at_price(one, {"X": 110.0}, ()) == pytest.approx(22.0)
    assert at_price(one, {}, ()) is None
    assert at_price(replace(one, price=None), {"X": 110.0}, ()) is None


def test_a_split_since_then_is_no_change_of_the_multiple() -> None:
    one = Multiple(day=TODAY.toordinal() - 1, value=20.0, source="vendor", symbol="X", price=100.0)
    split = Split(source="vendor", symbol="X", day=TODAY, ratio=4.0)
    assert at_price(one, {"X": 25.0}, (split,)) == pytest.approx(20.0)


def test_spreads_move_with_the_price_between_two_valuations() -> None:
    stated = msgspec.structs.replace(valuation("tencent", 15, symbol="TENCENT"), price=100.0)
    now = market(issuers=[issuer("tencent", "china"), issuer("microsoft", "peer")], valuations=[stated])
    moved = replace(now, quotes={"TENCENT": quote("TENCENT", 120.0, "USD")})
    row = spreads(moved, caps(tencent=300, microsoft=900), NO_HISTORY, "global").subsectors[0]
    assert row.china == pytest.approx(18.0)
