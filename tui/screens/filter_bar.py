"""The line in which a filter is typed; it filters while one types."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input


class FilterBar(Widget):
    """One line at the bottom of the screen."""

    DEFAULT_CSS = """
    FilterBar { height: 1; }
    FilterBar Input, FilterBar Input:focus { height: 1; border: none !important; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "drop", "drop the filter", show=False)]

    class Changed(Message):
        """Another text stands in the line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The line is done with; the filter stays as it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The input."""
        yield Input(
            self._text, placeholder="filter: words that a row must contain; Enter keeps, Esc drops it"
        )

    def on_mount(self) -> None:
        """Type at once. A cursor that blinks would send bytes without an end."""
        typed = self.query_one(Input)
        typed.cursor_blink = False
        typed.focus()

    @on(Input.Changed)
    def pass_on(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def close(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self.post_message(self.Closed())

    def action_drop(self) -> None:
        """Drop the filter."""
        self.post_message(self.Changed(""))
        self.post_message(self.Closed())
