"""Taping: the tape of a feed, from whichever process polls its store, or for whoever asks for it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable

from feed.ledger import Ledger
from feed.store import Store
from feed.store_errors import StoreError
from feed.tape_end import MOST_POLLS, ReelLabel, TapeEnd, end_of
from feed.tape_recorder import Recorder, Taken
from providers.market import Market
from providers.records import Remark


class Taping:
    """Records what a feed publishes once it is given somebody who keeps the frames."""

    def __init__(self, ledger: Ledger, notes: Iterable[Remark]) -> None:
        self._ledger = ledger
        self._notes = tuple(notes)
        self._recorder: Recorder | None = None
        self._looking: asyncio.Task[TapeEnd | None] | None = None

    def record(self, keep: Callable[[Taken], None], reference: str) -> None:
        """Give `keep` each Market from now on as a frame. `reference`: fingerprint of the reference data."""
        self._recorder = Recorder(self._ledger, keep, self._notes, reference)

    def rest(self) -> None:
        """Record nothing until the next `take`: another process polls."""
        self._stop_looking()
        if self._recorder is not None:
            self._recorder.rest()

    def look(self, store: Store, poll_seconds: float, today: dt.date) -> None:
        """Begin to look whether the reel where the store's tape ends tells all that the ledger holds."""
        self._stop_looking()
        if self._recorder is not None:
            self._recorder.listen()
            label = self._recorder.label(poll_seconds)
            known = self._ledger.copy()
            self._looking = asyncio.create_task(asyncio.to_thread(_end, store, known, label, today))

    async def ready(self) -> None:
        """Wait until it is known whether a reel is gone on with."""
        looking = self._looking
        if looking is None:
            return
        await asyncio.wait([looking])  # of what `rest` cancels meanwhile, whoever waits hears nothing
        if looking is self._looking and self._recorder is not None and (end := looking.result()) is not None:
            self._recorder.go_on(end)

    def take(self, market: Market) -> None:
        """Record a Market that has just been made of the ledger."""
        self._stop_looking()
        if self._recorder is not None:
            self._recorder.take(market)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None


def _end(store: Store, ledger: Ledger, label: ReelLabel, today: dt.date) -> TapeEnd | None:
    try:
        rows = store.newest_reel(MOST_POLLS)
    except StoreError:
        return None  # a store that fails is heard of when it is written
    return end_of(rows, ledger, label, today)
