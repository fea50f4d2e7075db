"""Whether anything grows while polls come and go: memory, open files, threads, tasks."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence

import psutil

from bench.measure import Measure, Options
from bench.poll import PanesApp
from bench.programs import SIZE

LINES = 60
WARM, SPAN = 1000, 2000
EVERY = 20


def steady(options: Options) -> Iterator[Measure]:
    """Market, Board and widgets of polls in which half of all prices move, in this process."""
    memory, before, after = asyncio.run(_polls(options.polls))
    early = _mean(memory, WARM, WARM + SPAN)
    late = _mean(memory, options.polls - SPAN, options.polls)
    short = options.polls < WARM + 2 * SPAN
    yield Measure(
        name=f"growth over {options.polls:,} polls",
        unit="%",
        value=None if short else 100 * (late / early - 1),
        budget=2,
        note=f"too few polls: from {WARM + 2 * SPAN:,} on the spans do not overlap"
        if short
        else f"resident memory, polls {WARM:,} to {WARM + SPAN:,} beside the last {SPAN:,}; {LINES} lines",
    )
    for what, old, new in zip(("open files", "threads", "tasks"), before, after, strict=True):
        yield Measure(name=f"growth of {what}", unit="", value=max(0, new - old), budget=0, note=f"{new} now")


async def _polls(polls: int) -> tuple[list[float], tuple[int, int, int], tuple[int, int, int]]:
    """Resident megabytes every few polls; files, threads and tasks after the warm-up and at the end."""
    from bench import markets
    from metrics import compute

    process = psutil.Process()
    market = markets.market(LINES)
    app = PanesApp()
    memory: list[float] = []
    before = after = (0, 0, 0)
    async with app.run_test(size=SIZE):
        for number in range(polls):
            market = markets.polled(market, number)
            await app.shown(compute.board(market))
            if number % EVERY == 0:
                memory.append(process.memory_info().rss / 1e6)
            if number in (min(WARM, polls - 1), polls - 1):
                gc.collect()
                before, after = after, (process.num_fds(), process.num_threads(), len(asyncio.all_tasks()))
    return memory, before, after


def _mean(memory: Sequence[float], start: int, end: int) -> float:
    chosen = memory[start // EVERY : end // EVERY] or memory
    return sum(chosen) / len(chosen)
