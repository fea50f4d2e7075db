"""Calendars kept on disk: to build them takes seconds (Korea's alone one), to read them milliseconds."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from feed.calendars import Calendar, Hours
from feed.trading import Row, Sessions

GOOD_FOR = dt.timedelta(days=30)
"""Calendars reach a year ahead of the day on which they are built."""


class _Kept(msgspec.Struct, frozen=True):
    source: str
    built: dt.date
    zone: str
    hours: Hours
    sessions: list[Row]
    holidays: list[tuple[dt.date, str]]
    first: dt.date
    last: dt.date
    gap: str


_decoder = msgspec.json.Decoder(_Kept)


def load(folder: Path, code: str, today: dt.date) -> Calendar | None:
    """The kept calendar; `None` when there is none, or it is damaged, old or of another version."""
    try:
        kept = _decoder.decode((folder / f"{code}.json").read_bytes())
        zone = ZoneInfo(kept.zone)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, ZoneInfoNotFoundError, ValueError):
        return None
    if kept.source != _source() or today > kept.built + GOOD_FOR:
        return None
    return Calendar(
        zone=zone,
        hours=kept.hours,
        sessions=Sessions(kept.sessions),
        holidays=dict(kept.holidays),
        first=kept.first,
        last=kept.last,
        gap=kept.gap,
    )


def keep(folder: Path, code: str, calendar: Calendar, today: dt.date) -> None:
    """Keep a calendar; where the disk refuses it is built again next time."""
    kept = _Kept(
        source=_source(),
        built=today,
        zone=calendar.zone.key,
        hours=calendar.hours,
        sessions=calendar.sessions.rows(),
        holidays=list(calendar.holidays.items()),
        first=calendar.first,
        last=calendar.last,
        gap=calendar.gap,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{code}.")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(kept))
        Path(name).replace(folder / f"{code}.json")
    except OSError:
        return


def _source() -> str:
    return f"exchange-calendars {version('exchange-calendars')}"
