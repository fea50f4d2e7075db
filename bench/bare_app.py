"""The floor: a Textual app that shows a line of text and does nothing."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static


class BareApp(App[None]):
    """One line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit")]

    def compose(self) -> ComposeResult:
        """One line of text."""
        yield Static("ready")


if __name__ == "__main__":
    BareApp().run()
