"""Lease: exactly one of the processes on a store polls.

The lease is one row: a fencing token that grows with every take-over, who holds it, and a count of
heartbeats. The holder beats every `BEAT` seconds, in real time; every write of a poll checks the token in its
own transaction, so that a holder that has lost the lease without noticing writes nothing.

When is a holder dead? To whoever has watched the row, when it has not moved for `EXPIRES` seconds on the
watcher's own steady clock: no wrong clock of any machine can break that. To whoever sees the row for the
first time, when the last beat is that old by the database's clock, the same for all.
"""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from feed.database import clock, insert
from feed.schema import lease, meta
from feed.store_errors import LeaseLostError

if TYPE_CHECKING:
    from feed.store import Store

BEAT = 2.0
EXPIRES = 6.0
FREE = ""

_ROW = lease.c.id == 1


@dataclass(frozen=True)
class Held:
    """The lease as it stands, and the generation of the store at that instant.

    `label` is for people (`alice@host`), `age` in seconds since the last beat.
    """

    token: int
    holder: str
    label: str
    beats: int
    wishes: int
    age: float
    generation: int

    @property
    def live(self) -> bool:
        """Whether it looks held to somebody who sees it for the first time."""
        return self.holder != FREE and self.age <= EXPIRES


def look(connection: sa.Connection) -> Held | None:
    """The lease; `None` before the first."""
    age = (clock(connection) - lease.c.beaten).label("age")
    newest = sa.select(meta.c.value).where(meta.c.key == "generation").scalar_subquery().label("generation")
    columns = (lease.c.token, lease.c.holder, lease.c.label, lease.c.beats, lease.c.wishes, age, newest)
    row = connection.execute(sa.select(*columns).where(_ROW)).mappings().one_or_none()
    return None if row is None else Held(**{**row, "age": float(row["age"]) / 1_000_000})


def take(connection: sa.Connection, holder: str, label: str, seen: Held | None) -> int | None:
    """Take the lease over as it was seen; the new token, `None` when it has moved since."""
    now = clock(connection)
    values = {"holder": holder, "label": label, "beats": 0, "beaten": now}
    if seen is None:
        first = insert(connection, lease).values(id=1, token=1, wishes=0, **values).on_conflict_do_nothing()
        return _token(connection.execute(first.returning(lease.c.token)))
    same = (lease.c.token == seen.token) & (lease.c.beats == seen.beats) & (lease.c.holder == seen.holder)
    taken = sa.update(lease).where(_ROW, same).values(token=seen.token + 1, **values)
    return _token(connection.execute(taken.returning(lease.c.token)))


def beat(connection: sa.Connection, token: int) -> int | None:
    """Beat once; how often others have wished for a poll, `None` when the lease is no longer held."""
    mine = sa.update(lease).where(_ROW, lease.c.token == token, lease.c.holder != FREE)
    beaten = mine.values(beats=lease.c.beats + 1, beaten=clock(connection)).returning(lease.c.wishes)
    wishes: int | None = connection.execute(beaten).scalar_one_or_none()
    return wishes


def release(connection: sa.Connection, holder: str) -> None:
    """Give the lease back, if this is its holder."""
    connection.execute(sa.update(lease).where(_ROW, lease.c.holder == holder).values(holder=FREE))


def wish(connection: sa.Connection) -> None:
    """Ask the holder to poll now."""
    connection.execute(sa.update(lease).where(_ROW).values(wishes=lease.c.wishes + 1))


def fence(connection: sa.Connection, token: int) -> None:
    """Check within a write that the lease is still held; nobody takes it over before the write has ended.

    Raises:
        LeaseLostError: when it is not.
    """
    query = sa.select(lease.c.token).where(_ROW, lease.c.token == token, lease.c.holder != FREE)
    if connection.execute(query.with_for_update()).scalar_one_or_none() is None:
        raise LeaseLostError("Another process polls this store now; nothing was written.")


