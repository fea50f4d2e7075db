"""LiveTable: rows change under the reader's eyes; cursor, scroll, sort and filter stay where they are.

A refresh hands over all rows; what is painted is compared with the last picture, and only cells that
differ are sent. Columns that do not fit are reached by moving the cursor right; the first column stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer

from widgets.format import SYMBOLS, SymbolSet
from widgets.lines import Line, Painted, Span, clip
from widgets.table_layout import Column, Row, Slot, column_order, in_order, matching, slots
from widgets.table_paint import Look, changes, rest_line, row_line, title_line

MARK_SECONDS = 1.5
WHEEL_ROWS = 3
TITLES_FROM_HEIGHT = 4
GUTTER = 1


class LiveTable(Painted, can_focus=True):
    """A table with a cell cursor that repaints changed cells only."""

    DEFAULT_CSS = "LiveTable { height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "up", id="table.up", show=False),
        Binding("down,j", "move(1, 0)", "down", id="table.down", show=False),
        Binding("left,h", "move(0, -1)", "left", id="table.left", show=False),
        Binding("right,l", "move(0, 1)", "right", id="table.right", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="table.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="table.page_down", show=False),
        Binding("home,g", "edge(-1)", "first row", id="table.first", show=False),
        Binding("end,G", "edge(1)", "last row", id="table.last", show=False),
        Binding("enter", "select", "select", id="table.select", show=False),
    ]

    class RowMessage(Message):
        """Base of messages about a row."""

        def __init__(self, table: LiveTable, row_key: str) -> None:
            super().__init__()
            self.table = table
            self.row_key = row_key

        @property
        def control(self) -> LiveTable:
            """The table that sent it."""
            return self.table

    class RowHighlighted(RowMessage):
        """The cursor came to another row."""

    class RowSelected(RowMessage):
        """Enter was pressed, or the row under the cursor was clicked."""

    class CellHighlighted(RowMessage):
        """The cursor came to another cell."""

        def __init__(self, table: LiveTable, row_key: str, column_key: str) -> None:
            super().__init__(table, row_key)
            self.column_key = column_key

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.marks = True
        self.symbol_set: SymbolSet = "braille"
        self.empty = "nothing to show yet"
        self._columns = tuple(columns)
        self._all: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._order: list[int] = []
        self._top = 0
        self._first = 0
        self._row_key: str | None = None
        self._moved = False
        self._column_key: str | None = None
        self._sort: tuple[str, bool] | None = None
        self._filter = ""
        self._hidden: frozenset[str] = frozenset()
        self._changed: dict[tuple[str, str], str] = {}
        self._unmark_timer: Timer | None = None

    # What others read

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, shown or not."""
        return self._columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows that pass the filter, as sorted."""
        return tuple(self._rows)

    @property
    def cursor_row(self) -> str | None:
        """Key of the row under the cursor."""
        return self._row_key

    @property
    def cursor_column(self) -> str | None:
        """Key of the column under the cursor."""
        return self._column_key

    @property
    def top(self) -> int:
        """Number of the first row on the screen."""
        return self._top

    @property
    def sort(self) -> tuple[str, bool] | None:
        """Column and whether it is descending; `None`: the order in which rows came."""
        return self._sort

    @property
    def filter_text(self) -> str:
        """The filter; empty shows all rows."""
        return self._filter

    @property
    def hidden(self) -> frozenset[str]:
        """Keys of the columns that the reader left out."""
        return self._hidden

    # What others call

    def show(self, rows: Sequence[Row], columns: Sequence[Column] | None = None) -> None:
        """Take a new state of all rows; the cursor keeps its row, or its place when that row is gone."""
        if columns is not None and tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._all, self._rows = (), []
            self._lay_out()
        self._mark_changes(rows)
        if len(rows) != len(self._all) and self.styles.is_auto_height:
            self.refresh(layout=True)
        self._all = tuple(rows)
        self._arrange()

    def sort_by(self, column_key: str | None, *, descending: bool = True) -> None:
        """Sort by a column; `None` restores the order in which rows come."""
        self._sort = None if column_key is None else (column_key, descending)
        self._arrange()

    def sort_next(self) -> None:
        """Sort by the column under the cursor; again: the other way; a third time: not at all."""
        column = self._column(self._column_key)
        if column is None:
            return
        first = column.first_descending
        if self._sort == (column.key, first):
            self.sort_by(column.key, descending=not first)
        elif self._sort == (column.key, not first):
            self.sort_by(None)
        else:
            self.sort_by(column.key, descending=first)

    def filter_by(self, text: str) -> None:
        """Show only rows in which every word of the text occurs."""
        self._filter = text
        self._arrange()

    def hide(self, keys: Iterable[str]) -> None:
        """Leave columns out, by key; the first one always shows."""
        self._hidden = frozenset(keys)
        self._lay_out()
        self._scroll_to_cursor()
        self._draw()

    def move_to(self, row_key: str | None = None, column_key: str | None = None) -> None:
        """Put the cursor on a row, a column or both, and scroll so far that it shows."""
        before = (self._row_key, self._column_key)
        if row_key is not None and any(row.key == row_key for row in self._rows):
            self._moved = self._moved or row_key != self._row_key
            self._row_key = row_key
        if column_key is not None and self._column(column_key) is not None:
            self._column_key = column_key
        self._scroll_to_cursor()
        self._draw()
        self._announce(before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own signature
        """Titles and all rows, filtered or not, where the height is left to the content."""
        return len(self._all) + 1

    # Keys and mouse

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor by rows and columns."""
        if not self._rows:
            return
        row = min(max(self._index() + down, 0), len(self._rows) - 1)
        places = [self._columns[index].key for index in self._order]
        place = places.index(self._column_key) if self._column_key in places else 0
        self.move_to(self._rows[row].key, places[min(max(place + right, 0), len(places) - 1)])

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.action_move(pages * max(1, self._body() - 1), 0)

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first or the last row."""
        self.action_move(end * len(self._rows), 0)

    def action_select(self) -> None:
        """Announce the row under the cursor as chosen."""
        if self._row_key is not None:
            self.post_message(self.RowSelected(self, self._row_key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on its own row it selects; on a title it sorts."""
        slot = next(
            (slot for slot in self._slots() if slot.x <= event.x - GUTTER <= slot.x + slot.width), None
        )
        column_key = self._columns[slot.column].key if slot else None
        line = event.y - self._head()
        if line < 0:
            self.move_to(column_key=column_key)
            self.sort_next()
        elif line < self._body() and self._top + line < len(self._rows):
            row_key = self._rows[self._top + line].key
            chosen = row_key == self._row_key
            self.move_to(row_key, column_key)
            if chosen:
                self.action_select()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without moving the cursor."""
        self._wheel(WHEEL_ROWS, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without moving the cursor."""
        self._wheel(-WHEEL_ROWS, event)

    def fit(self) -> None:
        """Choose columns for the new width."""
        self._lay_out()
        self._scroll_to_cursor()
        self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Show or hide the cell cursor; a handler of the event would still find the state before."""
        super().watch_has_focus(has_focus)
        self._draw()

    # State

    def _column(self, key: str | None) -> Column | None:
        return next((column for column in self._columns if column.key == key), None)

    def _index(self) -> int:
        return next((i for i, row in enumerate(self._rows) if row.key == self._row_key), 0)

    def _head(self) -> int:
        """Lines that the titles take: none where the table is so low that a row is worth more."""
        return 1 if self.size.height >= TITLES_FROM_HEIGHT else 0

    def _body(self) -> int:
        """Rows that fit on the screen: without titles and, where there is one, the line below."""
        room = max(0, self.size.height - self._head())
        return room - 1 if room and (len(self._rows) > room or self._filter) else room

    def _width(self) -> int:
        return max(0, self.size.width - 2 * GUTTER)

    def _slots(self) -> list[Slot]:
        return slots(self._columns, self._order, self._first, self._width())

    def _lay_out(self) -> None:
        self._order = column_order(self._columns, self._width(), self._hidden)
        self._first = 0
        if self._column(self._column_key) is None and self._columns:
            self._column_key = self._columns[0].key

    def _arrange(self) -> None:
        """Filter and sort anew; keep the cursor on its row and the scroll where it is.

        Until the reader has put the cursor on a row it stays on the first one.
        """
        before = (self._row_key, self._column_key)
        place = self._index() if self._moved else 0
        column = next((i for i, c in enumerate(self._columns) if self._sort and c.key == self._sort[0]), None)
        descending = self._sort is not None and self._sort[1]
        self._rows = in_order(matching(self._all, self._filter), column, descending=descending)
        if not self._moved or all(row.key != self._row_key for row in self._rows):
            self._row_key = self._rows[min(place, len(self._rows) - 1)].key if self._rows else None
        self._top = min(self._top, max(0, len(self._rows) - self._body()))
        self._draw()
        self._announce(before)

    def _announce(self, before: tuple[str | None, str | None]) -> None:
        if self._row_key is None or self._column_key is None:
            return
        if self._row_key != before[0]:
            self.post_message(self.RowHighlighted(self, self._row_key))
        if (self._row_key, self._column_key) != before:
            self.post_message(self.CellHighlighted(self, self._row_key, self._column_key))

    def _scroll_to_cursor(self) -> None:
        body, row = max(1, self._body()), self._index()
        self._top = min(self._top, row)
        self._top = max(self._top, row - body + 1)
        column = next((i for i, c in enumerate(self._columns) if c.key == self._column_key), 0)
        place = self._order.index(column) if column in self._order else 0
        self._first = min(self._first, max(0, place - 1))
        while place and self._first < place - 1 and all(slot.column != column for slot in self._slots()):
            self._first += 1

    def _wheel(self, rows: int, event: events.MouseEvent) -> None:
        top = min(max(self._top + rows, 0), max(0, len(self._rows) - self._body()))
        if top != self._top:
            self._top = top
            self._draw()
            event.stop()

    def _mark_changes(self, rows: Sequence[Row]) -> None:
        if not self.marks or not self._all:
            return
        on_screen = self._rows[self._top : self._top + self._body()]
        changed = changes(on_screen, rows, self._columns)
        if changed:
            self._changed = changed
            if self._unmark_timer is not None:
                self._unmark_timer.stop()
            self._unmark_timer = self.set_timer(MARK_SECONDS, self.unmark)

    def unmark(self) -> None:
        """Take the marks off changed figures."""
        self._changed = {}
        self._draw()

    # Painting

    def _draw(self) -> None:
        if not self.size.width:
            return
        places, head, body = self._slots(), self._head(), self._body()
        symbols = SYMBOLS[self.symbol_set]
        look = Look(self._columns, places, self.size.width, symbols)
        shown = self._rows[self._top : self._top + body]
        lines: list[Line] = []
        if head:
            hidden = len(self._order) - self._first - len(places)
            lines.append(title_line(look, self._sort, (self._first, hidden)))
        for row in shown:
            here = row.key == self._row_key and self.has_focus
            cursor = self._column_key if here else None
            lines.append(row_line(look, row, cursor, self._changed))
        if not self._rows and body:
            text = "no row matches the filter" if self._all else self.empty
            lines.append((Span(" " + clip(text, self._width(), symbols.ellipsis), "dim"),))
        lines += [()] * (head + body - len(lines))
        if head + body < self.size.height:
            below = len(self._rows) - self._top - len(shown)
            found = f"/{self._filter}  {len(self._rows)} of {len(self._all)}" if self._filter else ""
            lines.append(rest_line(look, found, self._top, below))
        self.paint(lines)
