"""Monitors and a loop of snapshots on one store, all of them real processes, beside one monitor alone."""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import loopback
from bench.crowd import BEGIN_SECONDS, LOOK_SECONDS, Crowd, Member, crowd, fill, watch, watch_until
from bench.market_time import MarketTime
from bench.notes import Note, printed
from bench.usage import Memory, cpu_seconds, memory
from tests.terminal.terminal import environment

SNAPSHOT_EVERY = 4
"""Polls from one snapshot to the next: one a minute."""
PAINTED_SECONDS = 0.4
"""From the last Board of a poll until every screen is still."""
PAINT_TRIES = 4
"""On a machine that has other work too."""
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


def observe(folder: Path, polls: int, speed: float, monitors: int, issuers: int | None = None) -> Found:
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
            same = _panes_agree(everyone, members, newest)
            compared += same is not None
            different += same is False
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


def _panes_agree(everyone: Sequence[Member], members: Sequence[Member], newest: Note) -> bool | None:
    """Whether all panes are the same once they are painted; `None` when there is another Board by then."""
    for _ in range(PAINT_TRIES):
        watch(everyone, PAINTED_SECONDS)
        if not _all_show(members, newest):
            return None
        if len({_panes(member) for member in members}) == 1:
            return True
    return False


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
