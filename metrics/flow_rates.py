"""Exchange rates for flows: the average of their period, never the spot rate of today."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from metrics.quarters import Quarter, Span, first_day, last_day, parse_quarter

if TYPE_CHECKING:
    from providers.market import Market


def newest_rate(market: Market, currency: str) -> float | None:
    """Units of `currency` for one US dollar, newest known; `None` where no rate is at hand."""
    if currency == "USD":
        return 1.0
    if (rate := market.fx_now.get(currency)) is not None:
        return rate.per_usd
    if currency not in market.fx.columns:
        return None
    column = market.fx[currency].dropna()
    return float(column.iloc[-1]) if len(column) else None


def average_rates(market: Market) -> Callable[[str, Span], float | None]:
    """A function (currency, span) → average units per US dollar over the span, remembered per quarter.

    A quarter has the published average once it is over, else the mean of its daily rates. Quarters that have
    not begun take the newest rate. Longer spans take the mean of their quarters, equally weighted. `None` as
    soon as one quarter has no rate.
    """
    today = market.at.date()
    published = {(one.currency, parse_quarter(one.quarter)): one.per_usd for one in market.fx_averages}

    @cache
    def of_quarter(currency: str, quarter: Quarter) -> float | None:
        start, end = first_day(quarter), last_day(quarter)
        if end <= today and (currency, quarter) in published:
            return published[currency, quarter]
        if start <= today and currency in market.fx.columns:
            days = market.fx.index
            column = market.fx.loc[(days >= start) & (days <= min(end, today)), currency]
            mean = float(column.mean())
            if not math.isnan(mean):
                return mean
        return newest_rate(market, currency) if end > today else None

    @cache
    def of_span(currency: str, span: Span) -> float | None:
        if currency == "USD":
            return 1.0
        rates = [of_quarter(currency, quarter) for quarter in span.quarters]
        known = [rate for rate in rates if rate is not None]
        return sum(known) / len(known) if len(known) == len(rates) else None

    return of_span
