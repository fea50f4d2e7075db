"""What the screen asks of the engine behind it, so that tests can put another one there."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from metrics.board import Timeframe
from tui.config import Peers


class Engine(Protocol):
    """Runs the feed and delivers Updates; see `tui.live.Live`."""

    @property
    def paused(self) -> bool:
        """Whether polling stands still."""

    async def run(self) -> None:
        """Work until cancelled."""

    def now(self) -> dt.datetime | None:
        """The instant on the clock in use; `None` while there is none, or where a past day is shown."""

    def refresh_now(self) -> None:
        """Ask the providers now."""

    def toggle_pause(self) -> bool:
        """Stop polling or go on; whether it now stands still."""

    def toggle_peers(self) -> Peers:
        """Compare with the other peers from now on."""

    def next_timeframe(self) -> Timeframe:
        """Trends of the next timeframe from now on."""
