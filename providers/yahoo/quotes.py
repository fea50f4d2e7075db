"""Quotes and spot rates from the batch of quotes (v7) and, without its extras, from the sparks (v7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from providers import quote_rows
from providers.base import Answer
from providers.quote_rows import Unusable
from providers.records import FxRate, Quote
from providers.text import clean
from providers.universe import Line
from providers.yahoo.fields import (
    Row,
    above_zero,
    amount,
    divisor_for,
    envelope,
    items,
    key,
    mapping,
    moment,
    pair_of,
    plain,
)

SOURCE = "yahoo"
QUOTE_FIELDS = (
    "regularMarketPrice,regularMarketTime,regularMarketPreviousClose,currency,financialCurrency,marketCap"
)

MarketState = Literal["pre", "regular", "post", "closed"]
_STATES: dict[str, MarketState] = {
    "PREPRE": "pre",
    "PRE": "pre",
    "REGULAR": "regular",
    "POST": "post",
    "POSTPOST": "post",
    "CLOSED": "closed",
}

ToQuote = Callable[[Row, Line, dt.datetime], Quote]


def batch_rows(payload: object) -> list[Row]:
    """Return the rows of a v7 batch. Raises `BadAnswer` for another shape."""
    return envelope(payload, "quoteResponse")


def spark_rows(payload: object) -> list[Row]:
    """Return symbol and meta of each spark, as one row. Raises `BadAnswer` for another shape."""
    rows: list[Row] = []
    for entry in envelope(payload, "spark"):
        responses = items(entry.get("response"))
        meta = mapping(mapping(responses[0]).get("meta")) if responses else {}
        rows.append({**meta, "symbol": entry.get("symbol")})
    return rows


def quotes(rows: Iterable[Row], lines: Sequence[Line], now: dt.datetime, read: ToQuote) -> Answer:
    """Return one quote per line that came; see `quote_rows.quotes`."""
    reading = quote_rows.Reading(
        source=SOURCE,
        title="Yahoo",
        asked_as=lambda line: key(line.symbol),
        named=lambda row: key(row.get("symbol")),
        read=read,
    )
    return quote_rows.quotes(rows, lines, now, reading)


def from_batch(row: Row, line: Line, now: dt.datetime) -> Quote:
    """Read a row of the batch.

    `marketCap` is the whole issuer's, in the major unit also where the price is in pence.

    Raises:
        Unusable: No price, no time, or another currency.
    """
    if plain(row, "quoteType") == "NONE":
        raise Unusable("it no longer knows the symbol")
    price, as_of = _price_and_time(row)
    divisor = divisor_for(line, plain(row, "currency"))
    previous = above_zero(row, "regularMarketPreviousClose")
    delay = amount(row, "exchangeDataDelayedBy")
    return Quote(
        source=SOURCE,
        symbol=line.symbol,
        price=price / divisor,
        currency=line.currency,
        as_of=as_of,
        received=now,
        previous_close=None if previous is None else previous / divisor,
        delay_minutes=delay if delay is not None and delay >= 0 else None,
        market_cap=above_zero(row, "marketCap"),
        market_state=_STATES.get(clean(plain(row, "marketState"))),
    )


def from_spark(row: Row, line: Line, now: dt.datetime) -> Quote:
    """Read the meta of a spark over one day: the only range whose `chartPreviousClose` is yesterday's.

    Raises:
        Unusable: No price, no time, or another currency.
    """
    price, as_of = _price_and_time(row)
    divisor = divisor_for(line, plain(row, "currency"))
    previous = above_zero(row, "previousClose")
    if previous is None and row.get("range") == "1d":
        previous = above_zero(row, "chartPreviousClose")
    return Quote(
        source=SOURCE,
        symbol=line.symbol,
        price=price / divisor,
        currency=line.currency,
        as_of=as_of,
        received=now,
        previous_close=None if previous is None else previous / divisor,
    )


def rates(rows: Iterable[Row], currencies: Sequence[str]) -> list[FxRate]:
    """Return units per USD of each currency that came.

    `CNY=X` is CNY for one USD; an answer spelled `EURUSD=X` is USD for one EUR and is turned round.
    """
    found: dict[str, FxRate] = {}
    for row in rows:
        pair = pair_of(row.get("symbol"))
        price, as_of = above_zero(row, "regularMarketPrice"), moment(row, "regularMarketTime")
        if pair is None or price is None or as_of is None or "USD" not in pair or pair[0] == pair[1]:
            continue
        base, quote = pair
        stated = plain(row, "currency")
        if stated is not None and stated != quote:
            continue
        currency, per_usd = (quote, price) if base == "USD" else (base, 1.0 / price)
        before = found.get(currency)
        if currency in currencies and (before is None or as_of >= before.as_of):
            found[currency] = FxRate(source=SOURCE, currency=currency, per_usd=per_usd, as_of=as_of)
    return list(found.values())


def _price_and_time(row: Row) -> tuple[float, dt.datetime]:
    price = above_zero(row, "regularMarketPrice")
    if price is None:
        raise Unusable("the row has no price above zero (halted or delisted)")
    as_of = moment(row, "regularMarketTime")
    if as_of is None:
        raise Unusable("the row does not say when the price was made")
    return price, as_of
