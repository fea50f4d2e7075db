"""Whether anything grows while polls come and go: memory, open files, threads, tasks.

The program itself, in a pseudo-terminal, with its sources, its feed, its store on disk and its screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psutil

from bench import loopback
from bench.crowd import BEGIN_SECONDS, Crowd, Member, crowd, watch_until
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.usage import memory
from tests.terminal.terminal import NeverHappenedError

ISSUERS = 20
WARM, SPAN = 1000, 2000
EVERY = 20
POLL_SECONDS = 20.0
UNLIMITED = 1e6
"""Requests a minute: polls follow each other as fast as they are shown."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the program holds after a poll; memory in megabytes."""

    resident: float
    files: int
    threads: int
    tasks: int


def steady(options: Options) -> Iterator[Measure]:
    """Polls one after the other, as fast as they are shown, before each of which every price moves."""
    moment = MarketTime(start=loopback.OPEN)
    with crowd(options.folder / "home", moment, per_minute=UNLIMITED, issuers=ISSUERS) as one:
        samples = _samples(one, options.polls)
        stored = sum(path.stat().st_size for path in one.home.glob("narrows.db*")) / 1e6
    short = options.polls < WARM + 2 * SPAN
    early, late = _span(samples, WARM), _span(samples, options.polls - SPAN)
    yield Measure(
        name=f"growth over {options.polls:,} polls",
        unit="%",
        value=None if short else 100 * (_mean(late) / _mean(early) - 1),
        budget=2,
        note=f"too few polls: from {WARM + 2 * SPAN:,} on the spans do not overlap"
        if short
        else f"resident, polls {WARM:,} to {WARM + SPAN:,} ({_mean(early):.1f} MB) beside the last {SPAN:,} "
        f"({_mean(late):.1f} MB); {ISSUERS} lines, {stored:.0f} MB in the store",
    )
    counts: dict[str, Callable[[Sample], int]] = {
        "open files": lambda sample: sample.files,
        "threads": lambda sample: sample.threads,
        "tasks": lambda sample: sample.tasks,
    }
    for what, count in counts.items():
        before, after = (max(map(count, span)) for span in (early, late))
        yield Measure(
            name=f"growth of {what}",
            unit="",
            value=None if short else max(0, after - before),
            budget=0,
            note=f"at most {before} early, {after} late",
        )


def _samples(one: Crowd, polls: int) -> Sequence[Sample]:
    """The program after every few polls."""
    member = one.join()
    watch_until([member], member.notes.read, BEGIN_SECONDS, "first Board")
    found = []
    for number in range(polls):
        _poll(one, member, number)
        if number % EVERY == 0:
            found.append(_sample(member))
    return found


def _poll(one: Crowd, member: Member, number: int) -> None:
    """Have every price moved and ask for it, until the Board is shown."""
    before = len(member.notes.read())
    one.server.truth.move(number)
    member.terminal.press("r")
    try:
        member.terminal.wait_until(lambda: len(member.notes.read()) > before, POLL_SECONDS)
    except NeverHappenedError as error:
        raise NeverHappenedError(f"poll {number} brought no Board: {error}") from error


def _sample(member: Member) -> Sample:
    process = psutil.Process(member.process)
    return Sample(
        resident=memory(member.process).resident,
        files=process.num_fds(),
        threads=process.num_threads(),
        tasks=member.notes.read()[-1].tasks,
    )


def _span(samples: Sequence[Sample], start: int) -> Sequence[Sample]:
    """The samples of a span of polls; all of them where there are too few."""
    return samples[max(start, 0) // EVERY : (start + SPAN) // EVERY] or samples


def _mean(samples: Sequence[Sample]) -> float:
    return sum(sample.resident for sample in samples) / len(samples)
