"""Bytes that a changed cell sends, and what is sent when nothing changes."""

from __future__ import annotations

from collections.abc import Iterator

from bench import programs
from bench.measure import Measure, Options
from tests.terminal.terminal import Terminal

CHANGES = 20
QUIET = 0.15


def cells(options: Options) -> Iterator[Measure]:
    """The live table with 150 lines at 120 x 40, one changed figure at a time, then left alone."""
    with programs.bare(options.folder / "bare", "bench.table_app") as terminal:
        terminal.wait_for("line 5")
        terminal.settle()
        counts = [_one_change(terminal) for _ in range(CHANGES)]
        terminal.mark()
        terminal.watch(min(options.seconds, 5.0))
        idle = len(terminal.bytes_since_mark())
    yield Measure(
        name="bytes per changed cell",
        unit="B",
        value=programs.median(counts),
        budget=30,
        note=f"live table of 150 lines, {CHANGES} single changes, marks off",
    )
    yield Measure(name="bytes when nothing changes", unit="B", value=idle, budget=0, note="live table")


def _one_change(terminal: Terminal) -> int:
    terminal.mark()
    terminal.press("n")
    terminal.settle(quiet=QUIET)
    return len(terminal.bytes_since_mark())
