"""Multiples from the batch of quotes (v7), each only where its currency is sure.

Yahoo divides a price by a figure per share without looking at currencies. A price in pence is set against
earnings in pounds, and of a depositary receipt some figures are in the currency of the accounts, some in that
of the price: of one recorded ADS the forward earnings are in USD and this year's in CNY. So multiples are
computed here, from price and earnings per share, after the currency of the earnings has been made out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence

from providers.base import Answer
from providers.numbers import major_unit
from providers.quote_rows import Unusable
from providers.records import Remark, Valuation, ValuationField
from providers.universe import Line
from providers.yahoo.fields import Row, above_zero, amount, divisor_for, key, plain

SOURCE = "yahoo"
VALUATION_FIELDS = (
    "regularMarketPrice,currency,financialCurrency,"
    "epsForward,epsTrailingTwelveMonths,epsCurrentYear,bookValue"
)
# Between these factors the two currencies are too near to be told apart by the size of the figures.
_ALIKE = 1.5
# Earnings of neighbouring years that differ by more than this are no guide to a currency.
_GROWTH = 4.0


def valuations(
    rows: Iterable[Row], lines: Sequence[Line], per_usd: Mapping[str, float], now: dt.datetime
) -> Answer:
    """Return forward and trailing P/E and price/book of the lines that came with them.

    Args:
        rows: Rows of the batch.
        lines: The lines asked for; `missing` names those without any multiple.
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
            for multiple in _multiples(row, line, per_usd, now.date()):
                found[line.symbol, multiple.field] = multiple
        except Unusable as unusable:
            text = f"No multiples from Yahoo: {unusable}."
            remarks.append(Remark(subject=line.symbol, text=text, at=now, source=SOURCE))
    having = {symbol for symbol, _ in found}
    missing = tuple(line.symbol for line in lines if line.symbol not in having)
    return Answer(records=tuple(found.values()), missing=missing, remarks=tuple(remarks))


def _multiples(row: Row, line: Line, per_usd: Mapping[str, float], day: dt.date) -> list[Valuation]:
    divisor = divisor_for(line, plain(row, "currency"))
    quoted = above_zero(row, "regularMarketPrice")
    if quoted is None:
        raise Unusable("the row has no price above zero")
    price = quoted / divisor
    accounts = major_unit(plain(row, "financialCurrency"))
    if accounts is None:
        raise Unusable("the row does not say in which currency the accounts are kept")
    reporting = accounts[0]

    def multiple(name: ValuationField, value: float, quality: str) -> Valuation:
        return Valuation(
            source=SOURCE,
            issuer=line.issuer,
            symbol=line.symbol,
            day=day,
            field=name,
            value=value,
            quality=quality,
        )

    found = []
    earnings: tuple[tuple[ValuationField, str, str], ...] = (
        ("forward_pe", "epsForward", "analysts' mean for the next fiscal year, as Yahoo shows it"),
        ("trailing_pe", "epsTrailingTwelveMonths", "last twelve months, as Yahoo shows them"),
    )
    for name, field, quality in earnings:
        per_share = amount(row, field)
        if not per_share:
            continue
        rate = _rate(line.currency, reporting, per_usd)
        in_price_currency = _to_price_currency(per_share, amount(row, "epsCurrentYear"), rate)
        if in_price_currency is None:
            continue
        value = price / in_price_currency
        if math.isfinite(value):
            note = (
                quality
                if reporting == line.currency
                else f"{quality}; accounts in {reporting}, price in {line.currency}"
            )
            found.append(multiple(name, value, note))
    book = above_zero(row, "bookValue")
    if book is not None and reporting == line.currency:
        found.append(multiple("price_book", price / book, "last balance sheet, as Yahoo shows it"))
    return found


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


def _to_price_currency(per_share: float, this_year: float | None, rate: float | None) -> float | None:
    """Return earnings per share in the currency of the price, `None` where their currency cannot be made out.

    This year's earnings are in the currency of the accounts. Where the two currencies are far apart, the
    reading under which both figures are of one size is taken; where they are near, the price's currency,
    which is what the recordings show.
    """
    if rate == 1.0:
        return per_share
    if rate is None:
        return None
    if 1 / _ALIKE < rate < _ALIKE:
        return per_share
    if this_year is None or this_year * per_share <= 0:
        return None
    as_priced, as_reported = per_share * rate / this_year, per_share / this_year
    if _size(as_priced) <= _size(as_reported):
        return per_share if _size(as_priced) <= math.log(_GROWTH) else None
    return per_share / rate if _size(as_reported) <= math.log(_GROWTH) else None


def _size(ratio: float) -> float:
    return abs(math.log(ratio)) if 0 < ratio < math.inf else math.inf
