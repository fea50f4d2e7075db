"""Ten monitors and a loop of snapshots on one store, all of them real processes, beside one monitor alone."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import math
import resource
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import loopback, programs
from bench.crowd import (
    BEGIN_SECONDS,
    LOOK_SECONDS,
    QUOTES_SECONDS,
    Crowd,
    Member,
    beat_of,
    crowd,
    fill,
    watch,
    watch_until,
)
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.notes import Note, printed
from bench.usage import Memory, cpu_seconds, memory
from tests.terminal.terminal import environment

MONITORS = 10
SNAPSHOT_EVERY = 4
"""Polls from one snapshot to the next: one a minute."""
BUDGET_PER_POLL = 0.01 * QUOTES_SECONDS
"""Seconds of processor time: one per cent of a core from one poll to the next."""
TOLERANCE = 1.1
PAINTED_SECONDS = 0.4
"""From the last Board of a poll until every screen is still."""
ABOVE_THE_PANES = 2
"""Rows that are each process's own: who polls, what was sent."""


@dataclass
class Snapshots:
    """Runs `narrows snapshot` again and again, and keeps what it said.

    Attributes:
        boards: Instant and fingerprint of each Board.
    """

    crowd: Crowd
    boards: list[tuple[dt.datetime, str]] = field(default_factory=list)
    _running: subprocess.Popen[bytes] | None = None
    _beat: int = 0

    def go_on(self, beat: int) -> None:
        """Take what the last one said, if it has ended; start the next one, if it is time."""
        output = self.crowd.home / "snapshot.json"
        if self._running is not None and self._running.poll() is not None:
            self._running = None
            self.boards.append(printed(output.read_bytes()))
        if self._running is None and beat >= self._beat + SNAPSHOT_EVERY:
            self._beat = beat
            command = self.crowd.command("snapshot", "--format", "json")
            home = self.crowd.home
            with output.open("wb") as file:
                self._running = subprocess.Popen(command, stdout=file, cwd=home, env=environment(home))

    def finish(self) -> None:
        """Wait for the one that is running."""
        if self._running is not None:
            self._running.wait()
            self.go_on(self._beat)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a window of polls has shown.

    Attributes:
        polls: How many there were.
        asked: Requests that reached the market of the many, and that of the one alone.
        cpu: Seconds of each monitor, the one that polls first, and of all snapshots together.
        screens: How often all screens were compared, and how often they were not the same.
        memory: Mean of the monitors.
    """

    polls: int
    asked: tuple[int, int]
    cpu: Sequence[float]
    snapshots_cpu: float
    snapshots: Sequence[tuple[dt.datetime, str]]
    screens: tuple[int, int]
    memory: Memory
    members: Sequence[Member]
    beats: range


def many(options: Options) -> Iterator[Measure]:
    """Requests, Boards, processor time and delays over a window of polls."""
    found = observe(options.folder, options.window, options.speed)
    yield from measures(found, options.speed)


def observe(
    folder: Path, polls: int, speed: float, monitors: int = MONITORS, issuers: int | None = None
) -> Found:
    """Two markets of the same time, one monitor on the one and all others on the other, for some polls."""
    moment = MarketTime(start=loopback.OPEN, speed=speed)
    with (
        crowd(folder / "alone", moment, issuers=issuers) as alone,
        crowd(folder / "many", moment, issuers=issuers) as together,
    ):
        alone.join()
        together.join()
        fill([alone, together])
        for _ in range(monitors - 1):
            together.join()
        everyone = [*alone.members, *together.members]
        start = together.first.newest_beat()
        watch_until(
            everyone,
            lambda: all(member.newest_beat() > start + 1 for member in everyone),
            2 * BEGIN_SECONDS,
            "Board of the same poll on every screen",
        )
        return _window(alone, together, polls)


def _window(alone: Crowd, together: Crowd, polls: int) -> Found:
    members, everyone = together.members, [*alone.members, *together.members]
    snapshots = Snapshots(together)
    last = _next_poll(everyone, together) + polls
    asked = [one.server.total() for one in (together, alone)]
    cpu = [cpu_seconds(member.process) for member in members]
    children = _children_cpu()
    compared = different = 0
    looked: Note | None = None
    while (beat := together.first.newest_beat()) < last:
        snapshots.go_on(beat)
        watch(everyone, LOOK_SECONDS)
        newest = together.first.notes.read()[-1]
        if newest != looked and _all_show(members, newest):
            looked = newest
            watch(everyone, PAINTED_SECONDS)
            if _all_show(members, newest):
                compared += 1
                different += len({_panes(member) for member in members}) > 1
    watch(everyone, PAINTED_SECONDS)
    snapshots.finish()
    return Found(
        polls=polls,
        asked=(together.server.total() - asked[0], alone.server.total() - asked[1]),
        cpu=[cpu_seconds(member.process) - before for member, before in zip(members, cpu, strict=True)],
        snapshots_cpu=_children_cpu() - children,
        snapshots=snapshots.boards,
        screens=(compared, different),
        memory=_memory(members),
        members=members,
        beats=range(last - polls + 1, last + 1),
    )


def _next_poll(everyone: Sequence[Member], together: Crowd) -> int:
    """Wait until another poll is on the screen; its number."""
    before = together.first.newest_beat()
    watch_until(everyone, lambda: together.first.newest_beat() > before, BEGIN_SECONDS, "next poll")
    watch(everyone, PAINTED_SECONDS)
    return together.first.newest_beat()


def _all_show(members: Sequence[Member], newest: Note) -> bool:
    return all(member.notes.read()[-1].as_of == newest.as_of for member in members)


def _panes(member: Member) -> str:
    return "\n".join(member.terminal.screen()[ABOVE_THE_PANES:])


def _children_cpu() -> float:
    """Of the children that have ended: the snapshots."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(members: Sequence[Member]) -> Memory:
    """Mean of all."""
    each = [memory(member.process) for member in members]
    return Memory(*(sum(values) / len(each) for values in zip(*each, strict=True)))


