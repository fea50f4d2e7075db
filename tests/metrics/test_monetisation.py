"""Growth of a group, weighted by the base of each issuer."""

from __future__ import annotations

import pytest

from metrics.monetisation import Bases, monetisation, stated
from metrics.multiples import grouped
from providers.records import Valuation
from tests.metrics.ratio_markets import TODAY, issuer, valuation

GROUP = [issuer("a", "china", currency="CNY"), issuer("b", "china")]


def rate(currency: str) -> float | None:
    return {"USD": 1.0, "CNY": 7.0}.get(currency)


def test_growth_is_weighted_by_the_base_not_averaged() -> None:
    # 110 grew by 10 % from 100, 30 by 50 % from 20: 140 / 120 - 1.
    values = grouped([valuation("a", 0.1, "revenue_growth"), valuation("b", 0.5, "revenue_growth")], TODAY)
    growth = monetisation(values, Bases({"a": 110, "b": 30}, {}), GROUP)
    assert growth.revenue_pct == pytest.approx(100 * (140 / 120 - 1))
    assert growth.earnings_pct is None


def test_an_issuer_without_base_or_rate_is_in_neither_sum() -> None:
    values = grouped([valuation("a", 0.1, "revenue_growth")], TODAY)
    assert monetisation(values, Bases({"a": 110, "b": 30}, {}), GROUP).revenue_pct == pytest.approx(10)
    assert monetisation(values, Bases({"b": 30}, {}), GROUP).revenue_pct is None


@pytest.mark.parametrize(("base", "growth"), [(-5.0, 0.2), (5.0, -1.0), (5.0, -1.5), (float("nan"), 0.2)])
def test_growth_from_or_into_a_loss_says_nothing(base: float, growth: float) -> None:
    values = grouped([valuation("a", growth, "earnings_growth")], TODAY)
    assert monetisation(values, Bases({}, {"a": base}), GROUP).earnings_pct is None


def test_a_loss_beside_a_profit_takes_nothing_away() -> None:
    values = grouped([valuation("a", 0.1, "earnings_growth"), valuation("b", 3, "earnings_growth")], TODAY)
    assert monetisation(values, Bases({}, {"a": 110, "b": -50}), GROUP).earnings_pct == pytest.approx(10)


def test_sums_convert_at_the_newest_rate_of_their_currency() -> None:
    values: list[Valuation] = [
        valuation("a", 70, "revenue_ttm"),
        valuation("b", 14, "revenue_ttm", currency="CNY"),
    ]
    assert stated(grouped(values, TODAY), GROUP, rate, "revenue_ttm") == {"a": 10, "b": 2}


def test_a_sum_in_a_currency_without_rate_is_missing() -> None:
    values = grouped([valuation("a", 70, "revenue_ttm", currency="XYZ")], TODAY)
    assert stated(values, GROUP, rate, "revenue_ttm") == {}
