"""The keys that act on the table in use: sort, reverse, filter, columns."""

from __future__ import annotations

from abc import abstractmethod

from textual import on
from textual.screen import Screen

from tui.screens.columns import ColumnsScreen
from tui.screens.filter_bar import FilterBar
from widgets.footer import Footer
from widgets.live_table import LiveTable


class TableKeys(Screen[object]):
    """A screen with a table in use and a footer; a filter is typed in a line above it."""

    footer: Footer

    @property
    @abstractmethod
    def table(self) -> LiveTable:
        """The table in use."""

    @on(FilterBar.Changed)
    def filter_rows(self, event: FilterBar.Changed) -> None:
        """Filter while one types."""
        self.table.filter_by(event.text)

    @on(FilterBar.Closed)
    def close_filter(self) -> None:
        """Back to the table."""
        self.query(FilterBar).remove()
        self.set_focus(self.table)

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        self.table.sort_next()

    def action_reverse(self) -> None:
        """Reverse the order, where there is one."""
        if self.table.sort is not None:
            column, descending = self.table.sort
            self.table.sort_by(column, descending=not descending)

    async def action_filter(self) -> None:
        """Open the line in which a filter is typed."""
        if not self.query(FilterBar):
            await self.mount(FilterBar(self.table.filter_text), before=self.footer)

    def action_columns(self) -> None:
        """Choose the columns of the table."""
        table = self.table

        def leave_out(keys: frozenset[str] | None) -> None:
            if keys is not None:
                table.hide(keys)

        if len(table.columns) > 1:
            self.app.push_screen(ColumnsScreen(table.columns, table.hidden), leave_out)
