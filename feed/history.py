"""History: from closes, splits and FX rates to the wide frames of a Market. No I/O, no clock.

Share basis (as index providers restate prices): a close as printed on day d is divided by the ratio of every
split after d that has taken effect; one that its source has restated to day a only by those after a.
"""

# ruff: noqa: SLF001 - a copy is filled in by the one that it is copied from
from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from feed.grid import Cell, Grid, GridState
from feed.identity import microseconds
from providers.records import AnyRecord, Close, FxRate, Split

if TYPE_CHECKING:
    import pandas as pd

SAME_SPLIT = dt.timedelta(days=5)
"""Two sources may date one split a few days apart; the same ratio within these days is one split."""


class HistoryState(msgspec.Struct, frozen=True):
    """A history written out."""

    closes: GridState
    fx: GridState
    splits: list[Split]


@dataclass(frozen=True, eq=False)
class Frames:
    """The four wide frames of a Market, and the splits in effect."""

    closes: pd.DataFrame
    close_sources: pd.DataFrame
    fx: pd.DataFrame
    fx_sources: pd.DataFrame


class History:
    """Closes and FX rates by day. A source beats the reference, a later share basis an earlier one."""

    def __init__(self) -> None:
        self._closes = Grid()
        self._fx = Grid()
        self._splits: dict[str, list[Split]] = {}
        self._closes_changed = 0
        self._fx_changed = 0
        self._close_frames: tuple[object, tuple[pd.DataFrame, pd.DataFrame]] | None = None
        self._fx_frames: tuple[object, tuple[pd.DataFrame, pd.DataFrame]] | None = None

    def add(self, records: Iterable[AnyRecord], *, reference: bool = False) -> None:
        """Take in closes, splits and FX rates; other records are none of its business."""
        for record in records:
            match record:
                case Close():
                    basis = (record.adjusted_to or record.day).toordinal()
                    cell = Cell(record.day, record.symbol, record.close, basis, record.source)
                    self._closes_changed += self._closes.put(cell, reference=reference)
                case FxRate():
                    rank = microseconds(record.as_of)
                    cell = Cell(record.as_of.date(), record.currency, record.per_usd, rank, record.source)
                    self._fx_changed += self._fx.put(cell, reference=reference)
                case Split():
                    self._add_split(record)

    def splits(self, until: dt.date) -> tuple[Split, ...]:
        """Splits that have taken effect by the end of a day, by symbol and day."""
        return tuple(s for symbol in sorted(self._splits) for s in self._splits[symbol] if s.day <= until)

    def split_ratio(self, symbol: str, after: dt.date, until: dt.date) -> float:
        """Units at the end of `until` for each unit on `after`."""
        ratio = 1.0
        for split in self._splits.get(symbol, ()):
            if after < split.day <= until:
                ratio *= split.ratio
        return ratio

    def frames(self, until: dt.date) -> Frames:
        """The frames on the share basis of `until`. The same objects as long as nothing has changed."""
        splits = self.splits(until)
        key = (self._closes_changed, splits)
        if self._close_frames is None or self._close_frames[0] != key:
            divisors: dict[str, list[tuple[int, float]]] = {}
            for split in splits:
                divisors.setdefault(split.symbol, []).append((split.day.toordinal(), split.ratio))
            self._close_frames = (key, self._closes.frames(divisors))
        if self._fx_frames is None or self._fx_frames[0] != self._fx_changed:
            self._fx_frames = (self._fx_changed, self._fx.frames())
        return Frames(*self._close_frames[1], *self._fx_frames[1])

    def days(self, symbol: str, *, reference: bool = True) -> list[dt.date]:
        """Days on which a close of the line is known, ascending."""
        return self._closes.days(symbol, reference=reference)

    def fx_days(self, currency: str, *, reference: bool = True) -> list[dt.date]:
        """Days on which a rate of the currency is known, ascending."""
        return self._fx.days(currency, reference=reference)

    def newest_close(self, symbol: str, until: dt.date) -> tuple[dt.date, float] | None:
        """Day and value of the newest close of the line, on the share basis of `until`."""
        cell = self._closes.newest(symbol)
        if cell is None:
            return None
        return cell.day, cell.value / self.split_ratio(symbol, dt.date.fromordinal(cell.rank), until)

    def copy(self, like: History | None = None) -> History:
        """The same history on its own; what has not changed since the copy `like` is shared with it.

        Of copies that share, none may be added to.
        """
        other = History()
        other.__dict__.update(self.__dict__)
        other._splits = {symbol: list(splits) for symbol, splits in self._splits.items()}
        same = like is not None and like._closes_changed == self._closes_changed
        other._closes = like._closes if like is not None and same else self._closes.copy()
        same = like is not None and like._fx_changed == self._fx_changed
        other._fx = like._fx if like is not None and same else self._fx.copy()
        return other

    def same(self, other: History) -> bool:
        """Whether both hold the same, in whatever order it came."""
        return self._closes.same(other._closes) and self._fx.same(other._fx) and self._splits == other._splits

    def state(self) -> HistoryState:
        """The history written out."""
        splits = [split for known in self._splits.values() for split in known]
        return HistoryState(closes=self._closes.state(), fx=self._fx.state(), splits=splits)

    @classmethod
    def of(cls, state: HistoryState) -> History:
        """The history that was written out."""
        history = cls()
        history._closes, history._fx = Grid.of(state.closes), Grid.of(state.fx)
        for split in state.splits:
            history._splits.setdefault(split.symbol, []).append(split)
        return history

    def _add_split(self, split: Split) -> None:
        known = self._splits.setdefault(split.symbol, [])
        for index, other in enumerate(known):
            if other.day == split.day:
                known[index] = split
                return
            if other.ratio == split.ratio and abs(other.day - split.day) <= SAME_SPLIT:
                return
        known.append(split)
        known.sort(key=lambda one: one.day)
