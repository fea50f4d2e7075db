"""Accounts from Yahoo's time series of fundamentals: capital expenditure, sales and earnings by quarter.

One request per company serves capex and valuations alike. Yahoo does not say when a figure was published, so
it counts as known sixty days after the end of its quarter, by when companies in China and the US must have
reported, or today where that is sooner.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from providers.companies import capex_region, company_name
from providers.ecb import parse_day
from providers.numbers import major_unit, number
from providers.records import CapexFact, Valuation, ValuationField
from providers.text import clean
from providers.universe import Issuer, Line
from providers.yahoo.fields import Row, envelope, items, key, mapping, plain

SOURCE = "yahoo"
CAPEX = "quarterlyCapitalExpenditure"
SALES = "quarterlyTotalRevenue"
EARNINGS = "quarterlyNetIncome"
SALES_TTM = "trailingTotalRevenue"
EARNINGS_TTM = "trailingNetIncome"
TYPES = (CAPEX, SALES, EARNINGS, SALES_TTM, EARNINGS_TTM)
DEFINITION = "cash purchases of property, equipment and intangibles, by Yahoo"

# Companies whose capex in the reference tables is not cash paid. Two definitions in one series would show a
# jump that nobody spent.
_OTHER_DEFINITION = frozenset({"Tencent"})
_OLDEST = dt.date(2000, 1, 1)
_PUBLISHED = dt.timedelta(days=60)
_A_YEAR = range(350, 381)
# Older sums are of a company that Yahoo no longer follows.
_CURRENT = dt.timedelta(days=400)
_PERIODS = {"quarterly": "3M", "trailing": "TTM"}


class Entry(NamedTuple):
    """A figure over the period that ends on `end`, in absolute units of `currency`."""

    end: dt.date
    amount: float
    currency: str


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Figures of one issuer by type, ascending. `strange`: a currency that is not that of its accounts."""

    issuer: Issuer
    series: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    strange: str | None = None

    def newest(self, kind: str, today: dt.date) -> Entry | None:
        """Return the newest figure of a type that is not too old."""
        entries = self.series.get(kind, ())
        return entries[-1] if entries and today - entries[-1].end <= _CURRENT else None


def accounts_of(payload: object, issuer: Issuer, today: dt.date) -> Accounts:
    """Return the accounts in an answer about an issuer's first line; entries that are none are dropped.

    Args:
        payload: The answer; rows about another symbol are dropped.
        issuer: Figures in another currency than its reporting currency are not used.
        today: What ends later, or before 2000, is dropped.

    Raises:
        BadAnswer: Another shape, or an error instead of a result.
    """
    symbol = key(issuer.lines[0].symbol)
    found: dict[str, dict[dt.date, Entry]] = {}
    strange = None
    for row in envelope(payload, "timeseries"):
        meta = mapping(row.get("meta"))
        about, kinds = items(meta.get("symbol")), items(meta.get("type"))
        kind = kinds[0] if kinds else None
        if not isinstance(kind, str) or kind not in TYPES or not about or key(about[0]) != symbol:
            continue
        for entry in _entries(row.get(kind), kind):
            if entry.currency != issuer.reporting_currency:
                strange = entry.currency
            elif _OLDEST <= entry.end <= today:
                found.setdefault(kind, {})[entry.end] = entry
    series = {kind: tuple(days[day] for day in sorted(days)) for kind, days in found.items()}
    return Accounts(issuer=issuer, series=series, strange=strange)


def _entries(values: object, kind: str) -> Iterator[Entry]:
    period = next(name for start, name in _PERIODS.items() if kind.startswith(start))
    for value in items(values):
        entry: Row = mapping(value)
        as_of, amount = entry.get("asOfDate"), number(plain(entry, "reportedValue"))
        end = parse_day(as_of) if isinstance(as_of, str) else None
        unit = major_unit(clean(entry.get("currencyCode")))
        if end is not None and amount is not None and unit is not None and entry.get("periodType") == period:
            yield Entry(end, amount, unit[0])


