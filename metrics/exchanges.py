"""When each exchange closes, for dating a close whose source gives a day and no time.

Regular closing times (auction included where it sets the close), in the exchange's own time zone. The running
session's true close, half days included, comes from `Market.sessions` and takes precedence.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

MAINLAND = frozenset({"XSHG", "XSHE"})
HONG_KONG = frozenset({"XHKG"})
NEW_YORK = frozenset({"XNYS", "XNAS"})

_CLOSE: dict[str, tuple[str, int, int]] = {
    "XSHG": ("Asia/Shanghai", 15, 0),
    "XSHE": ("Asia/Shanghai", 15, 0),
    "XHKG": ("Asia/Hong_Kong", 16, 0),
    "XTAI": ("Asia/Taipei", 13, 30),
    "XKRX": ("Asia/Seoul", 15, 30),
    "XTKS": ("Asia/Tokyo", 15, 30),
    "XSES": ("Asia/Singapore", 17, 0),
    "XBOM": ("Asia/Kolkata", 15, 30),
    "XTAE": ("Asia/Jerusalem", 17, 15),
    "XASX": ("Australia/Sydney", 16, 0),
    "XNYS": ("America/New_York", 16, 0),
    "XNAS": ("America/New_York", 16, 0),
    "OTCM": ("America/New_York", 16, 0),
    "XTSE": ("America/Toronto", 16, 0),
    "XAMS": ("Europe/Amsterdam", 17, 30),
    "XETR": ("Europe/Berlin", 17, 30),
    "XFRA": ("Europe/Berlin", 17, 30),
    "XPAR": ("Europe/Paris", 17, 30),
    "XMIL": ("Europe/Rome", 17, 30),
    "XSWX": ("Europe/Zurich", 17, 30),
    "XSTO": ("Europe/Stockholm", 17, 30),
    "XLON": ("Europe/London", 16, 30),
}
_ELSEWHERE = ("UTC", 16, 0)


@lru_cache(maxsize=4096)
def close_time(exchange: str, day: dt.date) -> dt.datetime:
    """Regular close of the exchange on `day`, in UTC; 16:00 UTC for an exchange without an entry."""
    zone, hour, minute = _CLOSE.get(exchange, _ELSEWHERE)
    local = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def local_day(exchange: str, at: dt.datetime) -> dt.date:
    """Calendar day on the exchange at an instant: the session date of a price with that time."""
    return at.astimezone(ZoneInfo(_CLOSE.get(exchange, _ELSEWHERE)[0])).date()
