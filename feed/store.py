"""Store: what the feed remembers across restarts and shares with others: a SQLite file, or PostgreSQL.

Errors: the tree of `feed.store_errors`. Every method blocks; callers in an event loop use a thread. A write
is one transaction, and writing the same again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
import sqlalchemy as sa

from feed import alert_rows, compaction, headline_rows, lease, prepare, schema, shared, tape_store
from feed.database import engine_of, file_of, parsed, shown, stands_still
from feed.identity import instant
from feed.lease import Held
from feed.rows import ALL_CLOSES, ALL_FACTS, add_requests, close_of, job_rows, rows_of, upsert
from feed.shared import News, Shared
from feed.store_errors import AbsentError, CorruptError, StoreError, UnwritableError, translated
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from feed.tape_store import TapeDay
from feed.watch import CHANNEL, FileWatch, ServerWatch, Watch
from providers.records import AnyRecord

__all__ = ["Store", "StoreError"]

MOST_HEADLINES = 2_000
PATIENCE = 1.0

_BATCH = 500
_records: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


class Store:
    """Latest quotes, daily closes, dated facts, headlines, finished jobs and request counts."""

    def __init__(self, engine: sa.Engine, where: str, *, read_only: bool) -> None:
        self.where = where
        self.read_only = read_only
        self._engine = engine
        self._calls = threading.Condition()
        self._running = 0
        self._preparing = threading.RLock()
        self._making = self._prepared = False
        self.is_file = engine.dialect.name == "sqlite"

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open the store, creating folder, file and tables where they are missing and may be written.

        Raises:
            StoreError: one of the tree; nothing has been written then.
        """
        target = parsed(url)
        where, path = shown(target), file_of(target)
        if path is not None and read_only and not path.is_file():
            raise AbsentError(f"Store {where}: expected a file to read, there is none.")
        if path is not None and not read_only:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    path.touch()  # by the umask in force, which the driver does not heed
            except OSError as error:
                raise UnwritableError(
                    f"Store {where}: its folder cannot be made or written ({error.strerror}); "
                    "check the path and its permissions, or use --store."
                ) from error
        store = cls(engine_of(target, read_only=read_only), where, read_only=read_only)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def later(cls, url: str, *, read_only: bool = False) -> Self:
        """The store of a server that does not answer now: the first call that reaches it opens it.

        Until then every call raises what `open` would.
        """
        target = parsed(url)
        return cls(engine_of(target, read_only=read_only), shown(target), read_only=read_only)

    @property
    def reached(self) -> bool:
        """Whether it has been opened."""
        return self._prepared

    def close(self) -> None:
        """Give the connections back; a call that another thread has begun ends first, within a moment."""
        with self._calls:
            self._calls.wait_for(lambda: self._running == 0, timeout=PATIENCE)
        self._engine.dispose()

    def save(  # noqa: PLR0913 - what a poll brings, by name
        self,
        records: Iterable[AnyRecord],
        *,
        done: Mapping[tuple[str, dt.date], dt.datetime] | None = None,
        requests: Mapping[str, int] | None = None,
        day: dt.date | None = None,
        tape: Iterable[Taken] = (),
        share: Shared | None = None,
        token: int | None = None,
    ) -> int:
        """Write one poll in one transaction and return the new generation.

        An older record never replaces a newer one: of quotes and FX rates the later as-of stands, of closes
        the one restated to the later day, of all else the later written. `done` says which jobs
        were finished for which day, and when; `requests` adds to the counts of `day`.
        `tape`: frames for the tape. `share`: what the poll says besides, for other monitors.

        Raises:
            LeaseLostError: when `token` is no longer that of the lease; nothing has been written then.
        """
        rows = rows_of(records)
        frames = [taken.row() for taken in tape]
        with self._write(token) as connection:
            generation = _next_generation(connection)
            for table, values in rows.items():
                stamped = [{**row, "generation": generation} for row in values]
                for start in range(0, len(values), _BATCH):
                    connection.execute(upsert(connection, table), stamped[start : start + _BATCH])
            tape_store.append(connection, frames)
            if done:
                connection.execute(upsert(connection, schema.jobs), job_rows(done))
            counts = [
                {"provider": name, "day": day.toordinal(), "count": count}
                for name, count in (requests or {}).items()
                if day is not None and count
            ]
            if counts:
                connection.execute(add_requests(connection), counts)
            if share is not None:
                row = {"id": 1, "generation": generation, "body": shared.encoded(share)}
                connection.execute(upsert(connection, schema.shared), row)
            self._announce(connection, generation)
            return generation

    def since(self, generation: int) -> News:
        """What has been written since a generation.

        Raises:
            CorruptError: at a record that cannot be read.
        """
        with self._read() as connection:
            newest = _meta(connection, "generation") or 0
            found: list[AnyRecord] = []
            if newest > generation:
                quotes = sa.select(schema.quotes.c.body).where(schema.quotes.c.generation > generation)
                closes = ALL_CLOSES.where(schema.closes.c.generation > generation)
                facts = ALL_FACTS.where(schema.facts.c.generation > generation)
                found += [self._decode(body) for (body,) in connection.execute(quotes)]
                found += [close_of(*row) for row in connection.execute(closes)]
                found += [self._decode(body) for (body,) in connection.execute(facts)]
            share = connection.execute(sa.select(schema.shared.c.body)).scalar_one_or_none()
        return News(newest, tuple(found), None if share is None else shared.decoded(share))

    def watch(self) -> Watch:
        """Notices that others have written."""
        if not self.is_file:
            return ServerWatch(self._engine, self.where)
        path = Path(self.where)
        return FileWatch(self._engine, self.where, lambda: self.read_only and stands_still(path))

    def lease(self) -> Held | None:
        """Who polls; `None` where nobody ever has."""
        with self._read() as connection:
            return lease.look(connection)

    def take_lease(self, holder: str, label: str, seen: Held | None) -> int | None:
        """Take the lease over as it was seen; the token, `None` when somebody else was first."""
        with self._write() as connection:
            token = lease.take(connection, holder, label, seen)
            self._announce(connection)
            return token

    def beat_lease(self, token: int) -> int | None:
        """Beat once; how often others have wished for a poll, `None` when the lease is lost."""
        with self._write() as connection:
            wishes = lease.beat(connection, token)
            self._announce(connection)
            return wishes

    def release_lease(self, holder: str) -> None:
        """Give the lease back, if this is its holder."""
        with self._write() as connection:
            lease.release(connection, holder)
            self._announce(connection)

    def wish(self) -> None:
        """Ask the holder of the lease to poll now."""
        with self._write() as connection:
            lease.wish(connection)

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

    def save_headlines(
        self, at: dt.datetime, values: Mapping[str, float], *, token: int | None = None
    ) -> None:
        """Keep the headlines of the Board at an instant, by path. Raises as `save` does."""
        with self._write(token) as connection:
            headline_rows.save(connection, at, values)

    def headlines(
        self, since: dt.datetime, most: int = MOST_HEADLINES
    ) -> list[tuple[dt.datetime, dict[str, float]]]:
        """Headlines from `since` on, oldest first; if more than `most`, the last of each of as many steps."""
        with self._read() as connection:
            return headline_rows.read(connection, since, most)

    def tape_days(self) -> list[TapeDay]:
        """The UTC days on the tape, ascending."""
        with self._read() as connection:
            return tape_store.days(connection)

    def tape(self, first: dt.date, last: dt.date) -> Iterator[TapeRow]:
        """Frames of the tape, of the reels that began on these UTC days."""
        with self._read() as connection:
            yield from tape_store.rows(connection, first, last)

    def newest_reel(self, most: int) -> list[TapeRow]:
        """The reel of the newest frame of the tape, whole; nothing where it has more than `most` polls."""
        with self._read() as connection:
            return tape_store.newest(connection, most)

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        """The state kept of each alert, by its key: its version and what was kept."""
        with self._read() as connection:
            return alert_rows.states(connection)

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]], day: dt.date) -> frozenset[str]:
        """Replace states; each with the version it was read in, 0 where there was none. `day`: today.

        The keys that were replaced: a state that somebody else has replaced since stays as it is, so that of
        two processes that see one thing happen only one may act on it.
        """
        with self._write() as connection:
            return alert_rows.replace(connection, states, day)

    def renew_alert_states(self, keys: Collection[str], day: dt.date) -> None:
        """Note that these alerts are watched for on a day; those that nobody watches for go after a month."""
        with self._write() as connection:
            alert_rows.renew(connection, keys, day)

    def compact(self, now: dt.datetime, *, token: int | None = None) -> None:
        """Thin what is old; see `feed.compaction`. Raises as `save` does."""
        with self._write(token) as connection:
            compaction.compact(connection, now)

    def _prepare(self) -> None:
        """Make it ready once; the calls of other threads wait for that."""
        with self._preparing:
            if self._prepared or self._making:
                return
            self._making = True  # what follows reads and writes
            try:
                self._make_ready()
                self._prepared = True
            finally:
                self._making = False

    def _make_ready(self) -> None:
        """Look before touching: only an empty database or one of ours is written to."""
        with self._read() as connection:
            version = prepare.version_of(connection, self.where)
        if self.read_only:
            prepare.readable(version, self.where)
            return
        if self.is_file:
            with translated(self.where), self._engine.connect() as connection:
                connection.execution_options(begin=None)  # no journal mode changes within a transaction
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        if version != schema.VERSION:
            with self._write() as connection:
                prepare.make(connection, self.where)

    def _decode(self, body: bytes) -> AnyRecord:
        try:
            return _records.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorruptError(
                f"Store {self.where}: a record cannot be read ({error}); move the file away, or use --store."
            ) from error

    def _announce(self, connection: sa.Connection, generation: int = 0) -> None:
        """Wake those who watch a server; of a file each sees by itself that it has changed."""
        if not self.is_file:
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(generation))))

    @contextmanager
    def _write(self, token: int | None = None) -> Iterator[sa.Connection]:
        if self.read_only:
            raise UnwritableError(f"Store {self.where}: it was opened for reading; open it for writing.")
        with self._connected() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                if token is not None:
                    lease.fence(connection, token)
                yield connection

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        """One instant of the store: what is written meanwhile is not seen."""
        with self._connected() as connection:
            if not self.is_file:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        if not self._prepared:
            self._prepare()
        with self._calls:
            self._running += 1
        try:
            with translated(self.where), self._engine.connect() as connection:
                yield connection
        finally:
            with self._calls:
                self._running -= 1
                self._calls.notify_all()


def _meta(connection: sa.Connection, key: str) -> int | None:
    query = sa.select(schema.meta.c.value).where(schema.meta.c.key == key)
    value: int | None = connection.execute(query).scalar_one_or_none()
    return value


def _next_generation(connection: sa.Connection) -> int:
    mine = schema.meta.c.key == "generation"
    connection.execute(sa.update(schema.meta).where(mine).values(value=schema.meta.c.value + 1))
    return _meta(connection, "generation") or 0
