"""The command palette, with three faults of Textual 8.2.8 mended."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.widgets import Input


class Palette(CommandPalette):
    """Searches all commands."""

    def on_mount(self) -> None:
        """Keep the cursor still: one that blinks would send bytes without an end."""
        self.query_one(Input).cursor_blink = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close once: a command chosen twice in quick succession would close the screen below too."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)

    def _gather_commands(self, search_value: str) -> None:  # type: ignore[override]  # nobody uses its result
        """Search while it is open: a key typed as it closes would look for a list that has gone."""
        if self.app.screen is self:
            super()._gather_commands(search_value)

    def _action_command_list(self, action: str) -> None:
        """Move in the list of results; while none of it is on the screen a page up or down would raise."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)
