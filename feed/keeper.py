"""Keeper: hands what the feed learns to the store, and goes on from memory when the store fails."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from feed.clock import Clock
from feed.identity import identity
from feed.remarks import Remarks
from feed.shared import Shared
from feed.spending import Spending
from feed.store import Store
from feed.store_errors import (
    BusyError,
    FullError,
    LeaseLostError,
    StoreError,
    UnreachableStoreError,
    UnwritableError,
)
from feed.tape_recorder import Taken
from providers.records import AnyRecord, Remark

PASSING = BusyError | FullError | UnwritableError | UnreachableStoreError
"""Failures that may pass by themselves."""

SUBJECT = "store"

MOST_FRAMES = 1_000
"""Frames of the tape that wait for a store that cannot be written: four hours of polls."""


@dataclass(frozen=True)
class _Batch:
    """One poll, or several that waited."""

    shared: Shared
    records: dict[tuple[str, str], AnyRecord] = field(default_factory=dict)
    done: dict[tuple[str, dt.date], dt.datetime] = field(default_factory=dict)
    tape: list[Taken] = field(default_factory=list)


class Keeper:
    """Collects records, finished jobs and request counts of a poll and writes them in one transaction.

    After a failure that may pass (full disk, lock, permission) they wait for the next write; after any other
    the store is not touched again. Either way a remark says so. Nothing is written without the lease, whose
    fencing token `token` gives.
    """

    def __init__(
        self,
        store: Store | None,
        clock: Clock,
        remarks: Remarks,
        *,
        spending: Spending | None = None,
        token: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.store = store if store is not None and not store.read_only else None
        self._clock = clock
        self._remarks = remarks
        self._records: dict[tuple[str, str], AnyRecord] = {}
        self._done: dict[tuple[str, dt.date], dt.datetime] = {}
        self._tape: list[Taken] = []
        self._sealed: _Batch | None = None
        self._spending = spending or Spending()
        self._token = token
        self._lock = asyncio.Lock()
        self._writing: set[asyncio.Task[bool]] = set()

    def put(self, records: Iterable[AnyRecord]) -> None:
        """Keep records for the next write."""
        if self.store is None:
            return
        for record in records:
            kind, key, *_ = identity(record)
            self._records[kind, key] = record

    def put_tape(self, taken: Taken) -> None:
        """Keep a frame of the tape for the next write. Of a long time without one the later go: a gap."""
        if (
            self.store is not None
            and len(self._tape) + len(self._sealed.tape if self._sealed else ()) < MOST_FRAMES
        ):
            self._tape.append(taken)

    def mark(self, job: str, day: dt.date, at: dt.datetime) -> None:
        """Keep for the next write that a job is finished."""
        if self.store is not None:
            self._done[job, day] = at

    def seal(self, shared: Shared) -> None:
        """Close a poll: what has gathered until now, and what it says besides. What comes is the next.

        Polls that wait for a store become one.
        """
        before = self._sealed or _Batch(shared)
        self._sealed = _Batch(
            shared, before.records | self._records, before.done | self._done, before.tape + self._tape
        )
        self._records, self._done, self._tape = {}, {}, []

    def drop(self) -> None:
        """Forget what has not been written: another process polls now."""
        self._records, self._done, self._tape, self._sealed = {}, {}, [], None

    @property
    def unsealed(self) -> bool:
        """Whether something has come since the last poll was closed."""
        return bool(self._records or self._done)

    @property
    def waiting(self) -> bool:
        """Whether something is still to be written."""
        return bool(self.unsealed or self._sealed)

    async def write(self, requests: Mapping[str, int]) -> bool:
        """Write what has been sealed. `requests`: sent since the start, by provider.

        It goes on when the waiting for it is cancelled, and the next write waits for it: a poll that has been
        answered is not lost because the program ends.

        Returns:
            Whether the store fails now and did not before, or the reverse.
        """
        writing = asyncio.create_task(self._write(requests))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return await asyncio.shield(writing)

    async def _write(self, requests: Mapping[str, int]) -> bool:
        async with self._lock:
            token, batch = self._token(), self._sealed
            if self.store is None or token is None or batch is None:
                return False
            self._sealed = None
            more = self._spending.unwritten(requests)
            day = self._clock.now().date()
            try:
                await asyncio.to_thread(
                    self.store.save,
                    batch.records.values(),
                    done=batch.done,
                    requests=more,
                    day=day,
                    tape=batch.tape,
                    share=batch.shared,
                    token=token,
                )
                stored = await asyncio.to_thread(self.store.requests, day)
            except LeaseLostError:
                self.drop()
            except StoreError as error:
                later = self._sealed or batch
                self._sealed = _Batch(
                    later.shared,
                    batch.records | later.records,
                    batch.done | later.done,
                    batch.tape if later is batch else batch.tape + later.tape,
                )
                self.failed(error)
                return True
            else:
                self._spending.written(day, requests, stored)
                return self._remarks.clear(SUBJECT, None)
            return False

    async def headlines(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Write one row of headlines; a failure becomes a remark."""
        store, token = self.store, self._token()
        if store is not None and token is not None:
            await self._attempt(partial(store.save_headlines, at, values, token=token))

    async def compact(self) -> None:
        """Thin what is old; a failure becomes a remark."""
        store, token = self.store, self._token()
        if store is not None and token is not None:
            await self._attempt(partial(store.compact, self._clock.now(), token=token))

    async def _attempt(self, write: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(write)
        except LeaseLostError:
            self.drop()
        except StoreError as error:
            self.failed(error)

    def failed(self, error: StoreError) -> bool:
        """Say that the store fails, and leave it alone unless that may pass; whether it is for good."""
        for_good = not isinstance(error, PASSING)
        if for_good:
            self.store = None
            self.drop()
        text = f"{error} Until then nothing is remembered across a restart."
        remark = Remark(subject=SUBJECT, text=text, at=self._clock.now(), severity="error")
        self._remarks.put((remark,))
        return for_good
