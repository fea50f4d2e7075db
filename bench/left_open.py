"""What the product costs when it is left open: processor, memory, bytes to the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from bench import programs
from bench.measure import Measure, Options
from tests.terminal.terminal import NeverHappenedError, Terminal

MEGABYTE = 1e6


@dataclass(frozen=True)
class Cost:
    """What one program used in a window: per cent of a core, resident megabytes, bytes sent per second."""

    cpu_pct: float
    memory_mb: float
    bytes_per_second: float


def left_open(options: Options) -> Iterator[Measure]:
    """The monitor offline and in the demo, each left alone for a window, beside the bare app."""
    with programs.bare(options.folder / "bare") as terminal:
        floor = _cost(terminal, "ready", options)
    for name, args, cpu_budget in (("offline", "--offline", 0.2), ("demo", "--demo", 1.0)):
        try:
            with programs.narrows(options.folder / name, args) as terminal:
                cost = _cost(terminal, programs.has_numbers, options)
        except NeverHappenedError as error:
            yield Measure(name=f"left open, {name}", unit="% of a core", note=str(error))
            continue
        window = f"window of {options.seconds:g} s"
        speed = f"{window}; the demo's clock runs fast" if name == "demo" else f"{window}; the clock ticks"
        yield Measure(
            name=f"CPU left open, {name}",
            unit="% of a core",
            value=cost.cpu_pct,
            floor=floor.cpu_pct,
            budget=cpu_budget,
            note=speed,
        )
        yield Measure(
            name=f"memory, {name}", unit="MB", value=cost.memory_mb, floor=floor.memory_mb, budget=110
        )
        yield Measure(
            name=f"bytes sent, {name}",
            unit="B/s",
            value=cost.bytes_per_second,
            floor=floor.bytes_per_second,
            note=speed,
        )


def _cost(terminal: Terminal, shown: str | Callable[[str], bool], options: Options) -> Cost:
    """Cost of a window that begins when start-up (imports after the first frame, the first polls) is over."""
    terminal.wait_for(shown, timeout=30)
    terminal.watch(min(8.0, options.seconds))
    process = psutil.Process(terminal.process.pid)
    before = process.cpu_times()
    terminal.mark()
    terminal.watch(options.seconds)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return Cost(
        cpu_pct=100 * used / options.seconds,
        memory_mb=process.memory_info().rss / MEGABYTE,
        bytes_per_second=len(terminal.bytes_since_mark()) / options.seconds,
    )
