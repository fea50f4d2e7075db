"""The universe as arrays: its counted lines in one fixed order, with their twins and their listed spans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from metrics.numbers import BoolArray, FloatArray, IntArray
from providers.universe import Issuer, Line, Universe

ALWAYS = 0
NEVER = dt.date.max.toordinal()


@dataclass(frozen=True, eq=False, kw_only=True)
class Roster:
    """Counted lines sorted by issuer and symbol, so that the order of the universe changes no figure.

    Attributes:
        issuers: All issuers, sorted by id.
        lines: Counted lines.
        issuer_of: For each line the position of its issuer in `issuers`.
        twins: For each line its fungible twins, sorted by symbol.
        listed_from: First day (ordinal) on which the line, or a twin of it, trades.
        listed_to: Last such day.
    """

    issuers: tuple[Issuer, ...]
    lines: tuple[Line, ...]
    issuer_of: IntArray
    twins: tuple[tuple[Line, ...], ...]
    listed_from: IntArray
    listed_to: IntArray

    @property
    def everything(self) -> tuple[Line, ...]:
        """Counted lines, then the twins."""
        return self.lines + tuple(twin for twins in self.twins for twin in twins)

    def listed(self, days: IntArray) -> BoolArray:
        """Days × lines: whether the line is listed on the day (ordinal)."""
        at = days[:, np.newaxis]
        return np.asarray((at >= self.listed_from) & (at <= self.listed_to))

    def by_issuer(self, values: FloatArray) -> FloatArray:
        """Rows × lines summed to rows × issuers; one NaN makes the issuer's sum NaN."""
        sums = np.zeros((len(self.issuers), values.shape[0]))
        np.add.at(sums, self.issuer_of, values.T)
        return np.asarray(sums.T)

    def issuers_listed(self, listed: BoolArray) -> BoolArray:
        """Rows × lines to rows × issuers: whether any line of the issuer is listed."""
        return self.by_issuer(listed.astype(np.float64)) > 0


@lru_cache(maxsize=8)
def roster(universe: Universe) -> Roster:
    """Arrange a universe. Lines that neither count nor stand for a counted line are left out."""
    issuers = tuple(sorted(universe.issuers, key=lambda issuer: issuer.id))
    lines: list[Line] = []
    twins: list[tuple[Line, ...]] = []
    issuer_of: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, issuer in enumerate(issuers):
        ordered = sorted(issuer.lines, key=lambda line: line.symbol)
        for line in (each for each in ordered if each.counted):
            same = tuple(other for other in ordered if not other.counted and other.twin_of == line.symbol)
            spans = [_span(issuer, each) for each in (line, *same)]
            lines.append(line)
            twins.append(same)
            issuer_of.append(position)
            starts.append(min(start for start, _ in spans))
            ends.append(max(end for _, end in spans))
    return Roster(
        issuers=issuers,
        lines=tuple(lines),
        issuer_of=np.array(issuer_of, dtype=np.int64),
        twins=tuple(twins),
        listed_from=np.array(starts, dtype=np.int64),
        listed_to=np.array(ends, dtype=np.int64),
    )


def _span(issuer: Issuer, line: Line) -> tuple[int, int]:
    start = line.listed_on or issuer.listed_on
    end = line.delisted_on or issuer.delisted_on
    return (start.toordinal() if start else ALWAYS, end.toordinal() if end else NEVER)
