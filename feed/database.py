"""Database: one engine per kind of URL, and what SQLite and PostgreSQL spell differently.

SQLite serves the processes of one machine, PostgreSQL those of many; the tables are the same.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from feed.store_errors import BadUrlError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

BUSY_MS = 5_000
"""How long a write waits for another process's."""
CACHE_KILOBYTES = 256

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def parsed(url: str) -> sa.URL:
    """The URL of a SQLite file or a PostgreSQL database.

    Raises:
        BadUrlError: for anything else; the message shows no password.
    """
    try:
        found = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadUrlError(
            "Store: expected a URL such as sqlite:////var/lib/narrows.db or postgresql+psycopg://host/db. "
            "In a password @ is written %40, / %2F and : %3A."
        ) from error
    if found.get_backend_name() == "postgresql" and url.partition("?")[0].count("@") > 1:
        # Not shown: what stands after the first @ would pass for the host.
        raise BadUrlError("Store: expected one @, before the host. In a password @ is written %40.")
    named = bool(found.database) and found.database != ":memory:"
    if found.get_backend_name() == "postgresql" and named:
        return found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() == "sqlite" and named:
        return found
    raise BadUrlError(
        f"Store {shown(found)}: expected a file or a database, as in sqlite:////var/lib/narrows.db or "
        "postgresql+psycopg://host/db."
    )


def shown(url: sa.URL) -> str:
    """What messages call the store: the file, or the URL without its password."""
    path = file_of(url)
    return str(path) if path is not None else url.render_as_string(hide_password=True)


def file_of(url: sa.URL) -> Path | None:
    """The file of a SQLite store."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database).expanduser()


def engine_of(url: sa.URL, *, read_only: bool) -> sa.Engine:
    """An engine; it connects when it is first used.

    Raises:
        BadUrlError: when the driver of PostgreSQL is not installed.
    """
    path = file_of(url)
    if path is not None:
        return _sqlite(path, read_only=read_only)
    waits = f"-c lock_timeout={BUSY_MS} -c statement_timeout={6 * BUSY_MS}"
    options = " ".join(filter(None, (str(url.query.get("options", "")), waits)))
    try:
        return sa.create_engine(
            url.difference_update_query(["options"]),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "narrows", "options": options},
        )
    except ModuleNotFoundError as error:
        raise BadUrlError(
            f"Store {shown(url)}: PostgreSQL needs a driver; install it with pip install 'narrows[postgres]'."
        ) from error


def insert(engine: sa.Engine | sa.Connection, table: sa.Table) -> Insert:
    """An insert that can say what to do on a conflict, as the database spells it."""
    if engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into_postgresql

        return into_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as into_sqlite

    return into_sqlite(table)


def clock(connection: sa.Connection) -> sa.ColumnElement[int]:
    """Now by the database's own clock, in microseconds since 1970: the same for every process."""
    if connection.dialect.name == "postgresql":
        return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()) * 1_000_000, sa.BigInteger)
    return sa.cast((sa.func.julianday("now") - 2_440_587.5) * 86_400_000_000, sa.BigInteger)


def stands_still(path: Path) -> bool:
    """Whether a file is read as one that nobody writes.

    WAL needs a writable folder even to read; without one the file can be read only so, or beside a writer.
    """
    return not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()


def _sqlite(path: Path, *, read_only: bool) -> sa.Engine:
    def for_reading() -> sqlite3.Connection:
        how = "mode=ro&immutable=1" if stands_still(path) else "mode=ro"
        return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)

    if read_only:
        # Each connection looks anew whether somebody writes.
        engine = sa.create_engine("sqlite://", creator=for_reading, poolclass=sa.NullPool)
    else:
        engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions begin where the next listener says, not at a first write.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA synchronous=NORMAL")
        # The system keeps the file's pages already; 2 MB more in each connection would fill over days.
        connection.execute(f"PRAGMA cache_size=-{CACHE_KILOBYTES}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        begin = connection.get_execution_options().get("begin", "BEGIN")
        if begin is not None:
            connection.exec_driver_sql(begin)

    return engine
