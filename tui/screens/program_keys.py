"""The keys that act on the program: help, commands, and the ways to leave it."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.screen import Screen

from tui.options import Settings
from tui.screens.help import HelpScreen

INTERRUPT_SECONDS = 2.0


class ProgramKeys(Screen[object]):
    """A screen from which the program can be left.

    Attributes:
        REPLAY: Whether the keys of a replay are bound too.
    """

    REPLAY: ClassVar[bool] = False

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._interrupted = float("-inf")

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(self.settings.config.keys, replay=self.REPLAY))

    def action_palette(self) -> None:
        """Search all commands."""
        self.app.action_command_palette()

    def action_quit(self) -> None:
        """End."""
        self.app.exit()

    def action_suspend(self) -> None:
        """Stop, and let the shell go on."""
        self.app.action_suspend_process()

    def action_interrupt(self) -> None:
        """End when pressed twice within a moment."""
        now = time.monotonic()
        if now - self._interrupted <= INTERRUPT_SECONDS:
            self.app.exit()
        self._interrupted = now
        self.notify("Press Ctrl+C again to quit.", timeout=INTERRUPT_SECONDS, markup=False)
