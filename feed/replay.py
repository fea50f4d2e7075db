"""Replay: the Markets of a tape again, at any place of it and in any order.

A reel is played from its base; checkpoints, made once in a thread, spare most of the way. What comes out is
the Market that was published, but for its mode.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, TypeVar

from msgspec import UNSET, UnsetType

from feed.identity import instant, microseconds
from feed.ledger import Ledger, Surroundings
from feed.tape import Tape
from feed.tape_frames import Poll, Reel, Scene, TapeError
from providers.market import Market
from providers.records import Event, Remark

T = TypeVar("T")

EVERY = 100
"""Frames between two checkpoints."""


class Place(NamedTuple):
    """Where a frame is: its reel, and how many of the reel's polls come before its Market."""

    reel: int
    polls: int


@dataclass(frozen=True)
class Checkpoint:
    """The state at a frame. Its ledger may share with others and is never added to."""

    number: int
    ledger: Ledger
    around: Surroundings
    notes: tuple[Remark, ...]


class Head:
    """Plays a reel forward."""

    def __init__(self, reel: Reel) -> None:
        base = reel.base
        self.reel = reel
        self.polls = 0
        self.ledger = Ledger.of(base.universe, base.ledger)
        start = Surroundings(at=base.scene.at, mode="replay", poll_seconds=base.poll_seconds)
        self.around = _after(start, base.scene)
        self.notes = base.notes
        self.flaws: list[str] = []

    @classmethod
    def at(cls, reel: Reel, polls: int, checkpoint: Checkpoint) -> Head:
        """A head that goes on from a checkpoint."""
        head = cls.__new__(cls)
        head.reel, head.polls, head.flaws = reel, polls, []
        head.ledger, head.around = checkpoint.ledger.copy(), checkpoint.around
        head.notes = checkpoint.notes
        return head

    def advance(self) -> Poll | None:
        """Take in the next poll; `None` for one that cannot be read, whose flaw is noted."""
        row = self.reel.rows[self.polls]
        self.polls += 1
        try:
            poll = self.reel.poll(self.polls - 1)
        except TapeError as error:
            at = instant(row.at)
            self.flaws.append(f"The poll of {at:%Y-%m-%d %H:%M:%S} UTC is left out: {error}.")
            self.around = replace(self.around, at=at)
            return None
        self.ledger.add(poll.records)
        self.around = _after(self.around, poll.scene)
        self.notes = _or(poll.scene.notes, self.notes)
        return poll

    def market(self) -> Market:
        """The state where the head is."""
        return self.ledger.market(self.around)


class Player:
    """A tape with a place on it. Frames are numbered over all reels, bases included.

    Its methods block: milliseconds for the next frame, a tenth of a second for a jump once `survey` is done.
    Not to be used from two threads at once; `survey` alone may run beside it.
    """

    def __init__(self, tape: Tape, every: int = EVERY) -> None:
        self.tape = tape
        self._every = every
        self._starts: list[int] = []
        self._instants: list[int] = []
        for reel in tape.reels:
            self._starts.append(len(self._instants))
            self._instants += [microseconds(reel.base.scene.at), *(row.at for row in reel.rows)]
        self._instants = list(accumulate(self._instants, max))  # a clock may have been set back
        self._checkpoints: list[Checkpoint] = []
        self._events: list[int] = []
        self._number = 0
        self._head = Head(tape.reels[0])

    def __len__(self) -> int:
        return len(self._instants)

    @property
    def number(self) -> int:
        """The frame whose Market is shown."""
        return self._number

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What the process that recorded the frame said on every Board besides."""
        return self._head.notes

    def instant(self, number: int) -> dt.datetime:
        """When a frame was published."""
        return instant(self._instants[number])

    def at(self, when: dt.datetime) -> int:
        """The newest frame at or before an instant; before the first, the first."""
        return max(bisect_right(self._instants, microseconds(when)) - 1, 0)

    def market(self) -> Market:
        """The Market of the frame."""
        return self._head.market()

    def go(self, number: int) -> Market:
        """Go to a frame, forward or back; its Market."""
        target = min(max(number, 0), len(self) - 1)
        if target != self._number:
            self._reach(target)
        return self.market()

    def survey(self) -> tuple[str, ...]:
        """Look at the whole tape once, for quick jumps and for events; the flaws that were found."""
        flaws: list[str] = []
        for start, reel in zip(self._starts, self.tape.reels, strict=True):
            head = Head(reel)
            before = self._check(start, head, None)
            day = head.around.at.date()
            if start and _events_of(head, day):
                self._events.append(start)
            for _ in reel.rows:
                states = _states(head)
                poll = head.advance()
                number = start + head.polls
                today = head.around.at.date()
                new_day = today != day and _events_of(head, today)
                news = poll is not None and any(isinstance(record, Event) for record in poll.records)
                if new_day or news or _states(head) != states:
                    self._events.append(number)
                day = today
                if head.polls % self._every == 0:
                    before = self._check(number, head, before)
            flaws += head.flaws
        return tuple(flaws)

    def next_event(self, number: int) -> int | None:
        """The next frame at which a session changes, an event comes or becomes known; `survey` finds it."""
        place = bisect_right(self._events, number)
        return self._events[place] if place < len(self._events) else None

    def _check(self, number: int, head: Head, before: Checkpoint | None) -> Checkpoint:
        head.market()  # makes the frames, which all copies until the next change share
        ledger = head.ledger.copy(before.ledger if before else None)
        checkpoint = Checkpoint(number, ledger, head.around, head.notes)
        self._checkpoints.append(checkpoint)
        return checkpoint

    def _reach(self, target: int) -> None:
        place = self._place(target)
        here = self._place(self._number)
        nearest = bisect_right(self._checkpoints, target, key=lambda one: one.number) - 1
        checkpoint = self._checkpoints[nearest] if nearest >= 0 else None
        start = self._starts[place.reel]
        from_here = self._number if here.reel == place.reel and self._number <= target else -1
        from_there = checkpoint.number if checkpoint and checkpoint.number >= start else -1
        if checkpoint is not None and from_there > from_here:
            self._head = Head.at(self.tape.reels[place.reel], from_there - start, checkpoint)
        elif from_here < 0:
            self._head = Head(self.tape.reels[place.reel])
        while self._head.polls < place.polls:
            self._head.advance()
        self._number = target

    def _place(self, number: int) -> Place:
        reel = bisect_right(self._starts, number) - 1
        return Place(reel, number - self._starts[reel])


def _after(before: Surroundings, scene: Scene) -> Surroundings:
    changed = {health.name: health for health in scene.providers}
    kept = tuple(changed.pop(health.name, health) for health in before.providers)
    return replace(
        before,
        at=scene.at,
        sessions=_or(scene.sessions, before.sessions),
        providers=(*kept, *changed.values()),
        remarks=_or(scene.remarks, before.remarks),
        progress=_or(scene.progress, before.progress),
        poller=_or(scene.poller, before.poller),
    )


def _or(new: T | UnsetType, old: T) -> T:
    return old if new is UNSET else new


def _states(head: Head) -> list[tuple[str, str]]:
    return [(session.exchange, session.state) for session in head.around.sessions]


def _events_of(head: Head, day: dt.date) -> bool:
    return any(event.day == day for event in head.ledger.facts(Event))
