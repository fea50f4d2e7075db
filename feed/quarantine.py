"""Quarantine: figures that leap wait until they are confirmed.

How far a figure may move unasked grows with the square root of the days since the one before, as the spread
of a random walk does: a price by a quarter within a day (five to six daily standard deviations of a volatile
stock), a rate by a tenth. After a month nothing is compared.

What confirms a leap, beside a second source that says the same within 5 %:

- a price up to twice as high or half as low: the next poll of the same source, unless a second source with a
  price as young says otherwise;
- a price farther away, or a rate: its own source once it has stood there for half an hour, so that a wrong
  row cannot move a total by more than the line is worth;
- a figure 7.5 times as high or as low, or more: nothing else. That is a depositary ratio of 8 or a unit of 10
  or 100, with the day's move; a source that mistakes it does so every time, and a split has a record of its
  own.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

LEAP = 1.25
LEAP_OF_RATE = 1.1
DOUBLE = 2.0
SAME = 0.05
UNIT_FACTOR = 7.5
AS_YOUNG = dt.timedelta(minutes=2)
STANDS = dt.timedelta(minutes=30)
COMPARABLE = dt.timedelta(days=31)
"""A figure older than this says nothing about a new one: honest moves of many months have no bounds."""

Confirms = Literal["next poll", "half an hour", "second source"]
_WORDS: dict[Confirms, str] = {
    "next poll": "a second source or the next poll confirms it",
    "half an hour": "a second source confirms it, or its own for half an hour",
    "second source": "a second source confirms it",
}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The last known figure, on today's share basis. `unit_only`: it tells no more than a wrong unit."""

    value: float
    at: dt.datetime
    source: str
    unit_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure that came: a price of a line or a rate of a currency, by `key`; `unit` for the remark."""

    key: str
    value: float
    source: str
    as_of: dt.datetime
    received: dt.datetime
    unit: str
    is_rate: bool = False


@dataclass(frozen=True)
class Held:
    """A figure that waits. `denied`: a second source with a price as young says otherwise."""

    figure: Figure
    denied: bool = False


class Quarantine:
    """Remembers the figures that wait, at most one per key, and those that a second source denies."""

    def __init__(self) -> None:
        self._waiting: dict[str, Figure] = {}
        self._denied: set[str] = set()

    @property
    def held(self) -> tuple[Held, ...]:
        """What waits, for a process that comes later."""
        return tuple(Held(figure, key in self._denied) for key, figure in self._waiting.items())

    def restore(self, held: Iterable[Held]) -> None:
        """Go on with what waited in another process."""
        found = tuple(held)
        self._waiting = {one.figure.key: one.figure for one in found}
        self._denied = {one.figure.key for one in found if one.denied}

    def doubt(self, figure: Figure, expected: Expected | None) -> str | None:
        """Why the figure has to wait, as part of a sentence; `None` when it may enter."""
        waiting = self._waiting.get(figure.key)
        if expected is None or not leaps(figure, expected):
            self._let_in(figure, waiting)
            return None
        needs = _needed(figure, expected)
        if waiting is None or abs(_moved(figure, waiting.value)) > SAME:
            self._forget(figure.key)
            self._waiting[figure.key] = figure
        elif self._confirmed(figure, waiting, needs):
            self._forget(figure.key)
            return None
        return (
            f"expected about {expected.value:g} {figure.unit} ({expected.source}, "
            f"{expected.at:%Y-%m-%d %H:%M} UTC), got {figure.value:g}; held back until {_WORDS[needs]}"
        )

    def _let_in(self, figure: Figure, waiting: Figure | None) -> None:
        """A figure as expected ends the wait of its own source, and denies what another one says."""
        if waiting is None:
            return
        if waiting.source == figure.source:
            self._forget(figure.key)
        elif figure.as_of >= waiting.as_of - AS_YOUNG:
            self._denied.add(figure.key)

    def _confirmed(self, figure: Figure, waiting: Figure, needs: Confirms) -> bool:
        if figure.source != waiting.source:
            return True
        if figure.key in self._denied:
            return False
        stood = figure.received - waiting.received
        return stood > dt.timedelta() if needs == "next poll" else needs == "half an hour" and stood >= STANDS

    def _forget(self, key: str) -> None:
        self._waiting.pop(key, None)
        self._denied.discard(key)


def leaps(figure: Figure, expected: Expected) -> bool:
    """Whether a figure is farther from the expected one than the time between explains."""
    age = figure.received - expected.at
    if age > COMPARABLE:
        return False
    moved = _moved(figure, expected.value)
    if expected.unit_only:
        return _is_unit_factor(moved)
    days = max(age / dt.timedelta(days=1), 1.0)
    leap = LEAP_OF_RATE if figure.is_rate else LEAP
    return abs(moved) > math.log(leap) * math.sqrt(days) + 1e-12


def _needed(figure: Figure, expected: Expected) -> Confirms:
    moved = _moved(figure, expected.value)
    if _is_unit_factor(moved):
        return "second source"
    return "half an hour" if figure.is_rate or abs(moved) > math.log(DOUBLE) else "next poll"


def _moved(figure: Figure, before: float) -> float:
    """Logarithm of the ratio: of two prices, however small or large, it never overflows."""
    return math.log(figure.value) - math.log(before)


def _is_unit_factor(moved: float) -> bool:
    return abs(moved) >= math.log(UNIT_FACTOR)
