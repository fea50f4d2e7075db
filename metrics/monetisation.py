"""Monetisation: growth of revenue and earnings of a group, weighted by the base of each issuer.

    growth = Σ new ÷ Σ old - 1, with old = new ÷ (1 + growth of the issuer)

A company without revenue or without a growth rate is in neither sum. Earnings count only where both years are
above zero: a growth rate from or into a loss says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from metrics.multiples import Grouped
from providers.records import ValuationField
from providers.universe import Issuer

Rate = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Growth:
    """Per cent; `None` where nothing is known."""

    revenue_pct: float | None
    earnings_pct: float | None


def monetisation(values: Grouped, issuers: Iterable[Issuer], rate: Rate) -> Growth:
    """Growth of one group. `rate`: currency → units per US dollar, which weighs the issuers."""
    group = tuple(issuers)
    return Growth(
        _growth(values, group, rate, "revenue_ttm", "revenue_growth"),
        _growth(values, group, rate, "net_income_ttm", "earnings_growth"),
    )


def _growth(
    values: Grouped,
    issuers: Iterable[Issuer],
    rate: Rate,
    sum_field: ValuationField,
    growth_field: ValuationField,
) -> float | None:
    sums, rates = values.get(sum_field, {}), values.get(growth_field, {})
    new = old = 0.0
    for issuer in issuers:
        if issuer.id not in sums or issuer.id not in rates:
            continue
        latest = sums[issuer.id][-1]
        per_usd = rate(latest.currency or issuer.reporting_currency)
        factor = 1 + rates[issuer.id][-1].value
        if per_usd is None or latest.value <= 0 or factor <= 0:
            continue
        new += latest.value / per_usd
        old += latest.value / per_usd / factor
    return 100 * (new / old - 1) if old > 0 else None
