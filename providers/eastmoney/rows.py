"""Rows of Eastmoney's batch: numbered fields, missing values as `"-"`, null or 0.

f1 decimals of prices, f2 last, f3 change in per cent, f12 code, f13 market, f15 high, f16 low, f17 open,
f18 previous close, f20 value and f38 count of all shares, f124 time of the quote.

With `fltt=2` prices are decimals. A server that ignores it sends whole numbers: prices × 10^f1, per cents
× 100. So whole numbers are taken for what the rest of the row says that they are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

from providers.base import BadAnswer
from providers.chinese_codes import Market, code_of, market_of
from providers.numbers import instant, number, positive
from providers.quote_rows import Unusable, check_range, priced
from providers.records import Quote
from providers.text import clean
from providers.universe import Line

SOURCE = "eastmoney"
FIELDS = "f1,f2,f3,f12,f13,f15,f16,f17,f18,f20,f38,f124,f152"
NONE_KNOWN = 102
MARKETS_OF_US = {"XNAS": 105, "XNYS": 106, "XASE": 107, "ARCX": 107, "BATS": 107}

Row = Mapping[str, object]

_PRICES = ("f2", "f15", "f16", "f17", "f18")
# Number of a market → the part of a row's name; Shenzhen and Beijing share one, so do the US venues.
_PLACES = {1: "sh", 0: "sz", 116: "hk", 128: "hk", **dict.fromkeys(MARKETS_OF_US.values(), "us")}
_DECIMALS: dict[Market, int] = {"sh": 2, "sz": 2, "bj": 2, "hk": 3, "us": 3}
_MOST_DECIMALS = 6
# A change below this, in per cent, does not tell 0.01 % from 1.
_TELLING = 0.05


def read_rows(payload: object, where: str) -> list[Row]:
    """Return the rows of an answer, none when it knows none of what was asked.

    Raises:
        BadAnswer: Another shape.
    """
    if not isinstance(payload, Mapping) or "data" not in payload:
        raise BadAnswer(f"{where} should answer with an object that has data, it does not")
    code, data = payload.get("rc"), payload["data"]
    if code is not None and number(code) not in {0, NONE_KNOWN}:
        raise BadAnswer(f"{where} answered with an error: rc {clean(str(code), 24)}")
    if data is None:
        return []
    rows = data.get("diff") if isinstance(data, Mapping) else None
    if isinstance(rows, Mapping):
        rows = list(rows.values())
    if not isinstance(rows, list):
        raise BadAnswer(f"{where} should hold a list at data.diff, it does not")
    return [row for row in rows if isinstance(row, Mapping)]


def asked_as(line: Line) -> str:
    """Return the name of a line's row (`us:BRK_B`), empty where it has no code."""
    code = code_of(line)
    if code is None:
        return ""
    place = "sz" if code.market == "bj" else code.market
    return f"{place}:{code.code.replace('.', '_')}"


def named(row: Row) -> str:
    """Return the name of a row, empty where it names no market or no code."""
    place, code = _PLACES.get(venue(row)), clean(row.get("f12"), 24).upper()
    return f"{place}:{code}" if place and code else ""


def venue(row: Row) -> int:
    """Return the number of a row's market, -1 where it names none."""
    market = number(row.get("f13"))
    return int(market) if market is not None and market.is_integer() else -1


def all_whole(rows: Iterable[Row]) -> bool:
    """Whether no price of an answer has a decimal point."""
    prices = [row.get(field) for row in rows for field in _PRICES]
    return not any(
        isinstance(price, float) or (isinstance(price, str) and "." in price and number(price) is not None)
        for price in prices
    )


def read_quote(row: Row, line: Line, now: dt.datetime, *, whole: bool) -> Quote:
    """Read the price of a row of an answer whose prices are all whole numbers, or not.

    Raises:
        Unusable: No price, no time, another currency, or fields that contradict each other.
    """
    market = market_of(line)
    scale = scale_of(row, _DECIMALS[market]) if whole else 1.0

    def price_at(field: str) -> float | None:
        found = number(row.get(field))
        return None if found is None else positive(found / scale)

    previous = price_at("f18")
    last = number(row.get("f2"))
    price = priced(None if last is None else last / scale, previous, line.currency)
    check_range(price, price_at("f16"), price_at("f15"))
    as_of = instant(row.get("f124"))
    if as_of is None:
        raise Unusable("the row does not say when the price was made")
    return Quote(
        source=SOURCE,
        symbol=line.symbol,
        price=price,
        currency=line.currency,
        as_of=as_of,
        received=now,
        previous_close=previous,
        market_cap=positive(row.get("f20")),
    )


def scale_of(row: Row, usual_decimals: int) -> float:
    """Return by what the whole-numbered prices of a row are to be divided: 1 or 10^f1.

    The market value per share decides, else the change in per cent; where neither can tell, whole numbers
    throughout an answer are scaled ones.
    """
    decimals = number(row.get("f1"))
    if decimals is None or not decimals.is_integer() or not 0 <= decimals <= _MOST_DECIMALS:
        decimals = float(usual_decimals)
    scale = float(10 ** int(decimals))
    last, before = positive(row.get("f2")), positive(row.get("f18"))
    value, shares = positive(row.get("f20")), positive(row.get("f38"))
    if last is not None and value is not None and shares is not None:
        ratio = positive(last * shares / value)
        return scale if ratio is not None and ratio > math.sqrt(scale) else 1.0
    stated = number(row.get("f3"))
    if last is not None and before is not None and stated is not None:
        change = (last / before - 1.0) * 100.0
        if abs(change) >= _TELLING:
            return scale if abs(stated / 100.0 - change) < abs(stated - change) else 1.0
    return scale
