"""The providers screen: state, last answer, requests, measured delay and latency of every source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from metrics.board import ProviderView
from widgets import sources
from widgets.format import Format

REFRESH_SECONDS = 1.0
FRAME = 4
"""Cells of a line that border and padding take."""

Look = Callable[[], tuple[tuple[ProviderView, ...], dt.datetime]]
"""The providers as they are now, and the time."""


class ProvidersScreen(ModalScreen[None]):
    """A table that keeps up with the feed; what comes from a source is text and nothing else."""

    CSS = """
    ProvidersScreen { align: center middle; }
    ProvidersScreen VerticalScroll {
        width: 110; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,P,enter", "dismiss", "close", show=False),
        Binding("j", "scroll_text(1)", show=False),
        Binding("k", "scroll_text(-1)", show=False),
    ]

    def __init__(self, look: Look, fmt: Format) -> None:
        super().__init__()
        self._look = look
        self._fmt = fmt
        self._shown = ""
        self._text = Static(Content(""))

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll() as box:
            box.border_title = "Providers"
            box.border_subtitle = "Esc closes"
            yield self._text

    def on_mount(self) -> None:
        """Show the providers, and again each second: countdowns move."""
        self._refresh_text()
        self.set_interval(REFRESH_SECONDS, self._refresh_text)

    def on_resize(self) -> None:
        """Another width cuts elsewhere."""
        self._refresh_text()

    def action_scroll_text(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def _refresh_text(self) -> None:
        providers, now = self._look()
        text = sources.table(providers, now, self._fmt, min(self.size.width, 110) - FRAME)
        if text != self._shown:
            self._shown = text
            self._text.update(Content(text))
