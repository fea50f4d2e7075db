"""Times without a zone, as Chinese sources write them."""

from __future__ import annotations

import datetime as dt
import re

_STAMP = re.compile(r"(\d{4})([-/]?)(\d\d)\2(\d\d) ?(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)
_YEARS = range(1990, 2200)


def local_instant(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Return the UTC time of a local one, `None` for what is none.

    Takes `20260603155049`, `2026/08/07 16:08:23`, `2026-09-04 16:04:38`, each also without its seconds.
    """
    stamp = _STAMP.fullmatch(text.strip())
    if stamp is None or int(stamp[1]) not in _YEARS:
        return None
    year, _, month, day, hour, minute, second = (part or "0" for part in stamp.groups())
    try:
        local = dt.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(dt.UTC)
