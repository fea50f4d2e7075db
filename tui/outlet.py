"""What goes to the terminal beside the screen: its title, what it reports of the mouse. Counts it all."""

from __future__ import annotations

from textual.driver import Driver

from metrics.board import Board
from tui.step_down import stepped
from tui.title import sequence, title
from tui.traffic import Traffic
from widgets.format import SymbolSet

ONLY_CLICKS = "\x1b[?1003l\x1b[?1000h"
"""No report for each cell that the pointer crosses; clicks and the wheel are reported."""


class Outlet:
    """Sits between the app and its driver. Without a driver, or with a headless one, it does nothing."""

    def __init__(self, *, titled: bool, clicks_only: bool, symbols: SymbolSet = "braille") -> None:
        self.traffic = Traffic()
        self._titled = titled
        self._clicks_only = clicks_only
        self._symbols: SymbolSet = symbols
        self._driver: Driver | None = None
        self._title = ""

    def attach(self, driver: Driver) -> None:
        """Count what is written from now on."""
        write = driver.write

        def counted(data: str) -> None:
            self.traffic.add(len(data.encode()))
            write(data)

        driver.write = counted  # type: ignore[method-assign]  # Textual makes the driver itself
        self._driver = driver
        self.limit_mouse()

    def limit_mouse(self) -> None:
        """Ask for clicks only; again after each time that Textual has switched the mouse on."""
        if self._driver is not None and self._clicks_only:
            self._driver.write(ONLY_CLICKS)

    def show(self, board: Board) -> None:
        """Set the title, where it is a new one."""
        text = title(board)
        if self._driver is not None and self._titled and text != self._title:
            self._title = text
            self._driver.write(sequence(stepped(text, self._symbols)))
