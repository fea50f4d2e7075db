"""However the monitor ends it ends at once, leaves nothing running and the terminal as it was."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.terminal.conftest import Open
from tests.terminal.terminal import ALTERNATE_SCREEN, CURSOR, MOUSE, Terminal

pytestmark = pytest.mark.terminal

WITHIN = 2.0


@pytest.mark.parametrize(
    ("mode", "end"),
    [
        ("--offline", lambda terminal: terminal.press("q")),
        ("--demo", lambda terminal: terminal.press("q")),
        ("--demo", lambda terminal: terminal.press("ctrl+c", "ctrl+c")),
        ("--offline", lambda terminal: terminal.signal(signal.SIGTERM)),
        ("--demo", lambda terminal: terminal.signal(signal.SIGTERM)),
        ("--demo", lambda terminal: terminal.signal(signal.SIGHUP)),
    ],
    ids=["q", "q, demo", "twice ctrl+c", "SIGTERM", "SIGTERM, demo", "SIGHUP"],
)
def test_it_ends_and_gives_the_terminal_back(
    monitor: Open, mode: str, end: Callable[[Terminal], None]
) -> None:
    terminal = monitor(mode)
    assert terminal.has_mode(ALTERNATE_SCREEN)
    end(terminal)
    assert terminal.exit_status(WITHIN) == 0
    assert not terminal.left_behind()
    assert not terminal.has_mode(ALTERNATE_SCREEN)
    assert not terminal.has_mode(MOUSE)
    assert terminal.has_mode(CURSOR)
    assert b"Traceback" not in terminal.output


@pytest.mark.parametrize(
    ("mode", "ignore_hangup", "seconds"),
    [
        ("--offline", False, 0),
        ("--offline", True, 2),
        ("--demo", True, 0),
        ("--demo", True, 2),
        ("--demo", False, 2),
    ],
)
def test_it_ends_when_the_terminal_goes_away(
    monitor: Open, *, mode: str, ignore_hangup: bool, seconds: float
) -> None:
    """In the first moments, when the rest is still being imported, and later; under nohup too."""
    terminal = monitor(mode, ignore_hangup=ignore_hangup)
    terminal.watch(seconds)
    terminal.hang_up()
    terminal.exit_status(WITHIN)
    assert not terminal.left_behind()
