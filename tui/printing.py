"""A Board on stdout: table by rich, JSON, CSV or markdown."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Literal

from rich.cells import cell_len

from metrics.board import Board
from metrics.contract import encode
from tui.report import Section, Value, sections
from widgets.format import Format

_OBEYED = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

FormatName = Literal["table", "json", "csv", "markdown"]

TEXT_CELLS = 28
"""Columns of text in the printed table take at most this where room is scarce; CSV and markdown have all."""

COLUMN_GAP = 2


def render(board: Board, layout: FormatName, pane: str | None, width: int, *, colour: bool) -> str:
    """The Board, or one pane of it, as text that ends with a line break.

    Args:
        board: What to print.
        layout: The format.
        pane: The one part to print, by its key in the Board.
        width: Columns of the terminal, for the table.
        colour: Whether the table may use the terminal's attributes.
    """
    if layout == "json":
        return as_json(board, pane)
    chosen = [section for name, section in sections(board).items() if pane in (None, name)]
    if layout == "csv":
        return as_csv(chosen, pane)
    if layout == "markdown":
        return heading(board) + "\n\n" + "\n".join(as_markdown(section) for section in chosen)
    return as_table(board, chosen, width, colour=colour)


def heading(board: Board) -> str:
    """What the reader must know first: mode, instant, and the freshness of the basket's value."""
    fresh = board.basket.freshness
    parts = {"live": fresh.live_pct, "delayed": fresh.delayed_pct, "close": fresh.close_pct,
             "reference": fresh.reference_pct}  # fmt: skip
    shares = ", ".join(f"{value:.0f} % {name}" for name, value in parts.items() if value)
    mode = "DEMO simulated market" if board.mode == "demo" else board.mode
    dated = f", reference of {board.reference_date}" if board.reference_date and fresh.reference_pct else ""
    at = board.as_of.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return f"Narrows, {mode}, {at}, {shares or 'no prices'}{dated}"


def as_json(board: Board, pane: str | None) -> str:
    """The contract of `narrows schema`, or one part of it."""
    content = json.loads(encode(board))
    text = json.dumps(content if pane is None else content[pane], ensure_ascii=False, indent=2)
    # JSON itself escapes only the first 32 of what a terminal would obey.
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def as_csv(chosen: list[Section], pane: str | None) -> str:
    """Headlines of every pane; with a pane its table, at full precision, absent cells empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if pane is None:
        writer.writerow(("path", "value"))
        writer.writerows((figure.path, _plain(value)) for part in chosen for figure, value in part.headlines)
    else:
        for section in chosen:
            writer.writerow(column.path for column in section.columns)
            writer.writerows([_plain(value) for value in row] for row in section.rows)
    return out.getvalue()


def as_markdown(section: Section) -> str:
    """One section: a heading, its headlines, its table."""
    fmt = Format()
    lines = [f"## {section.title}", ""]
    lines += [f"- {figure.title}: {_escaped(figure.text(value, fmt))}" for figure, value in section.headlines]
    lines += ["", "| " + " | ".join(column.title for column in section.columns) + " |"]
    lines += [
        "|"
        + "|".join("---:" if _numeric(section, number) else "---" for number in range(len(section.columns)))
        + "|"
    ]
    for row in section.rows:
        cells = (column.text(value, fmt) for column, value in zip(section.columns, row, strict=True))
        lines.append("| " + " | ".join(_escaped(cell) for cell in cells) + " |")
    return "\n".join([*lines, ""])


def as_table(board: Board, chosen: list[Section], width: int, *, colour: bool) -> str:
    """Sections one below the other for a terminal; text is never read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    fmt = Format()
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, markup=False, highlight=False, emoji=False
    )
    console.print(Text(heading(board), style="bold"))
    for section in chosen:
        console.print()
        console.print(Text(section.title, style="bold underline"))
        if section.headlines:
            for line in _lines(
                [f"{each.title} {each.text(value, fmt)}" for each, value in section.headlines], width
            ):
                console.print(Text(line), no_wrap=True, overflow="ellipsis")
        cells = [
            [column.text(value, fmt) for column, value in zip(section.columns, row, strict=True)]
            for row in section.rows
        ]
        titles = [column.title for column in section.columns]
        fitting, widths = _fitting(titles, cells, width)
        table = Table(box=None, pad_edge=False, header_style="dim")
        for number, column in enumerate(section.columns[:fitting]):
            justify: Literal["left", "right"] = "right" if _numeric(section, number) else "left"
            table.add_column(
                Text(column.title), justify=justify, no_wrap=True, overflow="ellipsis", width=widths[number]
            )
        for row in cells:
            table.add_row(*(Text(cell) for cell in row[:fitting]))
        console.print(table)
        if left_out := titles[fitting:]:
            console.print(Text(f"not shown for want of room: {', '.join(left_out)}", style="dim"))
    return out.getvalue()


def _lines(pieces: list[str], width: int) -> list[str]:
    """Pieces joined by dots, broken between pieces only."""
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]} · {piece}" if lines else ""
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _fitting(titles: list[str], cells: list[list[str]], width: int) -> tuple[int, list[int]]:
    """How many columns fit, two cells apart, and how wide they are; the first always does.

    Long text may take `TEXT_CELLS`, and more where there is room to spare.
    """
    whole = [max(cell_len(row[number]) for row in (titles, *cells)) for number in range(len(titles))]
    widths = [min(size, TEXT_CELLS) for size in whole]
    count = 1
    while count < len(widths) and sum(widths[: count + 1]) + COLUMN_GAP * count <= width:
        count += 1
    spare = width - sum(widths[:count]) - COLUMN_GAP * (count - 1)
    for number in range(count):
        more = min(max(spare, 0), whole[number] - widths[number])
        widths[number] += more
        spare -= more
    widths[0] = min(widths[0], width)
    return count, widths[:count]


def _numeric(section: Section, column: int) -> bool:
    return any(isinstance(row[column], float | int) for row in section.rows)


def _plain(value: Value) -> str | float:
    return "" if value is None else str(value) if isinstance(value, dt.date) else value


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
