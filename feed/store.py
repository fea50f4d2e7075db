"""Store: what the feed remembers across restarts, in one SQLite file in WAL mode.

Errors: the tree of `feed.store_errors`. Every method blocks; callers in an event loop use a thread. A write
is one transaction, and writing the same again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import ArgumentError

from feed import schema, tape_store
from feed.identity import instant, microseconds
from feed.rows import ALL_CLOSES, ALL_FACTS, add_requests, close_of, job_rows, rows_of, upsert
from feed.store_errors import (
    AbsentError,
    BadUrlError,
    CorruptError,
    ForeignError,
    NewerSchemaError,
    StoreError,
    UnwritableError,
    translated,
)
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from feed.tape_store import TapeDay
from providers.records import AnyRecord

__all__ = ["Store", "StoreError"]

BUSY_MS = 5_000
KEEP_POLLS = dt.timedelta(days=30)
KEEP_MINUTES = dt.timedelta(days=180)
KEEP_DAILY_VALUATIONS = dt.timedelta(days=100)
MOST_HEADLINES = 2_000

_MINUTE = 60_000_000
_DAY = 86_400_000_000
_BATCH = 500
_records: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_values = msgspec.json.Decoder(dict[str, float])


class Store:
    """Latest quotes, daily closes, dated facts, headlines, finished jobs and request counts."""

    def __init__(self, engine: sa.Engine, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open the store, creating folder, file and tables where they are missing and may be written.

        Raises:
            StoreError: one of the tree; nothing has been written then.
        """
        path = _path(url)
        if read_only:
            if not path.is_file():
                raise AbsentError(f"Store {path}: expected a file to read, there is none.")
        else:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UnwritableError(
                    f"Store {path}: its folder cannot be made ({error.strerror}); "
                    "check the path, or use --store."
                ) from error
        store = cls(_engine(path, read_only=read_only), path, read_only=read_only)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()

    def save(
        self,
        records: Iterable[AnyRecord],
        *,
        done: Mapping[tuple[str, dt.date], dt.datetime] | None = None,
        requests: Mapping[str, int] | None = None,
        day: dt.date | None = None,
        tape: Iterable[Taken] = (),
    ) -> int:
        """Write one poll in one transaction and return the new generation.

        An older record never replaces a newer one: of quotes and FX rates the later as-of stands, of closes
        the one restated to the later day, of all else the later written. `done` says which jobs
        were finished for which day, and when; `requests` adds to the counts of `day`.
        `tape`: frames for the tape.
        """
        rows = rows_of(records)
        frames = [taken.row() for taken in tape]
        with self._write() as connection:
            for table, values in rows.items():
                for start in range(0, len(values), _BATCH):
                    connection.execute(upsert(table), values[start : start + _BATCH])
            tape_store.append(connection, frames)
            if done:
                connection.execute(upsert(schema.jobs), job_rows(done))
            counts = [
                {"provider": name, "day": day.toordinal(), "count": count}
                for name, count in (requests or {}).items()
                if day is not None and count
            ]
            if counts:
                connection.execute(add_requests(), counts)
            return _next_generation(connection)

    def records(self) -> Iterator[AnyRecord]:
        """Everything stored: quotes, closes, then facts in the order of their days.

        Raises:
            CorruptError: at a record that cannot be read.
        """
        with self._read() as connection:
            for (body,) in connection.execute(sa.select(schema.quotes.c.body)):
                yield self._decode(body)
            for row in connection.execution_options(yield_per=5_000).execute(ALL_CLOSES):
                yield close_of(*row)
            for (body,) in connection.execute(ALL_FACTS):
                yield self._decode(body)

    def done(self, job: str, day: dt.date) -> bool:
        """Whether the job has been finished for that day."""
        where = (schema.jobs.c.job == job) & (schema.jobs.c.day == day.toordinal())
        with self._read() as connection:
            return connection.execute(sa.select(schema.jobs.c.job).where(where)).first() is not None

    def finished(self) -> dict[tuple[str, dt.date], dt.datetime]:
        """When each job was last finished for each day."""
        jobs = schema.jobs.c
        with self._read() as connection:
            found = connection.execute(sa.select(jobs.job, jobs.day, jobs.at))
            return {(job, dt.date.fromordinal(day)): instant(at) for job, day, at in found}

    def requests(self, day: dt.date) -> dict[str, int]:
        """Requests sent on that day, by provider."""
        columns = (schema.requests.c.provider, schema.requests.c["count"])
        with self._read() as connection:
            found = connection.execute(sa.select(*columns).where(schema.requests.c.day == day.toordinal()))
            return {row["provider"]: row["count"] for row in found.mappings()}

    def generation(self) -> int:
        """Grows with every write: a reader that sees the same number has seen all."""
        with self._read() as connection:
            return _meta(connection, "generation") or 0

    def save_headlines(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Keep the headlines of the Board at an instant, by path."""
        row = {"at": microseconds(at), "body": msgspec.json.encode(dict(values))}
        statement = insert(schema.headlines)
        replacing = statement.on_conflict_do_update(["at"], set_={"body": statement.excluded.body})
        with self._write() as connection:
            connection.execute(replacing, [row])

    def headlines(
        self, since: dt.datetime, most: int = MOST_HEADLINES
    ) -> list[tuple[dt.datetime, dict[str, float]]]:
        """Headlines from `since` on, oldest first; if more than `most`, the last of each of as many steps."""
        at = schema.headlines.c.at
        start = microseconds(since)
        with self._read() as connection:
            newest, count = connection.execute(
                sa.select(sa.func.max(at), sa.func.count()).where(at >= start)
            ).one()
            query = sa.select(at, schema.headlines.c.body).where(at >= start).order_by(at)
            if count > most:
                oldest = connection.execute(sa.select(sa.func.min(at)).where(at >= start)).scalar_one()
                query = query.where(at.in_(_last_of_each((newest - oldest) // most + 1, at >= start)))
            return [(instant(when), _values.decode(body)) for when, body in connection.execute(query)]

    def tape_days(self) -> list[TapeDay]:
        """The UTC days on the tape, ascending."""
        with self._read() as connection:
            return tape_store.days(connection)

    def tape(self, first: dt.date, last: dt.date) -> Iterator[TapeRow]:
        """Frames of the tape, of the reels that began on these UTC days."""
        with self._read() as connection:
            yield from tape_store.rows(connection, first, last)

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        """The state kept of each alert, by its key: its version and what was kept."""
        with self._read() as connection:
            found = connection.execute(sa.select(schema.alerts))
            return {key: (version, body) for key, version, body in found}

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]]) -> frozenset[str]:
        """Replace states; each with the version it was read in, 0 where there was none.

        The keys that were replaced: a state that somebody else has replaced since stays as it is, so that of
        two processes that see one thing happen only one may act on it.
        """
        with self._write() as connection:
            return frozenset(
                key for key, (version, body) in states.items() if _replaced(connection, key, version, body)
            )

    def compact(self, now: dt.datetime) -> None:
        """Thin what is old: headlines to one a minute, then a day; valuations to one a week. Closes stay.

        The tape goes after a month.
        """
        at = schema.headlines.c.at
        facts = schema.facts.c
        polls, minutes = (microseconds(now - kept) for kept in (KEEP_POLLS, KEEP_MINUTES))
        old = (facts.kind == "Valuation") & (facts.day < (now - KEEP_DAILY_VALUATIONS).toordinal())
        newest = sa.select(sa.func.max(facts.key)).where(old).group_by(facts.subject, facts.day // 7)
        with self._write() as connection:
            for step, when in ((_MINUTE, (at < polls) & (at >= minutes)), (_DAY, at < minutes)):
                thinned = sa.delete(schema.headlines).where(when, at.not_in(_last_of_each(step, when)))
                connection.execute(thinned)
            tape_store.forget(connection, now - KEEP_POLLS)
            connection.execute(sa.delete(schema.facts).where(old, facts.key.not_in(newest)))
            over = schema.jobs.c.day < (now - KEEP_POLLS).toordinal()
            connection.execute(sa.delete(schema.jobs).where(over, schema.jobs.c.job.not_like("fill:%")))

    def _prepare(self) -> None:
        """Look before touching: only an empty file or one of ours is written to."""
        with translated(str(self.path)), self._engine.connect() as connection:
            found = set(sa.inspect(connection).get_table_names())
            if found and schema.meta.name not in found:
                raise ForeignError(
                    f"Store {self.path}: expected a store of Narrows, found a database of another program "
                    f"(tables {', '.join(sorted(found)[:3])}); choose another file with --store."
                )
            version = _meta(connection, "schema") if found else None
        if version is not None and version > schema.VERSION:
            raise NewerSchemaError(
                f"Store {self.path}: expected schema {schema.VERSION} or older, found {version}; "
                "update Narrows, or choose another file with --store."
            )
        if found and version is None:
            raise CorruptError(
                f"Store {self.path}: it does not say its schema; "
                "move it away to begin a new one, or use --store."
            )
        if self.read_only:
            return
        with translated(str(self.path)), self._engine.connect() as connection:
            connection.execution_options(begin=None)  # no journal mode changes within a transaction
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with self._write() as connection:
            schema.metadata.create_all(connection)
            connection.execute(
                insert(schema.meta).on_conflict_do_nothing(),
                [{"key": "schema", "value": schema.VERSION}, {"key": "generation", "value": 0}],
            )
            if version is not None and version < schema.VERSION:  # what is new are whole tables
                mine = schema.meta.c.key == "schema"
                connection.execute(sa.update(schema.meta).where(mine).values(value=schema.VERSION))

    def _decode(self, body: bytes) -> AnyRecord:
        try:
            return _records.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorruptError(
                f"Store {self.path}: a record cannot be read ({error}); move the file away, or use --store."
            ) from error

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        if self.read_only:
            raise UnwritableError(f"Store {self.path}: it was opened for reading; open it for writing.")
        with translated(str(self.path)), self._engine.connect() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with translated(str(self.path)), self._engine.connect() as connection:
            yield connection


def _path(url: str) -> Path:
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise BadUrlError(f"Store {url!r}: expected a URL such as sqlite:////var/lib/narrows.db.") from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        shown = parsed.render_as_string(hide_password=True)
        raise BadUrlError(f"Store {shown}: expected a file, as in sqlite:////var/lib/narrows.db.")
    return Path(parsed.database).expanduser()


def _engine(path: Path, *, read_only: bool) -> sa.Engine:
    if read_only:
        # WAL needs a writable folder even to read; without one nobody writes, and the file stands still.
        still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
        target = f"{path.absolute().as_uri()}?mode=ro&uri=true" + ("&immutable=1" if still else "")
    else:
        target = str(path)
    engine = sa.create_engine(f"sqlite:///{target}")

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = (
            None  # transactions begin where the next listener says, not at a first write
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA synchronous=NORMAL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement)

    return engine


def _meta(connection: sa.Connection, key: str) -> int | None:
    query = sa.select(schema.meta.c.value).where(schema.meta.c.key == key)
    value: int | None = connection.execute(query).scalar_one_or_none()
    return value


def _next_generation(connection: sa.Connection) -> int:
    mine = schema.meta.c.key == "generation"
    connection.execute(sa.update(schema.meta).where(mine).values(value=schema.meta.c.value + 1))
    return _meta(connection, "generation") or 0


def _replaced(connection: sa.Connection, key: str, version: int, body: bytes) -> bool:
    """Write a state unless it is no longer of that version."""
    row = {"key": key, "version": version + 1, "body": body}
    if version == 0:
        return connection.execute(insert(schema.alerts).on_conflict_do_nothing(), row).rowcount == 1
    same = (schema.alerts.c.key == key) & (schema.alerts.c.version == version)
    return connection.execute(sa.update(schema.alerts).where(same).values(row)).rowcount == 1


def _last_of_each(step: int, where: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    at = schema.headlines.c.at
    return sa.select(sa.func.max(at)).where(where).group_by(at // step)
