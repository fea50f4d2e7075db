"""Numbers by day and column that grow a cell at a time: the compact memory behind the frames of a Market."""

# ruff: noqa: SLF001 - a copy is filled in by the one that it is copied from
from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

_FIRST_ROWS, _FIRST_COLUMNS = 64, 64
_REFERENCE = np.int64(-(2**62))


class Cell(NamedTuple):
    """A value with its day, column and source. `rank` says which of two values of a cell stands."""

    day: dt.date
    column: str
    value: float
    rank: int
    source: str


class GridState(msgspec.Struct, frozen=True, array_like=True):
    """A grid written out: per column the rows that hold a value, the values, their ranks and sources."""

    days: list[dt.date]
    columns: list[str]
    sources: list[str]
    cells: list[tuple[list[int], list[float], list[int], list[int]]]


class Grid:
    """One number per day and column, with its source. Of two for one cell the greater rank stands.

    A reference value has a lower rank than any other, so that it shows only where nothing else is known.
    """

    def __init__(self) -> None:
        self._rows: dict[dt.date, int] = {}
        self._columns: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        shape = (_FIRST_ROWS, _FIRST_COLUMNS)
        self._values = np.full(shape, np.nan)
        self._ranks = np.zeros(shape, dtype=np.int64)
        self._from = np.full(shape, -1, dtype=np.int16)

    def put(self, cell: Cell, *, reference: bool) -> bool:
        """Set a cell unless something of a greater rank stands there; whether the grid changed."""
        row = self._rows.setdefault(cell.day, len(self._rows))
        place = self._columns.setdefault(cell.column, len(self._columns))
        self._grow()
        number = self._sources.setdefault(cell.source, len(self._sources))
        rank = np.int64(cell.rank) + (_REFERENCE if reference else 0)
        new = (rank, cell.value, number)
        if self._from[row, place] >= 0:
            old = (self._ranks[row, place], self._values[row, place], self._from[row, place])
            if rank < old[0] or new == old:
                return False
        self._ranks[row, place], self._values[row, place], self._from[row, place] = new
        return True

    def days(self, column: str, *, reference: bool) -> list[dt.date]:
        """Days on which the column holds a value, ascending; of the reference too, or without it."""
        place = self._columns.get(column)
        if place is None:
            return []
        held = self._from[:, place] >= 0
        if not reference:
            held &= self._ranks[:, place] >= 0
        return sorted(day for day, row in self._rows.items() if held[row])

    def newest(self, column: str) -> Cell | None:
        """The column's cell of the newest day, as it was put."""
        days = self.days(column, reference=True)
        if not days:
            return None
        row, place = self._rows[days[-1]], self._columns[column]
        rank = int(self._ranks[row, place])
        return Cell(
            day=days[-1],
            column=column,
            value=float(self._values[row, place]),
            rank=rank if rank >= 0 else rank - int(_REFERENCE),
            source=list(self._sources)[self._from[row, place]],
        )

    def frames(
        self, divisors: dict[str, list[tuple[int, float]]] | None = None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Values and sources, days ascending, columns sorted, missing NaN and `None`.

        `divisors`: by column, pairs (rank, ratio): a value whose rank is below is divided by the ratio.
        """
        import pandas as pd

        days, names = sorted(self._rows), sorted(self._columns)
        rows = np.array([self._rows[day] for day in days], dtype=np.intp)
        places = np.array([self._columns[name] for name in names], dtype=np.intp)
        values = self._values[np.ix_(rows, places)]
        ranks = self._ranks[np.ix_(rows, places)]
        ranks = np.where(ranks < 0, ranks - _REFERENCE, ranks)
        for number, name in enumerate(names):
            for basis, ratio in (divisors or {}).get(name, ()):
                values[ranks[:, number] < basis, number] /= ratio
        labels: npt.NDArray[np.object_] = np.array([*self._sources, None], dtype=object)
        sources = labels[self._from[np.ix_(rows, places)]]
        index = pd.Index(days, dtype=object)
        columns = pd.Index(names, dtype=object)
        return (
            pd.DataFrame(values, index=index, columns=columns),
            pd.DataFrame(sources, index=index, columns=columns, dtype=object),
        )

    def copy(self) -> Grid:
        """The same grid on its own, no larger than it has to be."""
        other = copy.copy(self)
        other._rows, other._columns = dict(self._rows), dict(self._columns)
        other._sources = dict(self._sources)
        used = np.s_[: max(len(self._rows), 1), : max(len(self._columns), 1)]
        other._values = self._values[used].copy()
        other._ranks = self._ranks[used].copy()
        other._from = self._from[used].copy()
        return other

    def same(self, other: Grid) -> bool:
        """Whether both hold the same cells, in whatever order they came."""
        mine, its = self._sorted(), other._sorted()
        return mine[:3] == its[:3] and all(
            np.array_equal(one, two, equal_nan=True) for one, two in zip(mine[3], its[3], strict=True)
        )

    def state(self) -> GridState:
        """The grid written out."""
        cells = []
        for place in range(len(self._columns)):
            (rows,) = np.nonzero(self._from[:, place] >= 0)
            held = (self._values[rows, place], self._ranks[rows, place], self._from[rows, place])
            values, ranks, sources = (each.tolist() for each in held)
            cells.append((rows.tolist(), values, ranks, sources))
        return GridState(list(self._rows), list(self._columns), list(self._sources), cells)

    @classmethod
    def of(cls, state: GridState) -> Grid:
        """The grid that was written out."""
        grid = cls()
        grid._rows = {day: row for row, day in enumerate(state.days)}
        grid._columns = {column: place for place, column in enumerate(state.columns)}
        grid._sources = {source: number for number, source in enumerate(state.sources)}
        grid._grow()
        for place, (rows, values, ranks, sources) in enumerate(state.cells):
            grid._values[rows, place] = values
            grid._ranks[rows, place] = ranks
            grid._from[rows, place] = sources
        return grid

    def _sorted(self) -> tuple[list[dt.date], list[str], list[str], tuple[npt.NDArray[Any], ...]]:
        """Days, columns and sources in their order; values, ranks and places of sources by them."""
        days, columns, sources = sorted(self._rows), sorted(self._columns), sorted(self._sources)
        rows = np.array([self._rows[day] for day in days], dtype=np.intp)
        places = np.array([self._columns[name] for name in columns], dtype=np.intp)
        numbers = np.array([*(sources.index(name) for name in self._sources), -1])
        used = np.ix_(rows, places)
        held = (self._values[used], self._ranks[used], numbers[self._from[used]])
        return days, columns, sources, held

    def _grow(self) -> None:
        height, width = self._values.shape
        while height < len(self._rows):
            height += height // 2 + 1
        while width < len(self._columns):
            width += width // 2 + 1
        if (height, width) == self._values.shape:
            return
        more = ((0, height - self._values.shape[0]), (0, width - self._values.shape[1]))
        self._values = np.pad(self._values, more, constant_values=np.nan)
        self._ranks = np.pad(self._ranks, more)
        self._from = np.pad(self._from, more, constant_values=-1)
