"""However the monitor ends it ends at once, leaves nothing running and the terminal as it was."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.terminal.conftest import Open
from tests.terminal.terminal import ALTERNATE_SCREEN, CURSOR, MOUSE, Terminal

pytestmark = pytest.mark.terminal

WITHIN = 2.0


@pytest.mark.parametrize("mode", ["--offline", "--demo"])
@pytest.mark.parametrize(
    "end",
    [
        lambda terminal: terminal.press("q"),
        lambda terminal: terminal.press("ctrl+c", "ctrl+c"),
        lambda terminal: terminal.signal(signal.SIGTERM),
        lambda terminal: terminal.signal(signal.SIGHUP),
    ],
    ids=["q", "twice ctrl+c", "SIGTERM", "SIGHUP"],
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


@pytest.mark.parametrize("ignore_hangup", [False, True], ids=["SIGHUP heard", "SIGHUP ignored"])
@pytest.mark.parametrize("mode", ["--offline", "--demo"])
def test_it_ends_when_the_terminal_goes_away(monitor: Open, mode: str, ignore_hangup: bool) -> None:  # noqa: FBT001 - a parameter
    terminal = monitor(mode, ignore_hangup=ignore_hangup)
    terminal.hang_up()
    terminal.exit_status(WITHIN)
    assert not terminal.left_behind()


def test_it_ends_at_once_while_it_starts(monitor: Open) -> None:
    """The engine's imports and first polls, in threads, do not hold up the end."""
    terminal = monitor("--demo")
    terminal.press("q")
    assert terminal.exit_status(WITHIN) == 0
