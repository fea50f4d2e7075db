"""Where the tape of a store ends: a process that knows what it tells goes on with it and writes no new base.

A base is some hundred times as large as a poll. Without this a program that is started anew for each poll
(`watch -n 60 narrows snapshot`) would write one each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from feed.identity import instant
from feed.ledger import Ledger, Surroundings
from feed.replay import Head
from feed.tape_frames import Packer, TapeError, TapeRow, opened
from providers.records import Remark

MOST_POLLS = 500
"""A reel with more polls is not gone on with: to play it takes longer than to write another base."""


class ReelLabel(NamedTuple):
    """What a base says of its reel: who made it, the fingerprint of the reference, seconds between polls."""

    made_by: str
    reference: str
    poll_seconds: float


class TapeEnd(NamedTuple):
    """What it takes to add a frame: the packer of the reel, its last number, what stood in that frame."""

    packer: Packer
    number: int
    around: Surroundings
    notes: tuple[Remark, ...]


def end_of(rows: Sequence[TapeRow], ledger: Ledger, label: ReelLabel, today: dt.date) -> TapeEnd | None:
    """The end of a reel, if it is of today and tells exactly what the ledger holds; else `None`."""
    whole = [row.number for row in rows] == list(range(len(rows)))
    if not rows or not whole or instant(rows[-1].at).date() != today:
        return None
    try:
        reel = opened(rows[0], tuple(rows[1:]))
    except TapeError:
        return None
    base = reel.base
    if ReelLabel(base.made_by, base.reference, base.poll_seconds) != label:
        return None
    head = Head(reel)
    while head.polls < len(reel.rows):
        head.advance()
    if head.flaws or not head.ledger.same(ledger):
        return None
    return TapeEnd(Packer(rows[0].reel, reel.dictionary), rows[-1].number, head.around, head.notes)
