"""Yahoo's daily charts (v8) and sparks (v7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tests.server.truth import VENUES, Bar, Stock, Truth, bar_of
from tests.server.yahoo_rows import JSON, offset, quote_row

_RANGES = {"1d": 1, "5d": 7, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827}
_VALID = (*_RANGES, "10y", "ytd", "max")
# Days back to which Yahoo keeps bars within the day.
_KEPT = {"1m": 30, "5m": 60, "15m": 60, "30m": 60, "1h": 730}
_COPIED = (
    "symbol", "currency", "fullExchangeName", "exchangeTimezoneName", "regularMarketPrice",
    "regularMarketTime", "regularMarketDayHigh", "regularMarketDayLow", "regularMarketVolume", "longName",
    "shortName", "priceHint",
)  # fmt: skip

Dated = list[tuple[dt.datetime, Bar]]


def spark(symbol: str, truth: Truth) -> JSON | None:
    """Return one day's spark, whose only bar is the newest trade."""
    row = quote_row(symbol, truth)
    if row is None:
        return None
    previous = row.get("regularMarketPreviousClose")
    meta = _meta(row) | {"dataGranularity": "5m", "range": "1d"}
    # Yahoo leaves out what it does not know.
    if previous is not None:
        meta |= {"chartPreviousClose": previous, "previousClose": previous}
    closes = {"quote": [{"close": [row.get("regularMarketPrice")]}]}
    found = {"meta": meta, "timestamp": [row.get("regularMarketTime")], "indicators": closes}
    return {"symbol": symbol, "response": [found]}


def chart(symbol: str, query: Mapping[str, str], truth: Truth, *, live: bool) -> JSON | None:
    """Return a chart of days, `None` for what is not listed; `live` adds today's unfinished bar."""
    row = quote_row(symbol, truth)
    if row is None:
        return None
    now, stock = truth.now(), truth.stock(symbol)
    first, last = _span(query, now)
    bars = _fx_bars(symbol, truth) if stock is None else _bars(stock, now, live=live)
    kept = [(at, bar) for at, bar in bars if first <= at <= last]
    before = [bar.close for at, bar in bars if at < first]
    zone = ZoneInfo(str(row["exchangeTimezoneName"]))
    meta = _meta(row) | _times(stock, zone, now)
    meta |= {"range": query.get("range", ""), "dataGranularity": query.get("interval", "1d")}
    # The close before the range, which is yesterday's only where the range is a day.
    if before or kept:
        meta["chartPreviousClose"] = before[-1] if before else kept[0][1].open
    found: JSON = {"meta": meta, "indicators": {"quote": [{}]}}
    if kept:
        found["timestamp"] = [int(at.timestamp()) for at, _ in kept]
        found["indicators"] = {
            "quote": [{name: [getattr(bar, name) for _, bar in kept] for name in Bar._fields}],
            "adjclose": [{"adjclose": [bar.close for _, bar in kept]}],
        }
    events = {} if stock is None else _events(stock, first, last)
    if events:
        found["events"] = {"splits": events}
    return found


def too_far_back(query: Mapping[str, str], now: dt.datetime) -> str | None:
    """Return Yahoo's words where bars within the day are asked for that it no longer keeps."""
    interval = query.get("interval", "1d")
    first, last = _span(query, now)
    days = _KEPT.get(interval)
    if days is None or (now - first).days <= days:
        return None
    return (
        f"{interval} data not available for startTime={int(first.timestamp())} and "
        f"endTime={int(last.timestamp())}. The requested range must be within the last {days} days."
    )


def _meta(row: JSON) -> JSON:
    copied = {name: row[name] for name in _COPIED if name in row}
    return copied | {
        "exchangeName": row.get("exchange"),
        "instrumentType": row.get("quoteType"),
        "hasPrePostMarketData": row.get("exchange") in {"NMS", "NYQ"},
    }


def _times(stock: Stock | None, zone: ZoneInfo, now: dt.datetime) -> JSON:
    local = now.astimezone(zone)
    opens, closes = VENUES[""][3:5] if stock is None else stock.venue[3:5]
    day, hours = local.date(), dt.timedelta(hours=2)
    regular = [dt.datetime.combine(day, time, zone) for time in (opens, closes)]
    edges = [regular[0] - hours, *regular, regular[1] + hours]
    name, ahead = local.tzname(), offset(local)
    return {
        "timezone": name,
        "gmtoffset": ahead,
        "firstTradeDate": 345_479_400,
        "currentTradingPeriod": {
            part: {
                "timezone": name,
                "start": int(edges[at].timestamp()),
                "end": int(edges[at + 1].timestamp()),
                "gmtoffset": ahead,
            }
            for at, part in enumerate(("pre", "regular", "post"))
        },
        "validRanges": list(_VALID),
    }


def _bars(stock: Stock, now: dt.datetime, *, live: bool) -> Dated:
    days = stock.bars(now, live=live)
    return [(dt.datetime.combine(day, stock.venue.opens, stock.zone), bar) for day, bar in days.items()]


def _fx_bars(symbol: str, truth: Truth) -> Dated:
    code = symbol.removesuffix("=X").removeprefix("USD")
    london = ZoneInfo("Europe/London")
    history = sorted(truth.fx_history.items())
    return [
        (dt.datetime.combine(day, dt.time(), london), bar_of(rates[code]))
        for day, rates in history
        if code in rates
    ]


def _events(stock: Stock, first: dt.datetime, last: dt.datetime) -> JSON:
    found: JSON = {}
    for day, ratio in stock.splits.items():
        at = dt.datetime.combine(day, stock.venue.opens, stock.zone)
        if first <= at <= last:
            stamp = int(at.timestamp())
            up = ratio >= 1
            numerator, denominator = (ratio, 1) if up else (1, round(1 / ratio, 9))
            found[str(stamp)] = {
                "date": stamp,
                "numerator": numerator,
                "denominator": denominator,
                "splitRatio": f"{numerator:g}:{denominator:g}",
            }
    return found


def _span(query: Mapping[str, str], now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if "period1" in query:
        return (
            dt.datetime.fromtimestamp(int(query["period1"]), dt.UTC),
            dt.datetime.fromtimestamp(int(query["period2"]), dt.UTC),
        )
    return now - dt.timedelta(days=_RANGES.get(query.get("range", "1d"), 40_000)), now
