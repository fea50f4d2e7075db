"""What trends are drawn from: the headlines of a week of polls, in steps of one length, in little memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from metrics.board import Headline
from metrics.trends import DRAWN

MOST = 2_000
"""Rows; no sparkline is as wide, and eight hours of polls at 15 s fit in whole."""
REACH = dt.timedelta(days=8)
"""No trend of polls reaches farther back, weekends included."""
SECOND = dt.timedelta(seconds=1)


class Drawn:
    """Rows of polls. Once there are too many, the last of each of half as many steps is kept, old and new.

    Attributes:
        rows: Ascending, unless the clock was set back.
    """

    def __init__(self) -> None:
        self.rows: list[Headline] = []
        self._step = dt.timedelta()

    def add(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Take in the headlines of a Board."""
        self._append(Headline(at=at, values={path: values[path] for path in DRAWN if path in values}))
        if len(self.rows) > MOST:
            self._thin()

    def _append(self, row: Headline) -> None:
        """Add a row, or put it in the place of the last one of the same step."""
        last = self.rows[-1] if self.rows else None
        if last is not None and self._slot(last.at) == self._slot(row.at):
            # The spread against the other peers is a row of its own, at the same instant.
            self.rows[-1] = Headline(at=row.at, values=last.values | row.values)
        else:
            self.rows.append(row)

    def _thin(self) -> None:
        rows = sorted(self.rows, key=lambda row: row.at)
        rows = [row for row in rows if row.at > rows[-1].at - REACH]
        self.rows = []
        while self._step < 2 * (rows[-1].at - rows[0].at) / MOST:
            self._step = max(SECOND, 2 * self._step)  # steps of before fit into the new ones
        for row in rows:
            self._append(row)

    def _slot(self, at: dt.datetime) -> float:
        seconds = self._step.total_seconds()
        return at.timestamp() // seconds if seconds else at.timestamp()
