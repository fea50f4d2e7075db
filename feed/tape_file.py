r"""A tape in one file, which needs neither the store nor the reference data.

    narrows-tape 1\n
    {"made_by": …, "universe": …, "reference": …, "poll_seconds": …, "frames": …, …}\n
    block, block, …, end

A block is a sign of four bytes, length and checksum of what follows, then the reel's number in the file, the
frame's number, its instant in microseconds since 1970, and the frame's bytes, which are compressed. The end
is a block of reel 65535. A block whose checksum is wrong is left out; the next is looked for by its sign.
"""

from __future__ import annotations

import datetime as dt
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from feed.tape import Tape
from feed.tape_frames import VERSION, NewerTapeError, TapeError, TapeRow

MAGIC = b"narrows-tape "
SIGN = b"\xf1TP\n"
MOST_BYTES = 2**31
"""No file is larger: a day has some megabytes."""

_FRAME = struct.Struct(">II")  # length, checksum
_PLACE = struct.Struct(">HIq")  # reel, number, instant
_END = 0xFFFF


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The second line of a file: what is on it, for people and for `narrows tape list`.

    Attributes:
        made_by: Name and version of the program that recorded it.
        universe: Name of the universe; the universe itself is in the frames.
        reference: Fingerprint of the reference data that it was recorded with.
        frames: How many frames were written.
        first: Instant of the first frame.
        last: Instant of the last.
    """

    made_by: str
    universe: str
    issuers: int
    lines: int
    reference: str
    poll_seconds: float
    reels: int
    frames: int
    first: dt.datetime
    last: dt.datetime


def header_of(tape: Tape) -> Header:
    """The header of a tape."""
    base = tape.reels[0].base
    return Header(
        made_by=base.made_by,
        universe=base.universe.name,
        issuers=len(base.universe.issuers),
        lines=len(base.universe.lines),
        reference=base.reference,
        poll_seconds=base.poll_seconds,
        reels=len(tape.reels),
        frames=sum(1 + len(reel.rows) for reel in tape.reels),
        first=tape.first,
        last=tape.last,
    )


def write(path: Path, rows: Iterable[TapeRow]) -> Header:
    """Write rows to a file, whole or not at all; those of a reel are neighbours and in order.

    Raises:
        TapeError: when the rows are no tape.
        OSError: when the disk refuses.
    """
    kept = tuple(rows)
    header = header_of(Tape.of(kept))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + b"%d\n" % VERSION + msgspec.json.encode(header) + b"\n")
            reels: dict[str, int] = {}
            for row in kept:
                file.write(_block(reels.setdefault(row.reel, len(reels)), row.number, row.at, row.body))
            file.write(_block(_END, len(kept), 0, b""))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return header


def read(path: Path) -> Tape:
    """The tape of a file; of a damaged one what is intact, with what is missing among its flaws.

    Raises:
        NewerTapeError: when a newer version of the program wrote it.
        TapeError: when it is no tape, or nothing of it can be used.
        OSError: when the file cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TapeError(f"{path}: expected a tape, found a file of more than {MOST_BYTES:,} bytes.")
    data = path.read_bytes()
    start = _past_magic(data, path)
    rows: list[TapeRow] = []
    end: int | None = None
    for reel, number, at, body in _blocks(data, start):
        if reel == _END:
            end = number
        else:
            rows.append(TapeRow(str(reel), number, at, body))
    flaws = []
    if end is None:
        flaws.append(f"The end of the file is missing{_of(_header(data, start), len(rows))}.")
    elif len(rows) < end:
        flaws.append(f"The file is damaged: {len(rows)} of {end} frames are intact.")
    try:
        return Tape.of(rows, flaws)
    except NewerTapeError as error:
        raise NewerTapeError(f"{path}: {error}.") from error
    except TapeError as error:
        raise TapeError(f"{path}: {error}") from error


def _past_magic(data: bytes, path: Path) -> int:
    line, newline, _ = data[:64].partition(b"\n")
    if not line.startswith(MAGIC) or not line[len(MAGIC) :].isdigit() or not newline:
        raise TapeError(f"{path}: expected a tape of Narrows, found another kind of file.")
    version = int(line[len(MAGIC) :])
    if version > VERSION:
        raise NewerTapeError(
            f"{path}: expected a tape of version {VERSION} or older, got version {version}; update Narrows."
        )
    return len(line) + 1


def _header(data: bytes, start: int) -> Header | None:
    try:
        return msgspec.json.decode(data[start : data.find(b"\n", start)], type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _of(header: Header | None, frames: int) -> str:
    return "" if header is None else f": {frames} of {header.frames} frames are there"


def _block(reel: int, number: int, at: int, body: bytes) -> bytes:
    content = _PLACE.pack(reel, number, at) + body
    return SIGN + _FRAME.pack(len(content), zlib.crc32(content)) + content


def _blocks(data: bytes, start: int) -> Iterator[tuple[int, int, int, bytes]]:
    """The intact blocks. After a damaged one the next sign is looked for."""
    while (start := data.find(SIGN, start)) >= 0:
        begin = start + len(SIGN) + _FRAME.size
        if begin > len(data):
            return
        length, checksum = _FRAME.unpack_from(data, start + len(SIGN))
        content = data[begin : begin + length]
        if length < _PLACE.size or len(content) < length or zlib.crc32(content) != checksum:
            start += 1
            continue
        yield (*_PLACE.unpack_from(content), content[_PLACE.size :])
        start = begin + length
