"""The app of a replay."""

from __future__ import annotations

from collections.abc import Callable

from metrics.board import Board
from tui import display
from tui.app import NarrowsApp
from tui.live import Update
from tui.options import Settings
from tui.replay import Plan, Replay
from tui.screens.monitor import MonitorScreen
from tui.screens.replay import ReplayScreen


class ReplayApp(NarrowsApp):
    """The monitor on a tape."""

    def __init__(self, settings: Settings, plan: Plan) -> None:
        def engine(chosen: Settings, deliver: Callable[[Update], None]) -> Replay:
            self.replay = Replay(chosen, deliver, plan)
            return self.replay

        super().__init__(settings, None, engine)

    def make_monitor(self, first: Board | None, settings: Settings) -> MonitorScreen:
        """The screen with the keys of a replay."""
        options = display.options(settings.config.display, self.around)
        return ReplayScreen(first, self.replay, options, settings)
