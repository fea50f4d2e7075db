"""Which Board a process has shown when, in a file that others read."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from pathlib import Path

import msgspec

from metrics.board import Board

_ENCODER = msgspec.json.Encoder(order="sorted")


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One Board.

    Attributes:
        as_of: Its instant, on the market's clock.
        shown: When it was handed to the screen, on the machine's steady clock.
        board: Fingerprint of all of it but who polls.
        filling: Whether the first fill of closes was going on.
        tasks: Of the process's event loop.
    """

    as_of: dt.datetime
    shown: float
    board: str
    filling: bool
    tasks: int


def fingerprint(board: Board) -> str:
    """The same for two Boards that say the same; who polls is each process's own."""
    return _of(_ENCODER.encode(msgspec.structs.replace(board, poller=None)))


def printed(data: bytes) -> tuple[dt.datetime, str]:
    """Instant and fingerprint of a Board from its JSON."""
    found = msgspec.json.decode(data)
    return dt.datetime.fromisoformat(found["as_of"]), _of(_ENCODER.encode({**found, "poller": None}))


def _of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Notebook:
    """Writes notes, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def note(self, board: Board) -> None:
        """Note a Board now."""
        note = Note(
            as_of=board.as_of,
            shown=time.monotonic(),
            board=fingerprint(board),
            filling=board.progress is not None,
            tasks=len(asyncio.all_tasks()),
        )
        self._file.write(msgspec.json.encode(note) + b"\n")


class Notes:
    """Reads what another process notes, as it comes."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._path = path
        self._offset = 0
        self._notes: list[Note] = []

    def read(self) -> list[Note]:
        """All notes so far."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, end, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(end)
        self._notes += [msgspec.json.decode(line, type=Note) for line in whole.splitlines()]
        return self._notes
