"""The monitor of a replay: the same screen, with the keys that move the tape."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from metrics.board import Board
from tui import keymap
from tui.options import Settings
from tui.replay import Replay
from tui.replay_times import NotOnTapeError
from tui.screens.monitor import MonitorScreen
from widgets.options import DisplayOptions


class SeekBar(Widget):
    """The line in which a time is typed."""

    DEFAULT_CSS = """
    SeekBar { height: 1; }
    SeekBar Input, SeekBar Input:focus { height: 1; border: none !important; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", show=False)]

    class Chosen(Message):
        """A text was entered."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Nothing more is typed."""

    def compose(self) -> ComposeResult:
        """The input."""
        yield Input(placeholder="go to: 10:15, 10:15:30 or 2026-11-20 10:15; Enter goes, Esc leaves")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def choose(self, event: Input.Submitted) -> None:
        """Go there."""
        event.stop()
        self.post_message(self.Chosen(event.value))

    def action_leave(self) -> None:
        """Back to the table."""
        self.post_message(self.Left())


class ReplayScreen(MonitorScreen):
    """The monitor on a tape."""

    REPLAY: ClassVar[bool] = True
    FOOTER: ClassVar[tuple[str, ...]] = (
        "replay.pause", "replay.step", "replay.back", "replay.faster", "replay.slower", "replay.seek",
        "replay.event", "pane.zoom", "view.timeframe", "app.help", "app.quit",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.text, id=key.id, tooltip=key.tooltip, show=False)
        for key in keymap.REPLAY
    ]

    def __init__(
        self, first: Board | None, engine: Replay, options: DisplayOptions, settings: Settings
    ) -> None:
        super().__init__(first, engine, options, settings)
        self.replay = engine

    @property
    def speed(self) -> float | None:
        """Market seconds per second."""
        return self.replay.speed

    @on(SeekBar.Chosen)
    def seek(self, event: SeekBar.Chosen) -> None:
        """Go to the time that was typed, or say why not."""
        try:
            self.replay.seek(event.text)
        except NotOnTapeError as error:
            self.notify(f"{error}.", severity="warning", markup=False)
            return
        self.leave_seeking()

    @on(SeekBar.Left)
    def leave_seeking(self) -> None:
        """Back to the table."""
        self.query(SeekBar).remove()
        self.set_focus(self.table)
        self._tick(always=True)

    def action_replay_pause(self) -> None:
        """Stop the replay, or go on."""
        self.action_pause()

    def action_replay_step(self, frames: int) -> None:
        """The next poll or the one before, and stop there."""
        self.replay.step(frames)
        self._tick(always=True)

    def action_replay_pace(self, steps: int) -> None:
        """Faster or slower."""
        self.replay.pace(steps)
        self._tick(always=True)

    async def action_replay_seek(self) -> None:
        """Open the line in which a time is typed."""
        if not self.query(SeekBar):
            await self.mount(SeekBar(), before=self.footer)

    async def action_replay_event(self) -> None:
        """Go to the next event."""
        if not await self.replay.next_event():
            self.notify("No event comes after this on the tape.", markup=False)
