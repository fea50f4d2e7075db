"""The digest on the screen: five lines in the middle, gone with any key."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class DigestScreen(ModalScreen[None]):
    """What became of the Board since the reader last looked."""

    CSS = """
    DigestScreen { align: center middle; background: transparent; }
    DigestScreen Static {
        width: auto; max-width: 100%; height: auto;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
    }
    """

    def __init__(self, lines: Sequence[str], away: str) -> None:
        super().__init__()
        self._lines = lines
        self._away = away

    def compose(self) -> ComposeResult:
        """One box."""
        box = Static(Content("\n".join(self._lines)))
        box.border_title = Content(f"Since you last looked, {self._away} ago")
        box.border_subtitle = "any key"
        yield box

    def on_key(self, event: events.Key) -> None:
        """Any key closes it and does nothing else."""
        event.stop()
        event.prevent_default()
        self.dismiss()

    def on_click(self) -> None:
        """So does a click."""
        self.dismiss()
