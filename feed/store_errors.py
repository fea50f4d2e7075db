"""What can be wrong with a store.

    StoreError               the store cannot do what was asked
    ├── BadUrlError          the URL names no kind of store that there is
    ├── AbsentError          reading was asked for, and there is no file
    ├── UnwritableError      no permission, a read-only disk, a folder in the way
    ├── FullError            no space left
    ├── BusyError            another process holds it for too long
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


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn an error of the database into a `StoreError` about `where`."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
        kind, reason = _BY_CODE.get(code, (StoreError, str(error.orig)))
        raise kind(f"Store {where}: {reason}.") from error
