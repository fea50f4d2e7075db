"""Watch: notices that a store has changed, at the smallest cost. Every call blocks for a moment at most."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from feed.store_errors import reading_of

if TYPE_CHECKING:
    import psycopg

CHANNEL = "narrows"
"""On which PostgreSQL announces each write, with its generation."""


class Watch(Protocol):
    """Whether another process has written since the last look."""

    @property
    def at_once(self) -> bool:
        """Whether the next look takes microseconds, and needs no thread."""

    def moved(self) -> bool:
        """Look; the first time it is so.

        Raises:
            StoreError: when the store cannot be reached; the next look connects anew.
        """

    def fileno(self) -> int | None:
        """A descriptor that becomes readable with news; `None` where there is none, or no connection."""

    def close(self) -> None:
        """Give the connection back."""


class FileWatch:
    """SQLite counts the commits of others for each connection: asking reads no table."""

    def __init__(self, engine: sa.Engine, where: str, still: Callable[[], bool] = lambda: False) -> None:
        self._engine = engine
        self._where = where
        self._still = still
        self._connection: Any = None
        self._version: int | None = None

    @property
    def at_once(self) -> bool:
        """Once it is connected; the number is in memory."""
        return self._connection is not None and not self._still()

    def moved(self) -> bool:
        """Compare the number with that of the last look; of a file that is read as still nobody counts."""
        if self._still():
            self.close()
            return True
        try:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            found = self._connection.cursor().execute("PRAGMA data_version").fetchone()[0]
        except (DBAPIError, sqlite3.Error) as error:
            self.close()
            kind, reason = reading_of(error.orig if isinstance(error, DBAPIError) else error)
            raise kind(f"Store {self._where}: {reason}.") from error
        before, self._version = self._version, found
        return bool(found != before)

    def fileno(self) -> int | None:
        """A file does not call."""
        return None

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection, self._version = self._connection, None, None
        if connection is not None:
            connection.close()


class ServerWatch:
    """PostgreSQL calls: a connection of its own listens."""

    def __init__(self, engine: sa.Engine, where: str) -> None:
        self._engine = engine
        self._where = where
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def at_once(self) -> bool:
        """A socket may have to be waited for."""
        return False

    def moved(self) -> bool:
        """Take in what has been announced."""
        import psycopg

        try:
            if self._connection is None:
                self._connection = self._listen()
                return True
            return bool(list(self._connection.notifies(timeout=0)))
        except (DBAPIError, psycopg.Error) as error:
            self.close()
            kind, reason = reading_of(error.orig if isinstance(error, DBAPIError) else error)
            raise kind(f"Store {self._where}: {reason}.") from error

    def fileno(self) -> int | None:
        """The socket."""
        return None if self._connection is None else self._connection.fileno()

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _listen(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment] # the driver's own
        pooled.detach()
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        return connection
