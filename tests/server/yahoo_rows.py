"""Rows of Yahoo's quotes, and the fields of them that head a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tests.server.truth import Stock, Truth

JSON = dict[str, object]

# Fields that come whatever is asked for.
ALWAYS = {
    "language", "region", "quoteType", "typeDisp", "symbol", "exchange", "fullExchangeName", "market",
    "marketState", "exchangeTimezoneName", "exchangeTimezoneShortName", "gmtOffSetMilliseconds",
    "exchangeDataDelayedBy", "sourceInterval", "priceHint", "tradeable", "regularMarketPrice",
    "regularMarketTime",
}  # fmt: skip
_VENUES = {"NMS": "NasdaqGS", "NYQ": "NYSE", "HKG": "HKSE", "SHH": "Shanghai", "SHZ": "Shenzhen"}
_FX_ZONE = ZoneInfo("Europe/London")


def quote_row(symbol: str, truth: Truth) -> JSON | None:
    """Return a row of the batch, `None` for what is not listed. Pairs may be spelled either way."""
    if symbol.endswith("=X"):
        return _fx_row(symbol, truth)
    stock = truth.stock(symbol)
    return None if stock is None else _stock_row(stock, truth)


def _stock_row(stock: Stock, truth: Truth) -> JSON:
    day, as_of = stock.today, stock.as_of or truth.now()
    row: JSON = {
        "language": "en-US",
        "region": "US",
        "symbol": stock.symbol,
        "shortName": stock.name,
        "longName": stock.name,
        "quoteType": stock.quote_type,
        "typeDisp": stock.quote_type.capitalize(),
        "currency": stock.currency,
        "financialCurrency": stock.financial_currency or stock.currency.upper(),
        "exchange": stock.exchange,
        "fullExchangeName": _VENUES.get(stock.exchange, stock.exchange),
        "market": f"{stock.venue.currency[:2].lower()}_market",
        **zone_fields(stock.zone, truth.now()),
        "exchangeDataDelayedBy": stock.delay,
        "sourceInterval": 15,
        "marketState": stock.state,
        "priceHint": 2,
        "tradeable": False,
        "regularMarketPrice": stock.price,
        "regularMarketTime": int(as_of.timestamp()),
        "regularMarketPreviousClose": stock.previous_close,
        "regularMarketChange": stock.change,
        "regularMarketChangePercent": stock.change_pct,
        "regularMarketOpen": day.open,
        "regularMarketDayHigh": day.high,
        "regularMarketDayLow": day.low,
        "regularMarketVolume": day.volume,
        "marketCap": stock.market_cap,
        "sharesOutstanding": stock.shares,
        "epsForward": stock.eps_forward,
        "epsTrailingTwelveMonths": stock.eps_trailing,
        "epsCurrentYear": stock.eps_this_year,
        "bookValue": stock.book_value,
    }
    # Yahoo leaves out what it does not know.
    told = {name: value for name, value in row.items() if value is not None} | stock.raw
    return {name: value for name, value in told.items() if value is not ...}


def _fx_row(symbol: str, truth: Truth) -> JSON | None:
    code = symbol.removesuffix("=X").removeprefix("USD")
    rate = truth.fx.get(code)
    if rate is None:
        return None
    return {
        "language": "en-US",
        "region": "US",
        "symbol": f"{code}=X",
        "shortName": f"USD/{code}",
        "quoteType": "CURRENCY",
        "typeDisp": "Currency",
        "currency": code,
        "exchange": "CCY",
        "fullExchangeName": "CCY",
        "market": "ccy_market",
        **zone_fields(_FX_ZONE, truth.now()),
        "exchangeDataDelayedBy": 0,
        "sourceInterval": 15,
        "marketState": "REGULAR",
        "priceHint": 4,
        "tradeable": False,
        "regularMarketPrice": rate,
        "regularMarketTime": int(truth.now().timestamp()),
        "regularMarketPreviousClose": rate,
        "regularMarketVolume": 0,
    }


def zone_fields(zone: ZoneInfo, now: dt.datetime) -> JSON:
    """Return what a row says of the exchange's time zone."""
    local = now.astimezone(zone)
    return {
        "exchangeTimezoneName": zone.key,
        "exchangeTimezoneShortName": local.tzname(),
        "gmtOffSetMilliseconds": offset(local) * 1000,
    }


def offset(local: dt.datetime) -> int:
    """Return seconds ahead of UTC."""
    return int((local.utcoffset() or dt.timedelta()).total_seconds())


def formatted(row: Mapping[str, object]) -> JSON:
    """Return a row as it comes with `formatted=true`: numbers as objects."""
    return {
        name: {"raw": value, "fmt": f"{value:,.2f}", "longFmt": f"{value:,}"}
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in row.items()
    }
