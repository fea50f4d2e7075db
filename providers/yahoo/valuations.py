"""Multiples from the batch of quotes (v7), each only where its currency is sure.

Yahoo divides a price by a figure per share without looking at currencies. A price in pence is set against
earnings in pounds, and of a depositary receipt some figures are in the currency of the accounts, some in that
of the price: of one recorded ADS the forward earnings are in USD and this year's in CNY. So multiples are
computed here, from price and earnings per share, after the currency of the earnings has been made out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from providers.base import Answer
from providers.numbers import major_unit, number
from providers.quote_rows import Unusable
from providers.records import Remark, Valuation, ValuationField
from providers.universe import Line
from providers.yahoo.fields import Row, above_zero, amount, divisor_for, key, plain

SOURCE = "yahoo"
VALUATION_FIELDS = (
    "regularMarketPrice,currency,financialCurrency,"
    "epsForward,epsTrailingTwelveMonths,epsCurrentYear,bookValue,forwardPE,trailingPE,marketCap"
)
# Between these factors the two currencies are too near to be told apart by the size of the figures.
_ALIKE = 1.5
# Earnings of neighbouring years that differ by more than this are no guide to a currency.
_GROWTH = 4.0


class _Earnings(NamedTuple):
    """A multiple of earnings: our field, Yahoo's earnings per share, Yahoo's own multiple, whose it is."""

    field: ValuationField
    per_share: str
    ready: str
    quality: str


_EARNINGS = (
    _Earnings("forward_pe", "epsForward", "forwardPE", "analysts' mean for the next fiscal year, by Yahoo"),
    _Earnings("trailing_pe", "epsTrailingTwelveMonths", "trailingPE", "last twelve months, by Yahoo"),
)


def valuations(
    rows: Iterable[Row],
    lines: Sequence[Line],
    accounts: Mapping[str, str],
    per_usd: Mapping[str, float],
    now: dt.datetime,
) -> Answer:
    """Return forward and trailing P/E and price/book of the lines that came with them.

    Args:
        rows: Rows of the batch.
        lines: The lines asked for; `missing` names those without any multiple.
        accounts: Currency of the accounts by issuer, for rows that do not state it.
        per_usd: Units per USD of the currencies of the accounts and prices.
        now: The clock; multiples are known on its day.
    """
    wanted = {key(line.symbol): line for line in lines}
    found: dict[tuple[str, str], Valuation] = {}
    remarks: list[Remark] = []
    for row in rows:
        line = wanted.get(key(row.get("symbol")))
        if line is None:
            continue
        try:
            for multiple in _multiples(row, line, accounts.get(line.issuer), per_usd, now.date()):
                found[line.symbol, multiple.field] = multiple
        except Unusable as unusable:
            text = f"No multiples from Yahoo: {unusable}."
            remarks.append(Remark(subject=line.symbol, text=text, at=now, source=SOURCE))
    having = {symbol for symbol, _ in found}
    missing = tuple(line.symbol for line in lines if line.symbol not in having)
    return Answer(records=tuple(found.values()), missing=missing, remarks=tuple(remarks))


def market_caps(rows: Iterable[Row], lines: Sequence[Line]) -> dict[str, float]:
    """Return Yahoo's market values by symbol, in the currency of the line, never in its minor units."""
    wanted = {key(line.symbol): line for line in lines}
    found = {}
    for row in rows:
        line, value = wanted.get(key(row.get("symbol"))), above_zero(row, "marketCap")
        unit = major_unit(plain(row, "currency"))
        if line is not None and value is not None and unit is not None and unit[0] == line.currency:
            found[line.symbol] = value
    return found


def _multiples(
    row: Row, line: Line, accounts: str | None, per_usd: Mapping[str, float], day: dt.date
) -> Iterator[Valuation]:
    divisor = divisor_for(line, plain(row, "currency"))
    quoted = above_zero(row, "regularMarketPrice")
    if quoted is None:
        raise Unusable("the row has no price above zero")
    price = quoted / divisor
    stated = major_unit(plain(row, "financialCurrency"))
    reporting = accounts if stated is None else stated[0]
    if reporting is None:
        raise Unusable("the row does not say in which currency the accounts are kept")
    same = reporting == line.currency
    rate = _rate(line.currency, reporting, per_usd)

    def multiple(field: ValuationField, value: float, quality: str) -> Valuation:
        return Valuation(
            source=SOURCE,
            issuer=line.issuer,
            symbol=line.symbol,
            day=day,
            field=field,
            value=value,
            price=price,
            quality=quality if same else f"{quality}; accounts in {reporting}, price in {line.currency}",
        )

    for earnings in _EARNINGS:
        per_share = amount(row, earnings.per_share)
        if per_share is None and same and divisor == 1.0:
            value = amount(row, earnings.ready)
        elif per_share and _in_price_currency(per_share, amount(row, "epsCurrentYear"), rate):
            value = number(price / per_share)
        else:
            value = None
        if value is not None:
            yield multiple(earnings.field, value, earnings.quality)
    book = above_zero(row, "bookValue")
    if book is not None and same:
        yield multiple("price_book", price / book, "last balance sheet, by Yahoo")


def currencies_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the currencies other than USD of the rows whose price and accounts are in different ones."""
    found: set[str] = set()
    for row in rows:
        units = {major_unit(plain(row, field)) for field in ("currency", "financialCurrency")} - {None}
        codes = {unit[0] for unit in units if unit is not None}
        if len(codes) > 1:
            found |= codes
    return tuple(sorted(found - {"USD"}))


def _rate(currency: str, reporting: str, per_usd: Mapping[str, float]) -> float | None:
    """Return units of the accounts' currency for one unit of the price's currency, `None` if unknown."""
    if currency == reporting:
        return 1.0
    rates = {"USD": 1.0, **per_usd}
    if currency not in rates or reporting not in rates:
        return None
    return rates[reporting] / rates[currency]


def _in_price_currency(per_share: float, this_year: float | None, rate: float | None) -> bool:
    """Whether earnings per share are in the currency of the price, as far as that can be made out.

    This year's earnings are in the currency of the accounts. Where the two currencies are far apart, both
    figures must come out at one size when this one is read in the price's currency; where they are near, that
    is what the recordings show. A figure that may as well be in the currency of the accounts is not used.
    """
    if rate is None:
        return False
    if 1 / _ALIKE < rate < _ALIKE:
        return True
    if this_year is None or this_year * per_share <= 0:
        return False
    as_priced, as_reported = per_share * rate / this_year, per_share / this_year
    return _size(as_priced) <= min(_size(as_reported), math.log(_GROWTH))


def _size(ratio: float) -> float:
    return abs(math.log(ratio)) if 0 < ratio < math.inf else math.inf
