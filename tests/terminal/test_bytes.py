"""Bytes follow what changed, not the size of the screen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.screens import has_numbers
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Terminal]:
    """The monitor on a market that stands still; `r` moves one price, `u` delivers the same once more."""
    with Terminal([sys.executable, "-m", "tests.terminal.still_market"], tmp_path) as terminal:
        terminal.wait_for(has_numbers)
        terminal.settle()
        yield terminal


def test_nothing_changed_sends_nothing(still: Terminal) -> None:
    still.mark()
    still.press("u")
    still.settle(quiet=1.2)
    assert still.bytes_since_mark() == b""


def test_one_changed_price_sends_less_than_300_bytes(still: Terminal) -> None:
    still.mark()
    still.press("r")
    still.wait_for(lambda _: still.bytes_since_mark())
    still.settle()
    assert len(still.bytes_since_mark()) < 300


def test_a_window_that_loses_the_focus_and_gets_it_again_is_sent_nothing(still: Terminal) -> None:
    still.mark()
    still.write(b"\x1b[O")
    still.settle()
    still.write(b"\x1b[I")
    still.settle()
    assert still.bytes_since_mark() == b""
    still.press("2")
    still.wait_for(lambda _: still.bytes_since_mark())
