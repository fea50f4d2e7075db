"""What is on a tape: a base, which holds everything known at one instant, and the polls after it.

A base with its polls is a *reel*: the work of one UTC day, of one process or of several that each knew what
the one before had told. A poll holds the records that were
accepted since the frame before it, in their order, and of all else what changed. A frame is kept as JSON,
compressed; polls with the quotes of their base as dictionary, so that each can be read without its
neighbours and still costs little more than the digits that moved.
"""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from feed.identity import microseconds
from feed.ledger import LedgerState
from providers.market import PollerState, Progress, ProviderHealth, Session
from providers.records import AnyRecord, Remark
from providers.universe import Universe

VERSION = 1
"""Raised with every change of a frame's form; a tape of a higher version is refused."""

LEVEL = 6
WINDOW = 32_768
"""Bytes of a base that serve as dictionary of its polls: as far as zlib looks back."""

MOST_BYTES = 256 * 1024 * 1024
"""No frame is larger, unpacked."""


class TapeError(Exception):
    """A tape cannot be read. The message says what was expected, what came, what to do."""


class NewerTapeError(TapeError):
    """The tape was written by a newer version of the program."""


class Scene(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a Market holds besides records. On a poll: what differs from the frame before.

    `notes` stand on a poll where another process went on with the reel: what it says on every Board.
    """

    at: dt.datetime
    sessions: tuple[Session, ...] | UnsetType = UNSET
    providers: tuple[ProviderHealth, ...] = ()
    remarks: tuple[Remark, ...] | UnsetType = UNSET
    progress: Progress | UnsetType | None = UNSET
    poller: PollerState | UnsetType | None = UNSET
    notes: tuple[Remark, ...] | UnsetType = UNSET


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reel begins.

    Attributes:
        tape: Version of the form.
        made_by: Name and version of the program that recorded it.
        reference: Fingerprint of the reference data beneath the records; the records themselves are here.
        notes: What the recording process said about its own parts on every Board.
    """

    tape: int
    made_by: str
    reference: str
    poll_seconds: float
    universe: Universe
    scene: Scene
    notes: tuple[Remark, ...]
    ledger: LedgerState  # last, and quotes last in it: the dictionary of the polls


class Poll(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one publication of the feed added."""

    scene: Scene
    records: tuple[AnyRecord, ...] = ()


Frame = Base | Poll


class TapeRow(NamedTuple):
    """A frame as the store and a file keep it.

    `reel` names the reel, `number` counts its frames from 0, the base; `at` in microseconds since 1970.
    """

    reel: str
    number: int
    at: int
    body: bytes


class _Versioned(msgspec.Struct):
    tape: int


_encoder = msgspec.json.Encoder()
_bases = msgspec.json.Decoder(Base)
_polls = msgspec.json.Decoder(Poll)
_versions = msgspec.json.Decoder(_Versioned)


class Packer:
    """Turns the frames of one reel into rows. The base goes first; the same frame may be packed again."""

    def __init__(self, reel: str, dictionary: bytes = b"") -> None:
        self.reel = reel
        self._dictionary = dictionary

    def row(self, number: int, frame: Frame) -> TapeRow:
        """The row of a frame. Milliseconds of work for a poll, a tenth of a second for a base."""
        raw = _encoder.encode(frame)
        if isinstance(frame, Base):
            self._dictionary = raw[-WINDOW:]
            body = zlib.compress(raw, LEVEL)
        else:
            packing = zlib.compressobj(LEVEL, zdict=self._dictionary)
            body = packing.compress(raw) + packing.flush()
        return TapeRow(self.reel, number, microseconds(frame.scene.at), body)


@dataclass(frozen=True)
class Reel:
    """A base, as it is kept and unpacked, and the rows of its polls, in their order."""

    start: TapeRow
    base: Base
    dictionary: bytes
    rows: tuple[TapeRow, ...]

    def poll(self, place: int) -> Poll:
        """The poll of `rows[place]`.

        Raises:
            TapeError: when its bytes are damaged.
        """
        raw = _unpacked(self.rows[place].body, self.dictionary)
        try:
            return _polls.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TapeError(f"expected a poll, got something else ({error})") from error


def opened(base: TapeRow, polls: tuple[TapeRow, ...]) -> Reel:
    """The reel of a base and its polls.

    Raises:
        NewerTapeError: when a newer version of the program has recorded it.
        TapeError: when the base is damaged.
    """
    raw = _unpacked(base.body)
    try:
        version = _versions.decode(raw).tape
        if version > VERSION:
            raise NewerTapeError(
                f"expected a tape of version {VERSION} or older, got version {version}; update Narrows"
            )
        frame = _bases.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TapeError(f"expected the state at the start of a tape, got something else ({error})") from error
    return Reel(base, frame, raw[-WINDOW:], polls)


def _unpacked(body: bytes, dictionary: bytes = b"") -> bytes:
    unpacking = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
    try:
        raw = unpacking.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise TapeError(f"a frame cannot be unpacked ({error})") from error
    if not unpacking.eof:
        raise TapeError(f"expected a whole frame of {MOST_BYTES} bytes at most, got part of one")
    return raw
