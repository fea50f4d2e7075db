"""Recorder: turns each Market that a feed publishes into a frame of the tape."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from msgspec import UNSET
from msgspec.structs import replace

from feed.ledger import Ledger, Surroundings
from feed.tape_end import ReelLabel, TapeEnd
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

    A reel begins with the first Market, after `rest`, and with each UTC day, unless one is gone on with.
    `reference` is the fingerprint of the reference data, `notes` what stands on every Board of this run
    besides.
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
        self._before: Market | Surroundings | None = None
        self._said: tuple[Remark, ...] = ()

    def label(self, poll_seconds: float) -> ReelLabel:
        """What the base of a reel of this process says of it."""
        return ReelLabel(program(), self._reference, poll_seconds)

    def rest(self) -> None:
        """Record nothing until the next `take`, which begins a reel."""
        self._before = None
        self._ledger.journal = None

    def listen(self) -> None:
        """Begin to note records, as after a frame: it may turn out that a reel tells all up to now."""
        self._before = None
        self._ledger.journal = []

    def go_on(self, end: TapeEnd) -> None:
        """Go on with a reel that tells all up to `listen`, unless one has begun since."""
        if self._before is None and self._ledger.journal is not None:
            self._packer, self._number, self._before, self._said = end

    def take(self, market: Market) -> None:
        """Record a Market that has just been made of the ledger."""
        before = self._before
        if before is None or not _follows(before, market):
            self._packer, self._number = Packer(uuid.uuid4().hex), 0
            frame: Frame = self._base(market)
        else:
            self._number += 1
            scene = _difference(before, market)
            if self._said != self._notes:
                scene = replace(scene, notes=self._notes)
            frame = Poll(scene=scene, records=tuple(self._ledger.journal or ()))
        self._ledger.journal = []
        self._before, self._said = market, self._notes
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


def _follows(before: Market | Surroundings, after: Market) -> bool:
    """Whether a frame can be told as a change of the one before: of the same day, with the same providers."""
    names = [health.name for health in before.providers] == [health.name for health in after.providers]
    return names and before.at.date() == after.at.date()


def _difference(before: Market | Surroundings, after: Market) -> Scene:
    known = {health.name: health for health in before.providers}
    return Scene(
        at=after.at,
        sessions=UNSET if after.sessions == before.sessions else after.sessions,
        providers=tuple(health for health in after.providers if known.get(health.name) != health),
        remarks=UNSET if after.remarks == before.remarks else after.remarks,
        progress=UNSET if after.progress == before.progress else after.progress,
        poller=UNSET if after.poller == before.poller else after.poller,
    )
