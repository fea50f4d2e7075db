"""How a live table looks: titles, rows and the line below as spans. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from widgets.format import Symbols
from widgets.lines import Line, Span, clip, clip_line, pad, width_of
from widgets.table_layout import Cell, Column, Row, Slot

Marks = Mapping[tuple[str, str], str]
"""Tones of changed figures by row and column key."""


class Look(NamedTuple):
    """What lines of one picture share. `width`: of the widget, in cells."""

    columns: Sequence[Column]
    places: Sequence[Slot]
    width: int
    symbols: Symbols


def title_line(look: Look, sort: tuple[str, bool] | None, hidden: tuple[int, int]) -> Line:
    """Titles, the sort's direction, and signs where columns are hidden to the left and to the right."""
    columns, places, width, symbols = look
    line: list[Span] = [Span(" ")]
    for number, slot in enumerate(places):
        column = columns[slot.column]
        title, tone = column.title, "dim"
        if sort is not None and sort[0] == column.key:
            title, tone = (symbols.descending if sort[1] else symbols.ascending) + title, "strong"
        if number:
            line.append(Span(symbols.left, "focus") if number == 1 and hidden[0] else Span(" "))
        line.append(Span(pad(clip(title, slot.width, symbols.ellipsis), slot.width, column.align), tone))
    if hidden[1] > 0:
        line += [Span(" " * max(0, width - 1 - width_of(line))), Span(symbols.right, "focus")]
    return clip_line(tuple(line), width, symbols.right)


def row_line(look: Look, row: Row, cursor: str | None, marks: Marks) -> Line:
    """One row. `cursor`: the column under the cursor when it is on this row."""
    columns, places, _, symbols = look
    line: list[Span] = [Span(" ") if cursor is None else Span(symbols.cursor, "focus")]
    for number, slot in enumerate(places):
        column, cell = columns[slot.column], row.cells[slot.column]
        tones = [cell.tone, "stale" if cell.stale else "", marks.get((row.key, column.key), "")]
        if column.key == cursor:
            tones.append("cursor")
        if number:
            line.append(Span(" "))
        line += _cell_spans(cell, column, slot.width, " ".join(filter(None, tones)), symbols)
    return tuple(line)


def rest_line(look: Look, found: str, above: int, below: int) -> Line:
    """The line under the rows: what the filter found, and how many rows are out of sight."""
    width, symbols = look.width, look.symbols
    parts = [found] if found else []
    if above:
        parts.append(f"{above} {symbols.above}")
    if below > 0:
        parts.append(f"{below} more {symbols.below}")
    text = clip("   ".join(parts), width - 2, symbols.ellipsis)
    return (Span(" " * (width - 1 - cell_len(text)) + text, "dim"),)


def changes(
    before: Sequence[Row], after: Sequence[Row], columns: Sequence[Column]
) -> dict[tuple[str, str], str]:
    """Tones of the figures of `before`, by row and column key, whose text is another one in `after`."""
    known = {row.key: row.cells for row in before}
    return {
        (row.key, column.key): _move(old, new)
        for row in after
        if row.key in known and known[row.key] != row.cells
        for column, old, new in zip(columns, known[row.key], row.cells, strict=True)
        if old.text != new.text
    }


def _move(old: Cell, new: Cell) -> str:
    """Tones that mark a changed figure, by its direction where it has one."""
    if isinstance(old.sort_key, int | float) and isinstance(new.sort_key, int | float) and not new.tone:
        if new.sort_key > old.sort_key:
            return "up changed"
        if new.sort_key < old.sort_key:
            return "down changed"
    return "changed"


def _cell_spans(cell: Cell, column: Column, width: int, tones: str, symbols: Symbols) -> Line:
    """Text of a cell, and its note at the other end, which leaves the text half the width at least."""
    note = cell.note
    if note and cell_len(cell.text) + 1 + cell_len(note) > width:
        note = clip(note, max(0, min(cell_len(note), width // 2)), symbols.ellipsis)
    if not note:
        return (Span(pad(clip(cell.text, width, symbols.ellipsis), width, column.align), tones),)
    room = width - cell_len(note) - 1
    text = Span(pad(clip(cell.text, room, symbols.ellipsis), room, column.align), tones)
    cursor = "cursor" if "cursor" in tones.split() else ""
    remark = Span(note, f"dim {cursor}".strip())
    return (text, Span(" ", cursor), remark) if column.align == "left" else (remark, Span(" ", cursor), text)
