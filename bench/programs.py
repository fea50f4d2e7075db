"""Starts the product and the bare app in pseudo-terminals and waits for their first frames."""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.terminal.terminal import Terminal

NUMBERS = re.compile(r"\$\d[\d.,]* ?(tn|bn)")
SIZE = (120, 40)


def has_numbers(screen: str) -> bool:
    """Whether the basket's value is on the screen."""
    return NUMBERS.search(screen) is not None


def narrows(home: Path, *args: str) -> Terminal:
    """The product, just started."""
    home.mkdir(parents=True, exist_ok=True)
    return Terminal.run(args, home, size=SIZE)


def bare(home: Path, module: str = "bench.bare_app") -> Terminal:
    """An app of the benches, just started."""
    home.mkdir(parents=True, exist_ok=True)
    return Terminal([sys.executable, "-m", module], home, size=SIZE)


def until(terminal: Terminal, shown: str | Callable[[str], object]) -> float:
    """Seconds from the start of the program until the screen showed a text; the program goes on."""
    terminal.wait_for(shown, timeout=30)
    return terminal.last_output - terminal.started


def quit_with_q(terminal: Terminal) -> None:
    """End the program as a user does, so that it keeps what it keeps."""
    terminal.press("q")
    terminal.exit_status(timeout=10)


def median(values: Sequence[float]) -> float:
    """The middle one: a slow run because of the machine does not count."""
    return statistics.median(values)
