"""Recorder: turns each Market that a feed publishes into a frame of the tape."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from msgspec import UNSET

from feed.ledger import Ledger
from feed.tape_frames import VERSION, Base, Frame, Packer, Poll, Scene, TapeRow
from providers.market import Market
from providers.records import Remark


@dataclass(frozen=True)
class Taken:
    """A frame that is still to be packed, which takes a while: best in the thread that writes it."""

    packer: Packer
    number: int
    frame: Frame

    def row(self) -> TapeRow:
        """The frame as it is kept."""
        return self.packer.row(self.number, self.frame)


class Recorder:
    """Records while `take` is called with each Market of its ledger, in their order.

    A reel begins with the first Market, after `rest`, and with each UTC day. `reference` is the fingerprint
    of the reference data, `notes` what stands on every Board of this run besides.
    """

    def __init__(
        self, ledger: Ledger, keep: Callable[[Taken], None], notes: Iterable[Remark] = (), reference: str = ""
    ) -> None:
        self._ledger = ledger
        self._keep = keep
        self._notes = tuple(notes)
        self._reference = reference
        self._packer = Packer("")
        self._number = 0
        self._before: Market | None = None

    def rest(self) -> None:
        """Record nothing until the next `take`, which begins a reel."""
        self._before = None
        self._ledger.journal = None

    def take(self, market: Market) -> None:
        """Record a Market that has just been made of the ledger."""
        before = self._before
        if before is None or before.at.date() != market.at.date():
            self._packer, self._number = Packer(uuid.uuid4().hex), 0
            frame: Frame = self._base(market)
        else:
            self._number += 1
            frame = Poll(scene=_difference(before, market), records=tuple(self._ledger.journal or ()))
        self._ledger.journal = []
        self._before = market
        self._keep(Taken(self._packer, self._number, frame))

    def _base(self, market: Market) -> Base:
        return Base(
            tape=VERSION,
            made_by=program(),
            reference=self._reference,
            poll_seconds=market.poll_seconds,
            universe=market.universe,
            scene=Scene(
                at=market.at,
                sessions=market.sessions,
                providers=market.providers,
                remarks=market.remarks,
                progress=market.progress,
                poller=market.poller,
            ),
            notes=self._notes,
            ledger=self._ledger.state(),
        )


def program() -> str:
    """Name and version of this program."""
    try:
        return f"narrows {version('narrows')}"
    except PackageNotFoundError:
        return "narrows"


def _difference(before: Market, after: Market) -> Scene:
    known = {health.name: health for health in before.providers}
    return Scene(
        at=after.at,
        sessions=UNSET if after.sessions == before.sessions else after.sessions,
        providers=tuple(health for health in after.providers if known.get(health.name) != health),
        remarks=UNSET if after.remarks == before.remarks else after.remarks,
        progress=UNSET if after.progress == before.progress else after.progress,
        poller=UNSET if after.poller == before.poller else after.poller,
    )
