"""Monetisation: growth of revenue and earnings of a group, weighted by the base of each issuer.

    growth = Σ new ÷ Σ old - 1, with old = new ÷ (1 + growth of the issuer)

A company without a base or without a growth rate is in neither sum. Only positive bases count: a growth
rate from or into a loss says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


@dataclass(frozen=True, eq=False, slots=True)
class Bases:
    """Newest revenue and earnings by issuer id, trailing twelve months, USD."""

    revenue: Mapping[str, float]
    earnings: Mapping[str, float]


def stated(
    valuations: Grouped, issuers: Iterable[Issuer], rate: Rate, field: ValuationField
) -> dict[str, float]:
    """The newest sum that each issuer states, in USD. `rate`: currency → units per US dollar."""
    found: dict[str, float] = {}
    sums = valuations.get(field, {})
    for issuer in issuers:
        if issuer.id in sums:
            newest = sums[issuer.id][-1]
            per_usd = rate(newest.currency or issuer.reporting_currency)
            if per_usd is not None:
                found[issuer.id] = newest.value / per_usd
    return found


def monetisation(valuations: Grouped, base: Bases, group: Sequence[Issuer]) -> Growth:
    """Growth of one group of issuers."""
    return Growth(
        _growth(base.revenue, valuations, group, "revenue_growth"),
        _growth(base.earnings, valuations, group, "earnings_growth"),
    )


def _growth(
    base: Mapping[str, float], valuations: Grouped, group: Iterable[Issuer], field: ValuationField
) -> float | None:
    rates = valuations.get(field, {})
    new = old = 0.0
    for issuer in group:
        now = base.get(issuer.id, 0.0)
        factor = 1 + rates[issuer.id][-1].value if issuer.id in rates else 0.0
        if now > 0 and factor > 0:
            new += now
            old += now / factor
    return 100 * (new / old - 1) if old > 0 else None
