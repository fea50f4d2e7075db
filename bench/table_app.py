"""A live table of 150 lines on which `n` changes the next cell, for counting the bytes that it costs."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from widgets.live_table import LiveTable
from widgets.table_layout import Cell, Column, Row

LINES = 150
COLUMNS = tuple(
    Column(key=f"column {index}", title=f"Title {index}", width=12, align="right") for index in range(8)
)


class TableApp(App[None]):
    """Figures that change one at a time; marks of change are off, they would send the cell twice."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit"), Binding("n", "change")]

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield LiveTable(COLUMNS)

    def on_mount(self) -> None:
        """Show the first figures."""
        table = self.query_one(LiveTable)
        table.marks = False
        table.show(self.rows())

    def action_change(self) -> None:
        """Change one cell in view."""
        self.changes += 1
        self.query_one(LiveTable).show(self.rows())

    def rows(self) -> list[Row]:
        """All rows; in the first 20, as many cells as there were changes differ from the start."""
        return [
            Row(f"line {row}", tuple(self.cell(row, column) for column in range(8))) for row in range(LINES)
        ]

    def cell(self, row: int, column: int) -> Cell:
        """A figure of the width of a price."""
        if column == 0:
            return Cell(f"line {row}")
        turns = sum(1 for change in range(self.changes) if (change % 20, 1 + change % 7) == (row, column))
        return Cell(f"{1234.56 + row + 7.31 * column + 1.11 * turns:,.2f}")


if __name__ == "__main__":
    TableApp().run()
