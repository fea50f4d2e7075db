"""The newest FX rate of each currency, as USD for one unit, with its source and time."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from metrics.history import UNLIMITED, columns, latest, ordinals
from metrics.roster import roster
from providers.market import Market


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """USD for one unit of `currency`. A rate from a daily table has a `day` and no time of day."""

    currency: str
    usd: float
    source: str
    day: dt.date
    as_of: dt.datetime | None = None


def rates_now(market: Market) -> dict[str, Rate]:
    """The newest rate of each currency of the universe that has one, by currency; USD is 1.

    A running rate serves unless the daily table holds a later day. There is no age limit: the day says the
    age.
    """
    currencies = sorted({line.currency for line in roster(market.universe).everything} - {"USD"})
    end = np.array([dt.date.max.toordinal()], dtype=np.int64)
    per_usd, days = latest(columns(market.fx, currencies), ordinals(market.fx), end, UNLIMITED)
    found = {"USD": Rate(currency="USD", usd=1.0, source="by definition", day=market.at.date())}
    for currency, table_rate, table_day in zip(currencies, per_usd[0], days[0], strict=True):
        running = market.fx_now.get(currency)
        known = not math.isnan(table_rate)
        if running is not None and not (known and table_day > running.as_of.toordinal()):
            found[currency] = Rate(
                currency=currency,
                usd=1.0 / running.per_usd,
                source=running.source,
                day=running.as_of.date(),
                as_of=running.as_of,
            )
        elif known:
            day = dt.date.fromordinal(int(table_day))
            found[currency] = Rate(
                currency=currency,
                usd=1.0 / float(table_rate),
                source=_table_source(market, currency, day),
                day=day,
            )
    return found


def _table_source(market: Market, currency: str, day: dt.date) -> str:
    if currency not in market.fx_sources.columns or day not in market.fx_sources.index:
        return "unknown"
    source = market.fx_sources.at[day, currency]
    return source if isinstance(source, str) else "unknown"