def measures(found: Found, speed: float) -> Iterator[Measure]:
    """What a window says."""
    polls, monitors = found.polls, len(found.members)
    asked, alone = found.asked
    of = f"{polls} polls, {monitors} monitors and a loop of snapshots"
    yield Measure(
        name=f"requests in {of}",
        unit="",
        value=asked,
        floor=alone,
        budget=TOLERANCE,
        budget_of="ratio",
        note="floor: one monitor on a market of its own at the same time",
    )
    boards = _boards(found)
    shown = sum(len(by_process) for by_process in boards.values())
    yield Measure(
        name="Boards that are not the same",
        unit="",
        value=sum(_odd(by_process) for by_process in boards.values()),
        budget=0,
        note=f"of {shown:,} that {monitors} monitors have shown",
    )
    published = {note.as_of: note.board for note in found.members[0].notes.read()}
    yield Measure(
        name="snapshots that are not the same",
        unit="",
        value=sum(published.get(as_of) != board for as_of, board in found.snapshots),
        budget=0,
        note=f"of {len(found.snapshots)} of that loop",
    )
    compared, different = found.screens
    yield Measure(
        name="screens that are not the same",
        unit="",
        value=different if compared else None,
        budget=0,
        note=f"all panes of all monitors, compared {compared} times",
    )
    missed = [len(set(found.beats) - member.beats()) for member in found.members]
    yield Measure(name="polls that a monitor has not shown", unit="", value=max(missed), budget=0)
    yield from _costs(found, speed)
    delays = [1000 * delay for member in found.members[1:] for delay in _delays(found, member)]
    yield Measure(
        name="poll to the screens of the others",
        unit="ms",
        value=programs.median(delays),
        budget=1000,
        note=f"from the poller's Board to the bytes of a follower's; the slowest took {max(delays):.0f} ms",
    )


def _costs(found: Found, speed: float) -> Iterator[Measure]:
    """Processor time per poll, and memory."""
    per_poll = [seconds / found.polls for seconds in found.cpu]
    followers = per_poll[1:]
    clock = f"clock ×{speed:g}: {QUOTES_SECONDS / speed:g} s from poll to poll"
    yield Measure(
        name="CPU per poll, who polls", unit="s", value=per_poll[0], budget=BUDGET_PER_POLL, note=clock
    )
    yield Measure(
        name="CPU per poll, who follows",
        unit="s",
        value=programs.median(followers),
        budget=BUDGET_PER_POLL,
        note=f"{min(followers):.3f} to {max(followers):.3f}; {clock}",
    )
    snapshots = found.snapshots_cpu / found.polls
    yield Measure(
        name="CPU per poll, all together",
        unit="s",
        value=sum(per_poll) + snapshots,
        budget=len(per_poll) * BUDGET_PER_POLL,
        note=f"{snapshots:.3f} of it the snapshots, one in {SNAPSHOT_EVERY} polls",
    )
    yield Measure(
        name=f"memory, each of {len(found.members)} monitors",
        unit="MB",
        value=found.memory.resident,
        budget=110,
        note=f"resident; {found.memory.proportional:.0f} MB where shared pages count once, "
        f"{found.memory.own:.0f} MB its own",
    )


def _boards(found: Found) -> dict[dt.datetime, dict[int, str]]:
    """The Board that each process has shown last of an instant of the window, by instant and process.

    What it has shown of it before was its very first, while the calendars were being read.
    """
    boards: dict[dt.datetime, dict[int, str]] = defaultdict(dict)
    for number, member in enumerate(found.members):
        for note in member.notes.read():
            if beat_of(note) in found.beats:
                boards[note.as_of][number] = note.board
    return boards


def _odd(by_process: dict[int, str]) -> int:
    """How many show something else than the one that polls."""
    return sum(board != by_process.get(0) for board in by_process.values())


def _delays(found: Found, member: Member) -> Iterator[float]:
    """Seconds from each Board of the one that polls to the bytes that put it on another's screen.

    A Board that changes no figure sends none.
    """
    published = {note.as_of: note.shown for note in found.members[0].notes.read()}
    for note, following in itertools.pairwise(member.notes.read()):
        after = bisect.bisect_left(member.sent, note.shown)
        painted = member.sent[after] if after < len(member.sent) else math.inf
        if beat_of(note) in found.beats and note.as_of in published and painted < following.shown:
            yield painted - published[note.as_of]
