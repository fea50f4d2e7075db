"""What the sources are asked by any number of processes on one store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench import loopback
from bench.crowd import BEGIN_SECONDS, QUOTES_SECONDS, Crowd, Member, crowd, fill, watch, watch_until
from bench.market_time import MarketTime
from bench.measure import Measure, Options

MONITORS = 10
PROCESSES = (1, MONITORS, 50)
POLLS = 20
SPEED = 3.0
TOLERANCE = 1.1
PAINTED_SECONDS = 0.5


def requests(options: Options) -> Iterator[Measure]:
    """Windows of as many polls each: one monitor, ten, and ten with forty collectors that follow."""
    with crowd(options.folder / "store", MarketTime(start=loopback.OPEN, speed=SPEED)) as together:
        alone: int | None = None
        for number in PROCESSES:
            asked, fewest = _window(together, number)
            alone = alone or asked
            collectors = max(0, number - MONITORS)
            which = f"; {collectors} of them `narrows collect`" if collectors else ""
            yield Measure(
                name=f"requests in {POLLS} polls, {number} process{'es' if number > 1 else ''}",
                unit="",
                value=asked,
                floor=alone,
                budget=TOLERANCE,
                budget_of="ratio",
                note=f"floor: one monitor; each has shown {fewest} of the polls or more{which}",
            )


def _window(together: Crowd, number: int) -> tuple[int, int]:
    """Requests of a window of polls, and the fewest of these polls that a process has shown."""
    while len(together.members) < number:
        together.join(*(["collect"] if len(together.members) >= MONITORS else []))
    if number == 1:
        fill([together])
    first = together.first
    _wait(together, together.members, first.newest_beat() + 2)
    start, before = first.newest_beat(), together.server.total()
    _wait(together, [first], start + POLLS)
    asked = together.server.total() - before
    _wait(together, together.members, start + POLLS)
    window = range(start + 1, start + POLLS + 1)
    return asked, min(len(member.beats().intersection(window)) for member in together.members)


def _wait(together: Crowd, members: Sequence[Member], beat: int) -> None:
    """Wait until some of the processes have shown that poll or a later one."""
    seconds = 2 * BEGIN_SECONDS + 2 * POLLS * QUOTES_SECONDS / SPEED
    shown = lambda: all(member.newest_beat() >= beat for member in members)  # noqa: E731 - read at once
    watch_until(together.members, shown, seconds, f"poll that {len(members)} processes have shown")
    watch(together.members, PAINTED_SECONDS)