def serves_capex(issuer: Issuer) -> bool:
    """Whether an issuer's capex may stand beside what is known of it from elsewhere."""
    return capex_region(issuer) is not None and company_name(issuer) not in _OTHER_DEFINITION


def capex(accounts: Accounts, today: dt.date) -> list[CapexFact]:
    """Return the quarters of an issuer; Yahoo states what is paid as a negative number."""
    issuer = accounts.issuer
    region = capex_region(issuer)
    if region is None or not serves_capex(issuer):
        return []
    return [
        CapexFact(
            source=SOURCE,
            company=company_name(issuer),
            region=region,
            start=_first_day(entry.end),
            end=entry.end,
            amount=abs(entry.amount),
            currency=entry.currency,
            kind="actual",
            known_on=min(entry.end + _PUBLISHED, today),
            definition=DEFINITION,
            note="day of publication estimated",
        )
        for entry in accounts.series.get(CAPEX, ())
        if entry.amount
    ]


def sums(accounts: Accounts, line: Line, today: dt.date) -> list[Valuation]:
    """Return sales and earnings of the last twelve months, and growth of the newest quarter on the year."""
    found = []

    def valuation(name: ValuationField, value: float, quality: str, currency: str | None = None) -> None:
        found.append(
            Valuation(
                source=SOURCE, issuer=line.issuer, symbol=line.symbol, day=today, field=name, value=value,
                currency=currency, quality=f"{quality}, by Yahoo",
            )
        )  # fmt: skip

    trailing: tuple[tuple[ValuationField, str], ...] = (
        ("revenue_ttm", SALES_TTM),
        ("net_income_ttm", EARNINGS_TTM),
    )
    for name, kind in trailing:
        newest = accounts.newest(kind, today)
        if newest is not None:
            valuation(name, newest.amount, f"twelve months to {newest.end}", newest.currency)
    quarterly: tuple[tuple[ValuationField, str], ...] = (
        ("revenue_growth", SALES),
        ("earnings_growth", EARNINGS),
    )
    for name, kind in quarterly:
        newest = accounts.newest(kind, today)
        growth = None if newest is None else _growth(accounts.series[kind])
        if newest is not None and growth is not None:
            valuation(name, growth, f"quarter to {newest.end} on the year before")
    return found


def price_sales(
    accounts: Accounts, line: Line, market_cap: float, per_usd: Mapping[str, float], today: dt.date
) -> Valuation | None:
    """Return market value ÷ sales of the last twelve months.

    Args:
        accounts: Of the issuer of the line.
        line: Its one counted line.
        market_cap: In the currency of the line.
        per_usd: Units per USD of the currencies concerned, where they differ.
        today: The day of the market value.
    """
    sales = accounts.newest(SALES_TTM, today)
    if sales is None or sales.amount <= 0:
        return None
    rates = {"USD": 1.0, **per_usd}
    if line.currency == sales.currency:
        factor = 1.0
    elif line.currency in rates and sales.currency in rates:
        factor = rates[sales.currency] / rates[line.currency]
    else:
        return None
    value = number(market_cap * factor / sales.amount)
    if not value:
        return None
    return Valuation(
        source=SOURCE,
        issuer=line.issuer,
        symbol=line.symbol,
        day=today,
        field="price_sales",
        value=value,
        quality=f"market value on sales of the twelve months to {sales.end}, by Yahoo",
    )


def _growth(entries: tuple[Entry, ...]) -> float | None:
    """Return the newest entry on the one a year before, as a fraction; nothing from a loss or from zero."""
    newest = entries[-1]
    before = next((one for one in entries if (newest.end - one.end).days in _A_YEAR), None)
    if before is None or before.amount <= 0 or before.currency != newest.currency:
        return None
    return number(newest.amount / before.amount - 1)


def _first_day(end: dt.date) -> dt.date:
    """Return the first day of the three months that end in the month of a day."""
    year, month = divmod(end.year * 12 + end.month - 3, 12)
    return dt.date(year, month + 1, 1)
