"""Small apps to put a widget on a screen of a known size, and to count what goes to the terminal."""

from __future__ import annotations

from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.widget import Widget


class OneWidget(App[None]):
    """Holds one widget in the terminal's own colours and keeps every update that would be sent."""

    CSS = "Screen { background: ansi_default; }"

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.sent: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.theme = "ansi-dark"

    def _display(self, screen: Any, renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.sent.append(renderable.render_segments(self.console))
        super()._display(screen, renderable)

    @property
    def bytes_sent(self) -> int:
        return sum(len(update.encode()) for update in self.sent)


def text_of(widget: Widget) -> list[str]:
    """What a widget shows, line by line."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
