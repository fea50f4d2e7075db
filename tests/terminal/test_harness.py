"""The pseudo-terminal harness itself, on a small app."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.terminal import ALTERNATE_SCREEN, CURSOR, NeverHappenedError, Terminal

pytestmark = pytest.mark.terminal


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "tests.terminal.small_app"]
    with Terminal(command, tmp_path, size=(60, 10)) as terminal:
        terminal.wait_for("count 0 in 60 by 10")
        yield terminal


def test_keys_reach_the_program_and_its_screen_comes_back(small: Terminal) -> None:
    small.press("n", "n")
    small.wait_for("count 2")
    assert len(small.screen()) == 10
    assert small.has_mode(ALTERNATE_SCREEN)
    assert not small.has_mode(CURSOR)


def test_the_program_sees_a_resize(small: Terminal) -> None:
    small.resize(90, 20)
    small.wait_for("90 by 20")
    assert len(small.screen()) == 20


def test_bytes_are_counted_from_the_mark(small: Terminal) -> None:
    small.settle()
    small.mark()
    assert small.bytes_since_mark() == b""
    small.press("n")
    small.wait_for("count 1")
    assert 0 < len(small.bytes_since_mark()) < 300


def test_the_end_is_seen_with_status_and_modes(small: Terminal) -> None:
    small.press("q")
    assert small.exit_status() == 0
    assert not small.left_behind()
    assert not small.has_mode(ALTERNATE_SCREEN)
    assert small.has_mode(CURSOR)


def test_signals_arrive(small: Terminal) -> None:
    small.signal(signal.SIGKILL)
    assert small.exit_status() == -signal.SIGKILL


def test_what_does_not_happen_fails_with_the_screen(small: Terminal) -> None:
    with pytest.raises(NeverHappenedError, match="count 0"):
        small.wait_for("count 99", timeout=0.2)
    with pytest.raises(NeverHappenedError, match="still running"):
        small.exit_status(timeout=0.1)
