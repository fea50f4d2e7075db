"""How long the product takes to start: `--version`, and the first frame with numbers on it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import programs
from bench.measure import Measure, Options
from tests.terminal.terminal import NeverHappenedError, environment


def version(options: Options) -> Iterator[Measure]:
    """`narrows --version` beside an interpreter that does nothing."""
    command = [sys.executable, "-m", "tui", "--version"]
    yield Measure(
        name="--version",
        unit="s",
        value=_seconds(command, options),
        floor=_seconds([sys.executable, "-c", "pass"], options),
        budget=0.15,
        note="floor: a bare interpreter",
    )


def _seconds(command: Sequence[str], options: Options) -> float:
    times = []
    for _ in range(options.runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment(options.folder))
        times.append(time.perf_counter() - began)
    return programs.median(times[1:])


def first_frame(options: Options) -> Iterator[Measure]:
    """From the start of the process to the basket's value on the screen."""
    floors = [_bare(options.folder / "bare") for _ in range(options.runs + 1)]
    floor = programs.median(floors[1:])
    for name, args in (("first frame, offline", ("--offline",)), ("first frame, demo", ("--demo",))):
        try:
            # The same home each time: the first run fills it and its time does not count.
            times = [
                _narrows(options.folder / name.replace(" ", "-"), *args) for _ in range(options.runs + 1)
            ]
        except NeverHappenedError as error:
            yield Measure(name=name, unit="s", floor=floor, budget=1.6, budget_of="ratio", note=str(error))
        else:
            yield Measure(
                name=name,
                unit="s",
                value=programs.median(times[1:]),
                floor=floor,
                budget=1.6,
                budget_of="ratio",
            )


def _bare(home: Path) -> float:
    with programs.bare(home) as terminal:
        seconds = programs.until(terminal, "ready")
        programs.quit_with_q(terminal)
        return seconds


def _narrows(home: Path, *args: str) -> float:
    with programs.narrows(home, *args) as terminal:
        seconds = programs.until(terminal, programs.has_numbers)
        programs.quit_with_q(terminal)
        return seconds
