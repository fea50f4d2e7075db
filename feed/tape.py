"""Tape: the reels of one or more days, put together from rows of any origin, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from feed.identity import instant
from feed.tape_frames import NewerTapeError, Reel, TapeError, TapeRow, opened

__all__ = ["NewerTapeError", "Tape", "TapeError"]


@dataclass(frozen=True)
class Tape:
    """Reels in the order in which they began. `flaws` says in sentences what is missing."""

    reels: tuple[Reel, ...]
    flaws: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[TapeRow], flaws: Iterable[str] = ()) -> Tape:
        """Put rows together; those of a reel are neighbours and in order.

        Raises:
            NewerTapeError: when a reel was recorded by a newer version of the program.
            TapeError: when there is no reel that can be read.
        """
        reels: list[Reel] = []
        found = list(flaws)
        for _, group in groupby(rows, key=lambda row: row.reel):
            frames = list(group)
            base, *polls = frames
            if base.number != 0:
                found.append(f"{_count(frames)} cannot be used: the state before them is missing.")
                continue
            try:
                reels.append(opened(base, tuple(polls)))
            except NewerTapeError:
                raise
            except TapeError as error:
                found.append(f"{_count(frames)} cannot be used: {error}.")
                continue
            found += _gaps(polls)
        if not reels:
            raise TapeError(" ".join(found) or "expected a tape, found nothing on it.")
        return cls(tuple(reels), tuple(found))

    def all_rows(self) -> tuple[TapeRow, ...]:
        """Every frame as it is kept, reel by reel."""
        return tuple(row for reel in self.reels for row in (reel.start, *reel.rows))

    @property
    def first(self) -> dt.datetime:
        """The instant of the first frame."""
        return self.reels[0].base.scene.at

    @property
    def last(self) -> dt.datetime:
        """The instant of the last frame."""
        reel = self.reels[-1]
        return instant(reel.rows[-1].at) if reel.rows else reel.base.scene.at


def _gaps(polls: Sequence[TapeRow]) -> list[str]:
    flaws = []
    number, at = 0, None
    for row in polls:
        lost = row.number - number - 1
        if lost:
            since = f"after {instant(at):%H:%M}" if at else "from the start"
            polls_lost = "1 poll is" if lost == 1 else f"{lost} polls are"
            flaws.append(f"{polls_lost} missing {since} until {instant(row.at):%H:%M} UTC.")
        number, at = row.number, row.at
    return flaws


def _count(rows: Sequence[TapeRow]) -> str:
    span = f"of {instant(rows[0].at):%Y-%m-%d %H:%M} to {instant(rows[-1].at):%H:%M} UTC"
    return f"1 frame {span}" if len(rows) == 1 else f"{len(rows)} frames {span}"
