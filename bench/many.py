"""Ten monitors and a loop of snapshots on one store: the requests of one, the same Board, what each costs."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator

from bench import programs
from bench.crowd import QUOTES_SECONDS, Member, beat_of
from bench.measure import Measure, Options
from bench.together import SNAPSHOT_EVERY, Found, observe

MONITORS = 10
BUDGET_PER_POLL = 0.01 * QUOTES_SECONDS
"""Seconds of processor time: one per cent of a core from one poll to the next."""
TOLERANCE = 1.1


def many(options: Options) -> Iterator[Measure]:
    """Requests, Boards, processor time and delays over a window of polls."""
    found = observe(options.folder, options.window, options.speed, MONITORS)
    yield from measures(found, options.speed)


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
    published = {note.as_of: note.board for member in found.members for note in member.notes.read()}
    known = [(as_of, board) for as_of, board in found.snapshots if as_of in published]
    yield Measure(
        name="snapshots that are not the same",
        unit="",
        value=sum(published[as_of] != board for as_of, board in known),
        budget=0,
        note=f"of {len(known)}; {len(found.snapshots) - len(known)} more are of instants between two Boards",
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