class Lease:
    """One process's part in the lease. Its calls block, and may come from any thread.

    Args:
        store: Where the lease is.
        steady: Seconds on a clock that nobody sets, and that stands while the machine sleeps, as do the
            processes that are watched on it.
        uptime: The same, but it goes on while the machine sleeps: others may not.
    """

    def __init__(
        self,
        store: Store,
        *,
        steady: Callable[[], float] = time.monotonic,
        uptime: Callable[[], float] | None = None,
    ) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.label = f"{_user()}@{socket.gethostname().partition('.')[0]}"
        self.token: int | None = None
        self._store = store
        self._steady = steady
        self._seen: Held | None = None
        self._since: float | None = None
        self._wishes: int | None = None
        self._uptime = uptime or _uptime
        self._beaten = self._uptime()
        self._ended = False
        self._lock = threading.Lock()

    @property
    def other(self) -> Held | None:
        """The lease when it was last looked at, if somebody else held it."""
        return None if self._seen is None or self._seen.holder in {FREE, self.holder} else self._seen

    @property
    def generation(self) -> int | None:
        """Of the store, when the lease was last looked at; `None` where nobody has ever held it."""
        return None if self._seen is None else self._seen.generation

    @property
    def overdue(self) -> bool:
        """Whether others may by now take this process for dead."""
        return self._uptime() - self._beaten > EXPIRES

    def step(self, *, moved: bool = True) -> bool:
        """Beat, or take over what is free or dead; whether this process holds the lease now.

        `moved`: whether the store may have changed since the last step; if not, the row is not read again.

        Raises:
            StoreError: when the store fails; who held the lease then is not known.
        """
        with self._lock:
            if self._ended:
                return False
            if self.token is not None:
                return self._beat(self.token)
            if moved or self._since is None:
                self._look()
            return self.expired and self._take()

    def look(self, *, moved: bool = True) -> None:
        """See who holds the lease, if the store may have changed; for those who may only read.

        Raises:
            StoreError: when the store fails.
        """
        with self._lock:
            if moved or self._since is None:
                self._look()
            if self.expired:
                self._seen = None

    def wished(self, known: int | None) -> tuple[bool, int | None]:
        """Whether others have wished for a poll since `known`, and the count to ask with the next time."""
        return known is not None and self._wishes is not None and self._wishes > known, self._wishes

    def rest(self) -> None:
        """Give the lease back and go on."""
        with self._lock:
            held, self.token, self._since = self.token is not None, None, None
            if held:
                self._store.release_lease(self.holder)

    def end(self) -> None:
        """Give the lease back for good."""
        self._ended = True
        self.rest()

    def _beat(self, token: int) -> bool:
        began = self._uptime()
        self._wishes = self._store.beat_lease(token)
        if self._wishes is None:
            self.token = self._since = None
        self._beaten = began
        return self.token is not None

    def _look(self) -> None:
        found, now = self._store.lease(), self._steady()
        before = self._seen
        same = (
            self._since is not None
            and before is not None
            and found is not None
            and (before.token, before.beats, before.holder) == (found.token, found.beats, found.holder)
        )
        if not same:
            first = self._since is None
            self._since = now - max(found.age, 0.0) if first and found is not None else now
        self._seen = found

    @property
    def expired(self) -> bool:
        """Whether nobody holds it, as far as has been seen."""
        seen, since = self._seen, self._since
        if seen is None or seen.holder == FREE:
            return True
        return since is not None and self._steady() - since > EXPIRES

    def _take(self) -> bool:
        self._beaten = self._uptime()
        self.token = self._store.take_lease(self.holder, self.label, self._seen)
        self._since = None
        if self.token is not None:
            self._wishes = 0 if self._seen is None else self._seen.wishes
            self._seen = None
        return self.token is not None


def _token(result: sa.CursorResult[Any]) -> int | None:
    token: int | None = result.scalar_one_or_none()
    return token


def _uptime() -> float:
    """Seconds since the machine started, those that it slept included where the system tells."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
