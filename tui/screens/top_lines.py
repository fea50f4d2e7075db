"""The two lines at the top, header and ribbon: painted when a Board comes, and when a minute passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from metrics.board import Board
from widgets.header import Header
from widgets.options import DisplayOptions
from widgets.ribbon import Ribbon


class TopLines:
    """Clock and countdowns show minutes, and seconds only while a provider waits.

    Args:
        remarks_key: The key that lists the remarks, as people write it.
    """

    def __init__(self, options: DisplayOptions, remarks_key: str) -> None:
        self.header = Header(remarks_key=remarks_key)
        self.ribbon = Ribbon()
        self._options = options
        self._minute: dt.datetime | None = None
        self._sent = ""

    def show(  # noqa: PLR0913 - the state of the program, by name
        self,
        board: Board,
        now: dt.datetime,
        *,
        always: bool,
        paused: bool,
        speed: float | None,
        traffic: Callable[[], str],
    ) -> None:
        """Show a Board, or that time has passed.

        Args:
            board: The Board on the screen.
            now: The time by the engine's clock.
            always: Paint whatever the time; else only where something shown has moved on.
            paused: Whether the engine stands still.
            speed: Of a replay, market seconds per second.
            traffic: Says what has been sent; asked once a minute: it costs bytes itself.
        """
        minute = now.replace(second=0, microsecond=0)
        waiting = any(provider.next_try for provider in board.providers)
        if not always and not waiting and minute == self._minute:
            return
        if minute != self._minute:
            self._sent = traffic()
        self._minute = minute
        self.header.show(board, now, self._options, paused=paused, speed=speed)
        self.ribbon.show(board, now, self._options, right=self._sent)
