"""Bytes that a changed figure sends, and what is sent when nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench import programs
from bench.measure import Measure, Options
from tests.terminal.still_market import LINES
from tests.terminal.terminal import Terminal

POLLS = 10
MASSES = 3
QUIET = 0.4


def cells(options: Options) -> Iterator[Measure]:
    """The monitor on 150 lines at 120 x 40 whose engine moves one price when it is told to."""
    with programs.bare(options.folder / "still", "tests.terminal.still_market") as terminal:
        terminal.wait_for(programs.has_numbers)
        terminal.settle()
        terminal.mark()
        terminal.press("u")
        terminal.watch(min(options.seconds, 5.0))
        idle = len(terminal.bytes_since_mark())
        polls = [_change(terminal, "r") for _ in range(POLLS)]
        masses = [_change(terminal, "t") for _ in range(MASSES)]
    changed = sum(figures for figures, _, _ in polls)
    yield Measure(
        name="bytes per changed cell",
        unit="B",
        value=sum(sent for _, sent, _ in polls) / changed,
        budget=30,
        note=f"{LINES} lines; a changed price changes {changed / POLLS:.0f} figures",
    )
    yield Measure(
        name="bytes per changed price",
        unit="B",
        value=programs.median([sent for _, sent, _ in polls]),
        budget=300,
        note=f"and {programs.median([marks for _, _, marks in polls]):.0f} B when its marks go out",
    )
    figures = sum(number for number, _, _ in masses)
    yield Measure(
        name="bytes per changed cell, every price moves",
        unit="B",
        value=sum(sent + marks for _, sent, marks in masses) / figures,
        budget=30,
        note=f"{figures / MASSES:.0f} figures; with the bytes that take their marks off again",
    )
    yield Measure(name="bytes when nothing changes", unit="B", value=idle, budget=0, note="the clock stands")


def _change(terminal: Terminal, key: str) -> tuple[int, int, int]:
    """Figures that changed on the screen, bytes sent for them, bytes sent when they are no longer marked."""
    before = terminal.screen()
    terminal.mark()
    terminal.press(key)
    terminal.wait_for(lambda _: terminal.bytes_since_mark())
    terminal.settle(quiet=QUIET)
    sent = len(terminal.bytes_since_mark())
    figures = changed_figures(before, terminal.screen())
    terminal.watch(2.0)
    return figures, sent, len(terminal.bytes_since_mark()) - sent


def changed_figures(before: list[str], after: list[str]) -> int:
    """Words of the screen that are others now, or stand elsewhere."""
    return sum(
        len(_words(row) - _words(old)) or int(row != old) for old, row in zip(before, after, strict=True)
    )


def _words(row: str) -> set[tuple[int, str]]:
    return {(word.start(), word.group()) for word in re.finditer(r"\S+", row)}
