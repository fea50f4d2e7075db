"""Back after a while: what happened meanwhile is told by the first key, or when the window gets the focus."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.screens import has_numbers
from tests.terminal.soon_away import SECONDS
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

TITLE = "Since you last looked"
WITHOUT_ENGINE = "sessions not known"
FOCUS_GAINED = b"\x1b[I"


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Terminal]:
    """The monitor, unwatched for long enough."""
    with Terminal([sys.executable, "-m", "tests.terminal.soon_away"], tmp_path) as terminal:
        terminal.wait_for(has_numbers)
        terminal.wait_for(lambda screen: WITHOUT_ENGINE not in screen)
        terminal.settle(quiet=2 * SECONDS)
        yield terminal


def test_a_window_that_gets_the_focus_tells_it_and_any_key_takes_it_away(away: Terminal) -> None:
    away.write(FOCUS_GAINED)
    away.wait_for(TITLE)
    away.press("x")
    away.wait_for(lambda screen: TITLE not in screen)


def test_ctrl_c_twice_ends_it_whatever_is_told(away: Terminal) -> None:
    away.press("ctrl+c")
    away.wait_for(TITLE)
    away.press("ctrl+c")
    assert away.exit_status() == 0
