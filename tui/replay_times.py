"""Times of day as people write them, on a tape that spans a day or more."""

from __future__ import annotations

import datetime as dt

_DAY = dt.timedelta(days=1)


class NotOnTapeError(ValueError):
    """No time, or none that the tape has. The message says what was expected."""


def instant_of(
    text: str,
    zone: dt.tzinfo,
    first: dt.datetime,
    last: dt.datetime,
    *,
    near: dt.datetime | None = None,
) -> dt.datetime:
    """The instant of `10:15`, `10:15:30` or `2026-11-20 10:15` in a zone, within the span of a tape.

    Of a time of day that the tape has on several days, that on the day of `near`, else the first.

    Raises:
        NotOnTapeError: when it is no time, or lies outside the span.
    """
    text = text.strip()
    try:
        if len(text) > len("10:15:30"):
            moments = [dt.datetime.fromisoformat(text)]
        else:
            time = dt.time.fromisoformat(text)
            start = first.astimezone(zone).date() - _DAY
            days = (last.date() - first.date()).days + 3
            moments = [dt.datetime.combine(start + _DAY * number, time) for number in range(days)]
    except ValueError as error:
        raise NotOnTapeError(
            f"expected a time such as 10:15, or 2026-11-20 10:15, got {text[:40]!r}"
        ) from error
    instants = [(moment if moment.tzinfo else moment.replace(tzinfo=zone)) for moment in moments]
    found = [at.astimezone(dt.UTC) for at in instants if first <= at <= last]
    if not found:
        span = f"{_shown(first, zone)} to {_shown(last, zone)}"
        raise NotOnTapeError(f"expected a time from {span}, got {text[:40]!r}")
    if near is not None:
        day = near.astimezone(zone).date()
        found.sort(key=lambda at: abs(at.astimezone(zone).date() - day))
    return found[0]


def _shown(at: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}".rstrip()
