"""Stopped and brought back, as by Ctrl+Z and `fg`; windows of any size."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Open
from tests.terminal.live import modes_left
from tests.terminal.screens import TITLES, framed, has_numbers
from tests.terminal.terminal import ALTERNATE_SCREEN, CURSOR, MOUSE, Terminal

pytestmark = pytest.mark.terminal

EVERY_MOVEMENT = 1003
EDGES = {b"NARROWS", b"filter"}
"""Words of the first and the last line."""
TINY = [(1, 1), (20, 5), (2, 40), (200, 1), (3, 3)]


def whole(screen: str) -> bool:
    """Whether every pane stands open and has its figures, as in a window of 120 by 40."""
    return framed(screen) == set(TITLES) and has_numbers(screen)


@pytest.mark.parametrize(
    "stop",
    [lambda terminal: terminal.press("ctrl+z"), lambda terminal: terminal.signal(signal.SIGTSTP)],
    ids=["ctrl+z", "SIGTSTP"],
)
def test_stopped_it_gives_the_terminal_back_and_takes_it_again(
    monitor: Open, stop: Callable[[Terminal], None]
) -> None:
    terminal = monitor("--offline")
    terminal.wait_for(whole)
    for _ in range(2):
        stop(terminal)
        terminal.wait_until(terminal.has_stopped)
        terminal.text()
        assert modes_left(terminal) == []
        terminal.mark()
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda _: len(terminal.bytes_since_mark()) > 2000)  # all of it, not what changed
        terminal.wait_for(whole)
        terminal.settle()
        assert set(terminal.bytes_since_mark().split()) >= EDGES  # what no poll would have painted
        assert terminal.has_mode(ALTERNATE_SCREEN)
        assert terminal.has_mode(MOUSE)
        assert not terminal.has_mode(EVERY_MOVEMENT)
        assert not terminal.has_mode(CURSOR)
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert modes_left(terminal) == []


def test_stopped_from_outside_it_takes_the_terminal_once(monitor: Open) -> None:
    terminal = monitor("--offline")
    terminal.settle()
    tasks = Path(f"/proc/{terminal.process.pid}/task")
    if not tasks.exists():
        pytest.skip("this system does not show a process's threads")
    threads = []
    for _ in range(5):
        terminal.signal(signal.SIGSTOP)
        terminal.wait_until(terminal.has_stopped)
        terminal.mark()
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda _: len(terminal.bytes_since_mark()) > 2000)
        terminal.settle()
        assert set(terminal.bytes_since_mark().split()) >= EDGES
        threads.append(len(list(tasks.iterdir())))
    # The engine starts one when it needs it; taken twice, the terminal would cost two more each time: eight.
    assert threads[-1] - threads[0] < 4
    assert not terminal.has_mode(EVERY_MOVEMENT)
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert modes_left(terminal) == []


def test_a_size_that_changed_while_it_was_stopped_is_found(monitor: Open) -> None:
    terminal = monitor("--offline", size=(80, 24))
    terminal.press("ctrl+z")
    terminal.wait_until(terminal.has_stopped)
    terminal.resize(120, 40)
    terminal.signal(signal.SIGCONT)
    terminal.wait_for(whole)
    terminal.press("q")
    assert terminal.exit_status() == 0


def test_a_terminal_that_goes_while_it_is_stopped_ends_it(monitor: Open) -> None:
    terminal = monitor("--offline", ignore_hangup=True)
    terminal.press("ctrl+z")
    terminal.wait_until(terminal.has_stopped)
    terminal.hang_up()
    terminal.signal(signal.SIGCONT)
    terminal.exit_status()
    assert not terminal.left_behind()


def test_windows_too_small_for_anything_do_no_harm(monitor: Open) -> None:
    terminal = monitor("--demo")
    for size in (*TINY, (120, 40)):
        terminal.resize(*size)
        terminal.settle(quiet=0.1)
        terminal.press("tab", "z", "z")
    terminal.wait_for(whole)
    draw = random.Random(4)
    for _ in range(60):
        terminal.resize(draw.randint(1, 30), draw.randint(1, 8))
        terminal.text()
    terminal.resize(120, 40)
    terminal.wait_for(whole)
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert b"Traceback" not in terminal.output


@pytest.mark.parametrize("size", TINY[:2], ids=str)
def test_it_starts_in_a_window_too_small_for_anything(tmp_path: Path, size: tuple[int, int]) -> None:
    with Terminal.run(["--offline"], tmp_path, size=size) as terminal:
        terminal.wait_until(lambda: terminal.has_mode(ALTERNATE_SCREEN))
        terminal.settle()
        terminal.resize(120, 40)
        terminal.wait_for(whole)
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_a_terminal_that_does_not_say_its_size_is_taken_for_80_by_24(tmp_path: Path) -> None:
    with Terminal.run(["--offline"], tmp_path, size=(0, 0)) as terminal:
        terminal.wait_until(lambda: terminal.has_mode(ALTERNATE_SCREEN))
        terminal.settle()
        terminal.resize(120, 40)
        terminal.wait_for(whole)
        terminal.resize(0, 0)
        terminal.settle()
        terminal.resize(120, 40)
        terminal.wait_for(whole)
        terminal.press("q")
        assert terminal.exit_status() == 0
