"""Numbers from outside: tolerant of how they are spelled, strict about what they are."""

from __future__ import annotations

import datetime as dt
import math
import re

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)

# Code of the minor unit as sources write it → (ISO code of the major unit, minor units in one).
MINOR_UNITS: dict[str, tuple[str, float]] = {
    "GBp": ("GBP", 100.0),
    "GBX": ("GBP", 100.0),
    "ILA": ("ILS", 100.0),
    "ZAc": ("ZAR", 100.0),
    "ZAC": ("ZAR", 100.0),
}

_FIRST_INSTANT = dt.datetime(1970, 1, 2, tzinfo=dt.UTC).timestamp()
_LAST_INSTANT = dt.datetime(2200, 1, 1, tzinfo=dt.UTC).timestamp()


def number(value: object) -> float | None:
    """Return a finite float, or `None` for everything that is not one.

    Takes numbers and plain decimal strings. `-`, `N/A`, the empty string, NaN, infinities, booleans,
    containers and numbers too large for a float are `None`.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not _DECIMAL.fullmatch(text):
            return None
        value = float(text)
    if not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def positive(value: object) -> float | None:
    """Return a finite float above zero, or `None`."""
    found = number(value)
    return found if found is not None and found > 0 else None


def instant(value: object) -> dt.datetime | None:
    """Return the UTC time of a Unix timestamp in seconds, or `None` before 1970 or after 2199."""
    seconds = number(value)
    if seconds is None or not _FIRST_INSTANT <= seconds < _LAST_INSTANT:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def major_unit(code: object) -> tuple[str, float] | None:
    """Return the ISO code of the major unit and how many quoted units make one, or `None` for no currency.

    `GBp` is 100 pence to the pound; `USD` is itself. A price is divided by the second part; a market value is
    not, because sources state it in major units even where they quote the price in minor ones.
    """
    if not isinstance(code, str):
        return None
    code = code.strip()
    if code in MINOR_UNITS:
        return MINOR_UNITS[code]
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code.upper(), 1.0
    return None
