"""What all of Yahoo's answers have in common: the envelope, the spelling of symbols, times and units."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from providers.base import BadAnswer
from providers.numbers import instant, major_unit, number, positive
from providers.quote_rows import Unusable
from providers.text import clean
from providers.universe import Line

Row = Mapping[str, object]

_PAIR = re.compile(r"([A-Z]{3})?([A-Z]{3})=X")


def envelope(payload: object, root: str) -> list[Row]:
    """Return the rows under `payload[root]["result"]`; what is not an object is dropped.

    Raises:
        BadAnswer: Another shape, or an error instead of a result.
    """
    inner = mapping(payload).get(root)
    if inner is None and "finance" in mapping(payload):
        inner = mapping(payload)["finance"]
    content = mapping(inner)
    error = mapping(content.get("error"))
    if error:
        words = clean(error.get("description")) or clean(error.get("code")) or "no reason given"
        raise BadAnswer(f"Yahoo answered with an error: {words}")
    result = content.get("result")
    if not isinstance(result, list):
        raise BadAnswer(f"Yahoo's answer should hold a list at {root}.result, it does not")
    return [row for row in result if isinstance(row, Mapping)]


def mapping(value: object) -> Row:
    """Return the value when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """Return the value when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def plain(row: Row, field: str) -> object:
    """Return a field, taken out of `{raw, fmt, longFmt}` where the answer came formatted."""
    value = row.get(field)
    return value.get("raw") if isinstance(value, Mapping) else value


def amount(row: Row, field: str) -> float | None:
    """Return a finite number of a row, or `None`."""
    return number(plain(row, field))


def above_zero(row: Row, field: str) -> float | None:
    """Return a finite number above zero of a row, or `None`."""
    return positive(plain(row, field))


def moment(row: Row, field: str) -> dt.datetime | None:
    """Return a Unix time of a row as UTC, or `None`."""
    return instant(plain(row, field))


def key(symbol: object) -> str:
    """Return a symbol as it is compared: Yahoo answers `USDCNY=X` as `CNY=X`, and in capitals."""
    text = clean(symbol).upper()
    pair = _PAIR.fullmatch(text)
    if pair and pair[1] == "USD":
        return f"{pair[2]}=X"
    return text


def pair_of(symbol: object) -> tuple[str, str] | None:
    """Return base and quote currency of an exchange-rate symbol (`CNY=X` is USD, CNY), or `None`."""
    pair = _PAIR.fullmatch(clean(symbol).upper())
    return None if pair is None else (pair[1] or "USD", pair[2])


def divisor_for(line: Line, currency: object) -> float:
    """Return by what Yahoo's price of a line must be divided to be in the line's currency.

    Raises:
        Unusable: The currency is another one, or none.
    """
    unit = major_unit(currency)
    if unit is None:
        raise Unusable(f"a price in {line.currency} was expected, Yahoo named no currency")
    if unit[0] != line.currency:
        raise Unusable(f"a price in {line.currency} was expected, Yahoo's is in {clean(currency)}")
    return unit[1]


def zone_of(meta: Row) -> dt.tzinfo:
    """Return the exchange's time zone: by its name, because `gmtoffset` is only today's offset."""
    name = meta.get("exchangeTimezoneName")
    if isinstance(name, str):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError):  # an unknown name, or one that is no path below the zone folder
            pass
    offset = number(meta.get("gmtoffset"))
    if offset is not None and abs(offset) < 86_400:
        return dt.timezone(dt.timedelta(seconds=offset))
    return dt.UTC


def dated(timestamps: object, values: object, zone: dt.tzinfo) -> Iterator[tuple[dt.date, float]]:
    """Yield local day and value of each bar that has both; null bars are skipped."""
    for stamp, value in zip(items(timestamps), items(values), strict=False):
        at, found = instant(stamp), positive(value)
        if at is not None and found is not None:
            yield at.astimezone(zone).date(), found
