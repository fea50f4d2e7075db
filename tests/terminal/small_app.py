"""A small Textual app that the harness is tested with."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.widgets import Static


class SmallApp(App[None]):
    """Counts a key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit"), Binding("n", "count")]
    count = 0

    def compose(self) -> ComposeResult:
        yield Static("count 0", id="count")

    def on_resize(self, event: Resize) -> None:
        self.title = f"{event.size.width} by {event.size.height}"
        self.show()

    def action_count(self) -> None:
        self.count += 1
        self.show()

    def show(self) -> None:
        self.query_one("#count", Static).update(f"count {self.count} in {self.title}")


if __name__ == "__main__":
    SmallApp().run()
