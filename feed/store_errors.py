"""What can be wrong with a store.

    StoreError               the store cannot do what was asked
    ├── BadUrlError          the URL names no kind of store that there is
    ├── AbsentError          reading was asked for, and there is no file
    ├── UnwritableError      no permission, a read-only disk, a folder in the way
    ├── FullError            no space left
    ├── BusyError            another process holds it for too long
    ├── UnreachableStoreError  the database server does not answer or lets nobody in
    ├── LeaseLostError       another process has taken over the polling; nothing was written
    ├── CorruptError         not a database, or a damaged one
    ├── ForeignError         a database of another program
    └── NewerSchemaError     written by a newer version

A file that is corrupt, foreign or newer is never written to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """The store cannot do what was asked. The message says what was expected, what came, what to do."""


class BadUrlError(StoreError):
    """The URL names no kind of store that there is."""


class AbsentError(StoreError):
    """Reading was asked for, and there is no store."""


class UnwritableError(StoreError):
    """No permission, a read-only disk, or something in the way."""


class FullError(StoreError):
    """No space left."""


class BusyError(StoreError):
    """Another process holds the store for too long."""


class UnreachableStoreError(StoreError):
    """The database server does not answer, or lets nobody in."""


class LeaseLostError(StoreError):
    """Another process has taken over the polling; nothing was written."""


class CorruptError(StoreError):
    """Not a database, or a damaged one."""


class ForeignError(StoreError):
    """A database of another program."""


class NewerSchemaError(StoreError):
    """Written by a newer version."""


_BY_CODE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (BusyError, "another process has locked it; it will be tried again"),
    sqlite3.SQLITE_LOCKED: (BusyError, "another process has locked it; it will be tried again"),
    sqlite3.SQLITE_READONLY: (UnwritableError, "it may only be read; change its permissions or use --store"),
    sqlite3.SQLITE_PERM: (UnwritableError, "permission is denied; change its permissions or use --store"),
    sqlite3.SQLITE_CANTOPEN: (UnwritableError, "it cannot be opened; check the path, or use --store"),
    sqlite3.SQLITE_IOERR: (UnwritableError, "the disk failed to read or write; check it, or use --store"),
    sqlite3.SQLITE_FULL: (FullError, "the disk is full; make room, or use --store"),
    sqlite3.SQLITE_CORRUPT: (CorruptError, "it is damaged; move it away to begin a new one, or use --store"),
    sqlite3.SQLITE_NOTADB: (CorruptError, "it is not a database; move it away, or use --store"),
}
_PRIMARY = 0xFF  # the low byte of an extended result code is the primary one


_BY_STATE: dict[str, tuple[type[StoreError], str]] = {
    "08": (UnreachableStoreError, "the server does not answer or lets nobody in; it will be tried again"),
    "28": (UnreachableStoreError, "the server refuses the user or the password; check them"),
    "3D": (UnreachableStoreError, "the server has no such database; create it, or use --store"),
    "57P": (UnreachableStoreError, "the server is ending or starting; it will be tried again"),
    "53": (BusyError, "the server is out of connections or memory; it will be tried again"),
    "53100": (FullError, "the server's disk is full; make room, or use --store"),
    "55P03": (BusyError, "another process has locked it; it will be tried again"),
    "57014": (BusyError, "the server took too long; it will be tried again"),
    "40": (BusyError, "another process was in the way; it will be tried again"),
    "42501": (UnwritableError, "permission is denied; grant it, or use --store"),
    "25006": (UnwritableError, "it may only be read; use the writable server, or use --store"),
    "XX00": (CorruptError, "it is damaged; restore the server's database, or use --store"),
}
"""PostgreSQL's states (SQLSTATE) by their first characters, the most exact last to win."""


def reading_of(error: BaseException | None) -> tuple[type[StoreError], str]:
    """What an error of a database driver means, and what can be done about it."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
        return _BY_CODE.get(code, (StoreError, str(error)))
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _BY_STATE["08"]
    found = [meaning for start, meaning in _BY_STATE.items() if state.startswith(start)]
    return found[-1] if found else (StoreError, f"the server says {state}")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn an error of the database into a `StoreError` about `where`."""
    try:
        yield
    except DBAPIError as error:
        kind, reason = reading_of(error.orig)
        raise kind(f"Store {where}: {reason}.") from error
