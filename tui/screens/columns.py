"""The column picker: which columns the table of a pane may show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import SelectionList
from textual.widgets.selection_list import Selection

from widgets.table_layout import Column


class ColumnList(SelectionList[str]):
    """The list; while none of it is on the screen a page up or down would raise in Textual 8.2.8."""

    def render_line(self, y: int) -> Strip:
        """A line whose box is empty where its column is left out: Textual says so by the colour alone."""
        strip = super().render_line(y)
        place = self.scroll_offset.y + y
        if place >= self.option_count or self.get_option_at_index(place).value in self.selected:
            return strip
        left, box, *rest = strip
        return Strip([left, Segment(" ", box.style), *rest])

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


class ColumnsScreen(ModalScreen[frozenset[str]]):
    """Lists every column but the first, which always shows; ends with the keys of those to leave out."""

    CSS = """
    ColumnsScreen { align: center middle; }
    ColumnsScreen SelectionList {
        width: 40; max-width: 100%; height: auto; max-height: 90%;
        border: round ansi_cyan; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "done", "close", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, columns: Sequence[Column], hidden: frozenset[str]) -> None:
        super().__init__()
        self._columns = tuple(columns[1:])
        self._hidden = hidden

    def compose(self) -> ComposeResult:
        """One list."""
        choices = (
            Selection(Content(column.title), column.key, column.key not in self._hidden)
            for column in self._columns
        )
        found = ColumnList(*choices)
        found.border_title = "Columns"
        found.border_subtitle = "Space chooses, Esc closes"
        yield found

    def action_done(self) -> None:
        """End with the columns that are not chosen."""
        chosen = self.query_one(ColumnList)
        self.dismiss(frozenset(column.key for column in self._columns if column.key not in chosen.selected))

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        chosen = self.query_one(ColumnList)
        if rows > 0:
            chosen.action_cursor_down()
        else:
            chosen.action_cursor_up()
