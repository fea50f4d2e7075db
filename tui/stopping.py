"""Stopped from outside and brought back, without Ctrl+Z: the terminal is taken anew, not a second time.

SIGSTOP leaves no moment to give the terminal back. Textual, told to go on, would take it again on top: with
two more threads, and with the modes that it has set itself as those to restore in the end.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from textual.driver import Driver


def take_terminal_once(driver: Driver, taken: Callable[[], None]) -> None:
    """Give the terminal back before it is taken again, where a stop has not; `taken` is told of that."""
    stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(stop) or not callable(go_on):
        return
    given_back = False

    def stopping(number: int, frame: FrameType | None) -> None:
        nonlocal given_back
        given_back = True
        stop(number, frame)

    def going_on(number: int, frame: FrameType | None) -> None:
        nonlocal given_back
        by_itself, given_back = given_back, False
        if not by_itself:
            driver.suspend_application_mode()
        go_on(number, frame)
        if not by_itself:
            taken()

    signal.signal(signal.SIGTSTP, stopping)
    signal.signal(signal.SIGCONT, going_on)
