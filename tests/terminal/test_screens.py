"""What one sees first, and how one gets around by keyboard alone."""

from __future__ import annotations

import random

import pytest

from tests.terminal.conftest import Open
from tests.terminal.screens import TITLES, framed, has_numbers, only
from tests.terminal.terminal import KEYS, Terminal

pytestmark = pytest.mark.terminal

SIZES = [(80, 24), (120, 40), (200, 60)]
ENDING = {"ctrl+c", "ctrl+z"}
TYPED = [*(key for key in KEYS if key not in ENDING), *"123456hjklgGsS/tuprxywzc?: abcXYZ0,.-+"]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_first_frame_in_a_new_home_has_numbers_and_says_offline(
    monitor: Open, size: tuple[int, int]
) -> None:
    terminal = monitor("--offline", size=size)
    terminal.wait_for("q quit")
    rows = terminal.screen()
    assert "NARROWS" in rows[0]
    assert "offline" in rows[0]
    assert has_numbers("\n".join(rows))
    assert len(rows) == size[1]
    assert rows[-1].rstrip().endswith("q quit")


def test_the_demo_says_in_the_first_line_that_it_is_one(monitor: Open) -> None:
    monitor("--demo").wait_for(lambda screen: "DEMO simulated market" in screen.split("\n")[0])


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
def test_every_pane_is_reached_by_its_number(monitor: Open, size: tuple[int, int]) -> None:
    terminal = monitor("--offline", size=size)
    terminal.press("z")
    for key in (*TITLES, "1"):
        terminal.press(key)
        terminal.wait_for(only(key))
    terminal.press("escape")
    terminal.wait_for(lambda screen: framed(screen) == ({"1"} if size == (80, 24) else set(TITLES)))


def test_every_pane_is_reached_by_tab_and_back(monitor: Open) -> None:
    terminal = monitor("--offline", size=(80, 24))
    for key in "234561":
        terminal.press("tab")
        terminal.wait_for(only(key))
    for key in "654321":
        terminal.press("shift+tab")
        terminal.wait_for(only(key))


@pytest.mark.parametrize("seed", range(3))
def test_no_key_in_any_order_does_harm(monitor: Open, seed: int) -> None:
    terminal = monitor("--offline", size=SIZES[seed])
    for key in random.Random(seed).choices(TYPED, k=100):
        terminal.press(key)
        terminal.text()
    terminal.settle()
    assert end_by_q(terminal) == 0
    assert b"Traceback" not in terminal.output


def test_a_storm_of_resizes_leaves_a_whole_screen(monitor: Open) -> None:
    terminal = monitor("--offline")
    draw = random.Random(1)
    for _ in range(40):
        terminal.resize(draw.randint(20, 220), draw.randint(5, 70))
        terminal.text()
    terminal.resize(120, 40)
    terminal.wait_for(lambda screen: framed(screen) == set(TITLES))
    terminal.wait_for(has_numbers)
    assert end_by_q(terminal) == 0


def end_by_q(terminal: Terminal) -> int:
    """Leave whatever is open (help, palette, filter, zoom), then quit; a palette may have quit already.

    Keys that a busy machine reads together are one key (Esc and q are Alt+q), so there is more than one try.
    """
    for key in ("escape", "escape", "escape", "escape", "q") * 3:
        if terminal.process.poll() is not None:
            break
        terminal.press(key)
        terminal.settle(quiet=0.2)
    return terminal.exit_status(timeout=5)
