"""Notices that the reader has been away, and on return tells since which Board."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import NamedTuple

from metrics.board import Board

AWAY_SECONDS = 30 * 60.0


class Return(NamedTuple):
    """What the reader saw last, what there is now, and the seconds between."""

    before: Board
    after: Board
    seconds: float


class Away:
    """Remembers the Board that was last looked at. `now`: seconds of a wall clock, which no sleep stops."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._at = now()
        self._seen: Board | None = None
        self._newest: Board | None = None

    def show(self, board: Board) -> None:
        """Note the newest Board; the first one is looked at by whoever has just started the program."""
        self._newest = board
        self._seen = self._seen or board

    def sign(self) -> Return | None:
        """Note a sign of the reader; what to tell, where it is the first one after a long while."""
        seconds = self._now() - self._at
        seen, newest = self._seen, self._newest
        self._at, self._seen = self._now(), newest
        if seconds < AWAY_SECONDS or seen is None or newest is None:
            return None
        return Return(seen, newest, seconds)


def span(seconds: float) -> str:
    """`2 h 05 min`, `3 d 4 h`."""
    whole = dt.timedelta(seconds=seconds)
    hours, minutes = whole.seconds // 3600, whole.seconds // 60 % 60
    return f"{whole.days} d {hours} h" if whole.days else f"{hours} h {minutes:02} min"
