"""The title of the terminal, and what it is asked to report of the mouse."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Open
from tests.terminal.terminal import MOUSE

pytestmark = pytest.mark.terminal

EVERY_MOVEMENT = 1003


def test_the_title_shows_the_basket_and_the_old_one_comes_back(monitor: Open) -> None:
    terminal = monitor("--offline")
    titled = re.compile(rb"\x1b\]2;offline \$\d[\d.,]* tn[^\x07]*\x07")
    terminal.wait_for(lambda _: titled.search(terminal.output))
    terminal.press("q")
    terminal.exit_status()
    assert terminal.output.startswith(b"\x1b[22;2t")
    assert terminal.output.rstrip().endswith(b"\x1b[23;2t")


def test_clicks_are_reported_and_movements_are_not(monitor: Open) -> None:
    terminal = monitor("--offline")
    assert terminal.has_mode(MOUSE)
    assert not terminal.has_mode(EVERY_MOVEMENT)
