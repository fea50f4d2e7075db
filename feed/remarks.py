"""Remarks in force: one per subject and source, taken back when the cause is gone or an hour has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from providers.records import Remark
from providers.text import clean

LASTS = dt.timedelta(hours=1)
MOST = 500
LONGEST_TEXT = 1_000


class Remarks:
    """What a reader should know now, as plain text. Bounded: beyond `MOST` the oldest go."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str | None], Remark] = {}

    def put(self, remarks: Iterable[Remark]) -> None:
        """Add remarks; a newer one replaces the older of its subject and source."""
        for said in remarks:
            subject, text = clean(said.subject), clean(said.text, LONGEST_TEXT)
            remark = msgspec.structs.replace(said, subject=subject, text=text)
            key = (remark.subject, remark.source)
            self._held.pop(key, None)
            self._held[key] = remark
        while len(self._held) > MOST:
            del self._held[next(iter(self._held))]

    def clear(self, subject: str, source: str | None) -> bool:
        """Take back what was said; whether anything was."""
        return self._held.pop((subject, source), None) is not None

    def current(self, now: dt.datetime) -> tuple[Remark, ...]:
        """Those in force, newest first."""
        for key in [key for key, remark in self._held.items() if not now - LASTS <= remark.at <= now + LASTS]:
            del self._held[key]
        return tuple(reversed(self._held.values()))
