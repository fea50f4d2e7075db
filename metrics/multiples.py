"""Valuation multiples: one per issuer on one horizon, brought to any day, and added up as an index does.

    aggregate = Σ market cap ÷ Σ (market cap ÷ multiple), over issuers with a positive denominator

the index providers' aggregation (total value of the members over their total earnings), never the mean of
ratios. What stays the same between two valuations is the denominator, an issuer's earnings or sales in US
dollars: `cap on the day of the valuation ÷ multiple`. A multiple dated v stands on a later day at

    multiple x cap of that day ÷ cap on v

or, where the cap on v is unknown, at what it was. Where the price behind it is known, it stands now at
`multiple x price now ÷ that price`, which is price now ÷ earnings per share.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.numbers import FloatArray, percent, total
from providers.records import Split, Valuation, ValuationField

MAX_AGE_DAYS = 365
"""A multiple is in force for a year at most; one of a fiscal year until that year ends."""
_CAP_WINDOW_DAYS = 7
"""A valuation on a day without a session belongs to the last close before, at most so many days back."""
_YEAR_DAYS = 365.25
_FISCAL_YEAR_DAYS = range(300, 431)

Grouped = Mapping[ValuationField, Mapping[str, Sequence[Valuation]]]


@dataclass(frozen=True, slots=True)
class Multiple:
    """One issuer's multiple as known on `day` (ordinal).

    Attributes:
        fiscal_year_end: End of the one fiscal year it refers to, where the source says so.
        next_twelve_months: Whether two fiscal years were weighted around the twelve months from `day`.
        price: Price of `symbol` that it was stated at, where the source gave it.
    """

    day: int
    value: float
    source: str
    fiscal_year_end: dt.date | None = None
    next_twelve_months: bool = False
    symbol: str | None = None
    price: float | None = None

    @property
    def last_day(self) -> int:
        """The last day (ordinal) on which it is in force."""
        end = self.day + MAX_AGE_DAYS
        return end if self.fiscal_year_end is None else min(end, self.fiscal_year_end.toordinal())


Book = Mapping[str, Sequence[Multiple]]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A multiple of many issuers; NaN where nothing is known. Coverage in per cent of their market value."""

    value: float
    median: float
    coverage_pct: float
    cap: float


def grouped(valuations: Iterable[Valuation], until: dt.date) -> Grouped:
    """Valuations known by a day, by field and issuer, ascending by day, in one order whatever came first."""
    groups: defaultdict[ValuationField, defaultdict[str, list[Valuation]]]
    groups = defaultdict(lambda: defaultdict(list))
    for one in valuations:
        if one.day <= until:
            groups[one.field][one.issuer].append(one)
    for issuers in groups.values():
        for values in issuers.values():
            values.sort(key=lambda one: (one.day, one.symbol or "", one.source, one.value))
    return groups


def book(values: Mapping[str, Sequence[Valuation]], primary: Mapping[str, str]) -> Book:
    """One multiple per issuer and day, ascending; `primary`: the line preferred where two are valued."""
    return {
        issuer: [_of_day(same_day, primary.get(issuer)) for same_day in _by_day(ones)]
        for issuer, ones in values.items()
    }


def newest(multiples: Book, today: dt.date) -> dict[str, Multiple]:
    """The multiple in force for each issuer."""
    day = today.toordinal()
    return {issuer: ones[-1] for issuer, ones in multiples.items() if ones and ones[-1].last_day >= day}


def at_price(multiple: Multiple, prices: Mapping[str, float], splits: Iterable[Split]) -> float | None:
    """The multiple at today's price of the line it was stated for; `None` where either price is unknown.

    `prices` are per unit of the line today; a split since then is taken out of the price of then.
    """
    if multiple.price is None or multiple.symbol is None or multiple.symbol not in prices:
        return None
    then = multiple.price
    for split in splits:
        if split.symbol == multiple.symbol and split.day.toordinal() > multiple.day:
            then /= split.ratio
    return multiple.value * prices[multiple.symbol] / then


@dataclass(frozen=True, eq=False)
class Caps:
    """Market values in USD, days × issuers. `days` are ordinals, ascending; `columns` places issuers."""

    days: Sequence[int]
    usd: FloatArray
    columns: Mapping[str, int]

    def on(self, day: int, column: int) -> float:
        """The close on or before a day; NaN where none is near or the day is after the newest close."""
        row = bisect_right(self.days, day) - 1
        if row < 0 or day > self.days[-1] or day - self.days[row] > _CAP_WINDOW_DAYS:
            return float("nan")
        cap = float(self.usd[row, column])
        return cap if cap > 0 else float("nan")


def denominators(multiples: Book, caps: Caps, history: Caps) -> FloatArray:
    """Earnings or sales behind the multiples in USD, shaped as `caps`; NaN where no multiple is in force.

    `history` gives the caps on the days of the valuations.
    """
    held = np.full(caps.usd.shape, np.nan)
    stated = np.full(caps.usd.shape, np.nan)
    for issuer, ones in multiples.items():
        column = caps.columns.get(issuer)
        if column is None:
            continue
        for one in ones:
            first = bisect_left(caps.days, one.day)
            held[first:, column] = stated[first:, column] = np.nan
            rows = slice(first, bisect_right(caps.days, one.last_day))
            held[rows, column] = history.on(one.day, column) / one.value
            stated[rows, column] = one.value
    return np.where(np.isnan(held), caps.usd / stated, held)


def aggregate(caps: FloatArray, below: FloatArray) -> Aggregate:
    """The multiple of one group. `below`: denominators, same order as `caps`, both in USD."""
    worth = np.where(caps > 0, caps, np.nan)
    counted = ~np.isnan(worth) & (below > 0)
    covered, cap = float(worth[counted].sum()), total(worth)
    if not counted.any():
        return Aggregate(float("nan"), float("nan"), percent(0.0, cap), cap)
    return Aggregate(
        covered / float(below[counted].sum()),
        float(np.median(worth[counted] / below[counted])),
        percent(covered, cap),
        cap,
    )


def _by_day(values: Sequence[Valuation]) -> list[list[Valuation]]:
    days: defaultdict[dt.date, list[Valuation]] = defaultdict(list)
    for one in values:
        if one.value != 0:
            days[one.day].append(one)
    return [days[day] for day in sorted(days)]


def _of_day(values: Sequence[Valuation], primary: str | None) -> Multiple:
    """Two fiscal years around the next twelve months where known, else one year, else what there is."""
    day = values[0].day
    years: dict[dt.date | None, Valuation] = {}
    for one in sorted(values, key=lambda one: one.symbol != primary):
        years.setdefault(one.fiscal_year_end, one)
    ends = sorted(end for end in years if end is not None and end >= day)
    if len(ends) > 1 and (ends[1] - ends[0]).days in _FISCAL_YEAR_DAYS and (ends[0] - day).days < _YEAR_DAYS:
        first, second = years[ends[0]], years[ends[1]]
        weight = (ends[0] - day).days / _YEAR_DAYS
        earnings_yield = weight / first.value + (1 - weight) / second.value
        if earnings_yield != 0:
            alike = (first.symbol, first.price) == (second.symbol, second.price)
            return Multiple(
                day.toordinal(),
                1 / earnings_yield,
                first.source,
                next_twelve_months=True,
                symbol=first.symbol if alike else None,
                price=first.price if alike else None,
            )
    chosen = years[ends[0]] if ends else next(iter(years.values()))
    return Multiple(
        day.toordinal(),
        chosen.value,
        chosen.source,
        chosen.fiscal_year_end,
        symbol=chosen.symbol,
        price=chosen.price,
    )
