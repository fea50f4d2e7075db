"""The last Board, kept as bytes beside the store, so that it is on the screen before anything else is loaded.

Imports the standard library only. The file is replaced at once and carries a checksum: what is read is a
whole Board or nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

_MAGIC = b"narrows-board-1\n"
_CHECK = 4


def place(store_url: str, key: str) -> Path | None:
    """File of the last Board of a universe (`key`: its name or path); `None` where the store is no file."""
    parts = urlsplit(store_url)
    if parts.scheme.partition("+")[0] != "sqlite" or not parts.path[1:]:
        return None
    store = Path(unquote(parts.path[1:])).expanduser()
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return store.with_name(f"{store.name}.{digest}.board")


def keep(store_url: str, key: str, data: bytes) -> bool:
    """Replace the kept Board; `False` when the disk refuses, and then the one before stands."""
    path = place(store_url, key)
    if path is None:
        return False
    check = zlib.crc32(data).to_bytes(_CHECK, "big")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError:
        return False
    try:
        store = path.with_name(path.name.rsplit(".", 2)[0])
        if store.exists():
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


def last(store_url: str, key: str) -> bytes | None:
    """The kept Board; `None` when there is none or it is damaged."""
    path = place(store_url, key)
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
