"""Columns, rows and cells of a live table, and the pure rules of what is shown, where, in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SPREAD_LIMIT = 3
"""Most cells that a column may gain from room that is left over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        width: Cells that its widest usual text takes.
        priority: Columns with the lowest numbers are shown first where not all fit.
        grow: How many cells more it may take where there is room.
        first_descending: Whether the first sort by it puts the largest first.
    """

    key: str
    title: str
    width: int
    align: Literal["left", "right"] = "right"
    priority: int = 0
    grow: int = 0
    first_descending: bool = True


class Cell(NamedTuple):
    """One figure or text.

    Attributes:
        sort_key: What rows are sorted by, one type per column; `None` (missing) comes last.
        tone: Tones of palette.py.
        stale: The figure is too old and is dimmed.
        note: A short dim remark at the other end of the cell: delay, share classes, coverage.
    """

    text: str
    sort_key: float | str | None = None
    tone: str = ""
    stale: bool = False
    note: str = ""


class Row:
    """Cells in the order of the columns. The key names what the row is about and outlives a refresh.

    Cells may come as a function: a table of thousands of rows writes out only those on the screen.
    """

    __slots__ = ("_cells", "_make", "key")

    def __init__(self, key: str, cells: tuple[Cell, ...] | Callable[[], tuple[Cell, ...]]) -> None:
        self.key = key
        self._cells: tuple[Cell, ...] | None = None if callable(cells) else cells
        self._make = cells if callable(cells) else None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells, written out once."""
        if self._cells is None:
            self._cells = self._make() if self._make is not None else ()
        return self._cells


class Slot(NamedTuple):
    """Where a column is painted."""

    column: int
    x: int
    width: int


def column_order(columns: Sequence[Column], width: int, hidden: frozenset[str] = frozenset()) -> list[int]:
    """Columns from left to right: those that fit by priority, in their own order, then the rest.

    The first column always leads: it stays where it is when others scroll. `hidden`: keys of those left out.
    """
    if not columns:
        return []
    chosen, room = {0}, width - columns[0].width
    offered = [index for index in range(1, len(columns)) if columns[index].key not in hidden]
    for index in sorted(offered, key=lambda i: (columns[i].priority, i)):
        if columns[index].width + 1 > room:
            break
        chosen.add(index)
        room -= columns[index].width + 1
    return sorted(chosen) + [index for index in offered if index not in chosen]


def slots(columns: Sequence[Column], order: Sequence[int], first: int, width: int) -> list[Slot]:
    """Places of the columns that show when the scrolling ones start at `first`; whole columns only."""
    if not order:
        return []
    shown, room = [order[0]], width - columns[order[0]].width
    for index in order[1 + first :]:
        if columns[index].width + 1 > room:
            break
        shown.append(index)
        room -= columns[index].width + 1
    extra = dict.fromkeys(shown, 0)
    for index in shown:
        extra[index] = min(columns[index].grow, max(room, 0))
        room -= extra[index]
    if len(shown) > 1 and first == 0:
        gain = min(max(room, 0) // (len(shown) - 1), SPREAD_LIMIT)
        for index in shown[1:]:
            extra[index] += gain
    placed, x = [], 0
    for index in shown:
        size = min(columns[index].width + extra[index], width)
        placed.append(Slot(index, x, size))
        x += size + 1
    return placed


def matching(rows: Iterable[Row], text: str) -> list[Row]:
    """Rows in which every word of the filter occurs, in any cell or note."""
    words = text.casefold().split()
    if not words:
        return list(rows)

    def haystack(row: Row) -> str:
        return " ".join(f"{cell.text} {cell.note}" for cell in row.cells).casefold()

    return [row for row in rows if all(word in haystack(row) for word in words)]


def in_order(rows: Sequence[Row], column: int | None, *, descending: bool) -> list[Row]:
    """Rows sorted by a column, ties as they came, missing last in either direction."""
    if column is None:
        return list(rows)
    present = [row for row in rows if row.cells[column].sort_key is not None]
    missing = [row for row in rows if row.cells[column].sort_key is None]
    present.sort(key=lambda row: _ordinal(row.cells[column].sort_key), reverse=descending)
    return present + missing


def _ordinal(sort_key: float | str | None) -> tuple[bool, float, str]:
    return (True, 0.0, sort_key) if isinstance(sort_key, str) else (False, sort_key or 0.0, "")
