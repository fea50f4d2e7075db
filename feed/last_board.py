"""The last Board, kept as bytes, so that it is on the screen before anything else is loaded.

It stands beside a store that is a file; of a store on a server in a folder of the user's own, named by a
digest of server and universe. Imports the standard library only. The file is replaced at once and carries a
checksum: what is read is a whole Board or nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_MAGIC = b"narrows-board-1\n"
_CHECK = 4


@dataclass(frozen=True)
class LastBoard:
    """Where the last Board of a universe on a store is kept.

    Attributes:
        store_url: The store.
        universe: Its name or path.
        folder: Where it is kept for a store on a server.
    """

    store_url: str
    universe: str
    folder: Path

    @property
    def store(self) -> Path | None:
        """The file of the store; `None` where it is no file."""
        kind, _, path, _ = _parts(self.store_url)
        return Path(path).expanduser() if kind == "sqlite" and path else None

    @property
    def place(self) -> Path | None:
        """The file of the Board; `None` for what is no store."""
        store = self.store
        if store is not None:
            return store.with_name(f"{store.name}.{_digest(self.universe)}.board")
        address = _address(self.store_url)
        return None if address is None else self.folder / f"server.{_digest(address, self.universe)}.board"

    def keep(self, data: bytes) -> bool:
        """Replace the kept Board; `False` when the disk refuses, and then the one before stands."""
        path = self.place
        if path is None:
            return False
        check = zlib.crc32(data).to_bytes(_CHECK, "big")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError:
            return False
        try:
            store = self.store
            if store is not None and store.exists():
                os.fchmod(handle, store.stat().st_mode & 0o666)  # who may read the store may read it
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + check + data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return False
        return True

    def read(self) -> bytes | None:
        """The kept Board; `None` when there is none or it is damaged."""
        path = self.place
        if path is None:
            return None
        try:
            held = path.read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + _CHECK
        check, data = held[len(_MAGIC) : start], held[start:]
        if not held.startswith(_MAGIC) or zlib.crc32(data).to_bytes(_CHECK, "big") != check:
            return None
        return data


def _parts(url: str) -> tuple[str, str, str, str]:
    """Kind of store (`sqlite`, `postgresql`), server, path without its first slash, and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", "", ""
    return parts.scheme.partition("+")[0], parts.netloc, unquote(parts.path[1:]), parts.query


def _address(url: str) -> str | None:
    """What tells a database on a server from others; without user and password."""
    kind, netloc, database, query = _parts(url)
    if kind != "postgresql" or not database:
        return None
    options = sorted((key, value) for key, value in parse_qsl(query) if "password" not in key)
    return repr((netloc.rpartition("@")[2].lower(), database, options))


def _digest(*names: str) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
