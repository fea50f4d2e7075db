"""What the product costs when it is left open: processor, memory, bytes to the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import loopback, programs
from bench.crowd import crowd, fill
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.usage import Memory, cpu_seconds, memory
from tests.terminal.terminal import NeverHappenedError, Terminal

SETTLED_SECONDS = 20.0
"""Imports after the first frame and the first polls are over by then."""
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
    start = loopback.OPEN if name == "in session" else loopback.SHUT
    with crowd(home, MarketTime(start=start)) as one:
        member = one.join()
        fill([one])
        return _cost(member.terminal, programs.has_numbers, options)


def _cost(terminal: Terminal, shown: str | Callable[[str], bool], options: Options) -> Cost:
    """Cost of a window that begins when start-up is over."""
    terminal.wait_for(shown, timeout=30)
    terminal.watch(min(SETTLED_SECONDS, options.seconds))
    process = terminal.process.pid
    before = cpu_seconds(process)
    terminal.mark()
    terminal.watch(options.seconds)
    return Cost(
        cpu_pct=100 * (cpu_seconds(process) - before) / options.seconds,
        memory=memory(process),
        bytes_per_second=len(terminal.bytes_since_mark()) / options.seconds,
    )
