"""What the product costs when it is left open: processor, memory, bytes to the terminal."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import loopback, programs
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.usage import Memory, cpu_seconds, memory
from tests.terminal.terminal import NeverHappenedError, Terminal

SETTLED_SECONDS = 20.0
"""Imports after the first frame and the first polls are over by then."""
FILL_SECONDS = 240.0
NOTES = {
    "offline": "the clock ticks",
    "market closed": "loopback market on a Sunday",
    "in session": "loopback market, quotes every 15 s, every price moves",
}
CPU_BUDGETS = {"offline": 0.2, "market closed": 0.2, "in session": 1.0}


@dataclass(frozen=True)
class Cost:
    """What one program used in a window: per cent of a core, memory at its end, bytes sent per second."""

    cpu_pct: float
    memory: Memory
    bytes_per_second: float


def left_open(options: Options) -> Iterator[Measure]:
    """The monitor offline, with the market closed, and in session, each beside the bare app."""
    with programs.bare(options.folder / "bare") as terminal:
        floor = _cost(terminal, "ready", options)
    for name, note in NOTES.items():
        try:
            cost = _of_monitor(name, options)
        except NeverHappenedError as error:
            yield Measure(name=f"left open, {name}", unit="% of a core", note=str(error))
            continue
        window = f"window of {options.seconds:g} s; {note}"
        yield Measure(
            name=f"CPU left open, {name}",
            unit="% of a core",
            value=cost.cpu_pct,
            floor=floor.cpu_pct,
            budget=CPU_BUDGETS[name],
            note=window,
        )
        yield Measure(
            name=f"memory, {name}",
            unit="MB",
            value=cost.memory.resident,
            floor=floor.memory.resident,
            budget=110,
            note=f"resident; {cost.memory.own:.0f} MB its own, the rest shared libraries; "
            f"{cost.memory.proportional:.0f} MB where these count once",
        )
        yield Measure(
            name=f"bytes sent, {name}",
            unit="B/s",
            value=cost.bytes_per_second,
            floor=floor.bytes_per_second,
            note=window,
        )


def _of_monitor(name: str, options: Options) -> Cost:
    home = options.folder / name.replace(" ", "-")
    if name == "offline":
        with programs.narrows(home, "--offline") as terminal:
            return _cost(terminal, programs.has_numbers, options)
    with _day(home, loopback.OPEN if name == "in session" else loopback.SHUT) as terminal:
        return _cost(terminal, programs.has_numbers, options)


@contextmanager
def _day(home: Path, start: dt.datetime) -> Iterator[Terminal]:
    """The monitor on the loopback market, at a moment of the week."""
    home.mkdir(parents=True)
    config = home / "config.toml"
    moment = MarketTime(start=start)
    with loopback.market(moment) as server:
        config.write_text(loopback.configuration(server, home / "narrows.db"), encoding="utf-8")
        command = [sys.executable, "-m", "bench.market_day", *moment.arguments(), "--config", str(config)]
        with Terminal(command, home, size=programs.SIZE) as terminal:
            yield terminal


def _cost(terminal: Terminal, shown: str | Callable[[str], bool], options: Options) -> Cost:
    """Cost of a window that begins when start-up is over."""
    terminal.wait_for(shown, timeout=30)
    settled = min(SETTLED_SECONDS, options.seconds)
    terminal.watch(settled)
    terminal.wait_for(lambda screen: programs.FILLING not in screen, timeout=FILL_SECONDS)
    terminal.watch(settled)
    process = terminal.process.pid
    before = cpu_seconds(process)
    terminal.mark()
    terminal.watch(options.seconds)
    return Cost(
        cpu_pct=100 * (cpu_seconds(process) - before) / options.seconds,
        memory=memory(process),
        bytes_per_second=len(terminal.bytes_since_mark()) / options.seconds,
    )
