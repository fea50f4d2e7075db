"""Aside: a broken file makes room for a new store, and is kept."""

from __future__ import annotations

import datetime as dt
import fcntl
from pathlib import Path

from feed.database import file_of, parsed
from feed.store import Store
from feed.store_errors import CorruptError, UnwritableError


def begin_anew(url: str, now: dt.datetime) -> tuple[Store, Path | None]:
    """Open a store whose file is broken: rename the file and make a new one.

    Of several processes that find it broken one does so; the others open what it has made.

    Returns:
        The store, and where the broken file is now; `None` where another process was first.

    Raises:
        StoreError: when the folder cannot be written, or the URL is no file.
    """
    path = file_of(parsed(url))
    if path is None:
        raise UnwritableError("Store: a database on a server is not set aside; restore it.")
    try:
        with path.with_name(f"{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                return Store.open(url), None
            except CorruptError:
                kept = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%SZ}")
                for suffix in ("", "-wal", "-shm"):
                    part = path.with_name(path.name + suffix)
                    if part.exists():
                        part.rename(kept.with_name(kept.name + suffix))
                return Store.open(url), kept
    except OSError as error:
        raise UnwritableError(
            f"Store {path}: it is damaged and cannot be set aside ({error.strerror}); use --store."
        ) from error
