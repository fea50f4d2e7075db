"""Keeper: hands what the feed learns to the store, and goes on from memory when the store fails."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping

from feed.clock import Clock
from feed.identity import identity
from feed.remarks import Remarks
from feed.spending import Spending
from feed.store import Store
from feed.store_errors import BusyError, FullError, StoreError, UnwritableError
from feed.tape_recorder import Taken
from providers.records import AnyRecord, Remark

SUBJECT = "store"

MOST_FRAMES = 1_000
"""Frames of the tape that wait for a store that cannot be written: four hours of polls."""


class Keeper:
    """Collects records, finished jobs and request counts of a poll and writes them in one transaction.

    After a failure that may pass (full disk, lock, permission) they wait for the next write; after any other
    the store is not touched again. Either way a remark says so.
    """

    def __init__(
        self, store: Store | None, clock: Clock, remarks: Remarks, spending: Spending | None = None
    ) -> None:
        self.store = store if store is not None and not store.read_only else None
        self._clock = clock
        self._remarks = remarks
        self._records: dict[tuple[str, str], AnyRecord] = {}
        self._done: dict[tuple[str, dt.date], dt.datetime] = {}
        self._tape: list[Taken] = []
        self._spending = spending or Spending()
        self._lock = asyncio.Lock()

    def put(self, records: Iterable[AnyRecord]) -> None:
        """Keep records for the next write."""
        if self.store is None:
            return
        for record in records:
            kind, key, *_ = identity(record)
            self._records[kind, key] = record

    def put_tape(self, taken: Taken) -> None:
        """Keep a frame of the tape for the next write. Of a long time without one the later go: a gap."""
        if self.store is not None and len(self._tape) < MOST_FRAMES:
            self._tape.append(taken)

    def mark(self, job: str, day: dt.date, at: dt.datetime) -> None:
        """Keep for the next write that a job is finished."""
        if self.store is not None:
            self._done[job, day] = at

    async def write(self, requests: Mapping[str, int]) -> None:
        """Write what has gathered. `requests`: sent since the start, by provider."""
        async with self._lock:
            more = self._spending.unwritten(requests)
            if self.store is None or not (self._records or self._done or self._tape or more):
                return
            records, self._records = self._records, {}
            done, self._done = self._done, {}
            tape, self._tape = self._tape, []
            day = self._clock.now().date()
            try:
                await asyncio.to_thread(
                    self.store.save, records.values(), done=done, requests=more, day=day, tape=tape
                )
                stored = await asyncio.to_thread(self.store.requests, day)
            except StoreError as error:
                self._records = records | self._records
                self._done = done | self._done
                self._tape = tape + self._tape
                self.failed(error)
            else:
                self._spending.written(day, requests, stored)
                self._remarks.clear(SUBJECT, None)

    async def headlines(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Write one row of headlines; a failure becomes a remark."""
        if self.store is None:
            return
        try:
            await asyncio.to_thread(self.store.save_headlines, at, values)
        except StoreError as error:
            self.failed(error)

    async def compact(self) -> None:
        """Thin what is old; a failure becomes a remark."""
        if self.store is None:
            return
        try:
            await asyncio.to_thread(self.store.compact, self._clock.now())
        except StoreError as error:
            self.failed(error)

    def failed(self, error: StoreError) -> None:
        """Say that the store fails, and leave it alone for good unless that may pass."""
        if not isinstance(error, BusyError | FullError | UnwritableError):
            self.store = None
            self._records, self._done, self._tape = {}, {}, []
        text = f"{error} Until then nothing is remembered across a restart."
        remark = Remark(subject=SUBJECT, text=text, at=self._clock.now(), severity="error")
        self._remarks.put((remark,))
