"""Trading: one session of an exchange, and the sessions of years in a few bytes each.

A monitor stays open for weeks with a thousand sessions of each exchange: as objects they are 4.5 MB, as
columns of numbers 0.3 MB.
"""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True)
class Trading:
    """One session: its day on the exchange and its times in UTC. `rest` is the lunch break."""

    day: dt.date
    open: dt.datetime
    close: dt.datetime
    rest: tuple[dt.datetime, dt.datetime] | None = None
    half: bool = False
    assumed: bool = False


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A session as numbers: proleptic day, and seconds since 1970; no rest is -1."""

    day: int
    open: int
    close: int
    rest_start: int = -1
    rest_end: int = -1
    half: bool = False


class Sessions:
    """Published sessions of one exchange, ascending. Each is made into a `Trading` when it is asked for."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        found = tuple(rows)
        self._days = array("l", (row.day for row in found))
        self._opens, self._closes = _times(row.open for row in found), _times(row.close for row in found)
        self._starts, self._ends = (
            _times(row.rest_start for row in found),
            _times(row.rest_end for row in found),
        )
        self._half = bytes(row.half for row in found)

    @classmethod
    def of(cls, sessions: Iterable[Trading]) -> Sessions:
        """Published sessions in ascending order, of whole seconds."""
        return cls(
            Row(
                day=one.day.toordinal(),
                open=_seconds(one.open),
                close=_seconds(one.close),
                rest_start=_seconds(one.rest[0]) if one.rest else -1,
                rest_end=_seconds(one.rest[1]) if one.rest else -1,
                half=one.half,
            )
            for one in sessions
        )

    def __len__(self) -> int:
        return len(self._days)

    def __getitem__(self, at: int) -> Trading:
        rest = (_moment(self._starts[at]), _moment(self._ends[at])) if self._starts[at] >= 0 else None
        return Trading(
            day=dt.date.fromordinal(self._days[at]),
            open=_moment(self._opens[at]),
            close=_moment(self._closes[at]),
            rest=rest,
            half=bool(self._half[at]),
        )

    def opened(self, at: dt.datetime) -> int:
        """How many have opened at an instant."""
        return bisect_right(self._opens, at.timestamp())

    def between(self, first: dt.date, last: dt.date) -> list[Trading]:
        """Those of the days from `first` to `last`."""
        start = bisect_right(self._days, first.toordinal() - 1)
        return [self[at] for at in range(start, bisect_right(self._days, last.toordinal()))]

    def rows(self) -> list[Row]:
        """All of them as numbers, to be kept."""
        columns = (self._days, self._opens, self._closes, self._starts, self._ends, map(bool, self._half))
        return [Row(*each) for each in zip(*columns, strict=True)]


def _times(seconds: Iterable[int]) -> array[int]:
    return array("q", seconds)


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
