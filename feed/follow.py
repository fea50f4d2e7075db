"""Follow: this process's part among the monitors on one store, polling or reading what another one polls.

Runs in real time whatever the feed's clock: the store and the other processes do too.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from feed.keeper import SUBJECT
from feed.lease import BEAT, Lease
from feed.ledger import Ledger
from feed.shared import News, Shared
from feed.store import Store
from feed.store_errors import StoreError
from feed.watch import Watch
from providers.market import PollerState
from providers.records import Remark

LOOK = 0.25
"""Seconds between two looks at a store that does not call."""

NAMED = 5
"""Lines that a remark names before it says that there are others."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Whom `Follow` tells what; each is called in the event loop.

    Attributes:
        polling: This process polls from now on, or no longer; waited for.
        news: Somebody else has polled, and the ledger has it.
        wished: Somebody else wishes for a poll now.
        failed: The store fails; whether that ends all sharing.
        recovered: It works again.
    """

    polling: Callable[[bool], Awaitable[None]]
    news: Callable[[], None]
    wished: Callable[[], None]
    failed: Callable[[StoreError], bool]
    recovered: Callable[[], None]


class Follow:
    """Holds the lease, or follows who does. Without a store that others can see it polls, alone.

    A store that may only be read is followed, and never polled for: that needs the lease.
    """

    def __init__(self, store: Store | None, ledger: Ledger, told: Told, *, look: float = LOOK) -> None:
        self.polls = store is None
        self.shared: Shared | None = None
        self._store = store
        self._lease = Lease(store) if store is not None else None
        self._watch: Watch | None = store.watch() if store is not None else None
        self._ledger = ledger
        self._told = told
        self._look = look
        self._generation = 0
        self._poke = asyncio.Event()
        self._heard = asyncio.Event()
        self._resting = False
        self._begun = False
        self._ended = False
        self._busy = threading.Lock()
        self._wishing = False
        self._failing: type[StoreError] | None = None
        self._known_wishes: int | None = None

    @property
    def token(self) -> int | None:
        """The fencing token while this process polls for others too."""
        return self._lease.token if self._lease is not None else None

    @property
    def asks(self) -> bool:
        """Whether to ask sources now: not after a sleep, until the lease is known to be held still."""
        lease = self._lease
        late = lease is not None and lease.token is not None and lease.overdue and self._failing is None
        return self.polls and not late

    @property
    def followed(self) -> Shared | None:
        """What the newest poll of another process said; `None` where this one polls or nobody does."""
        return self.shared if not self.polls and (self._begun or self.state.holder is not None) else None

    @property
    def state(self) -> PollerState:
        """Who polls."""
        if self._lease is None:
            return PollerState(role="alone")
        if self.polls:
            return PollerState(role="polls" if self.token is not None else "alone", holder=self._lease.label)
        other = self._lease.other
        return PollerState(role="follows", holder=other.label if other is not None else None)

    def remarks(self, mine: Iterable[Remark]) -> tuple[Remark, ...]:
        """Those of whoever polls, and what only this process has to say: of its store and of its universe."""
        shared = self.shared
        if shared is None:
            return tuple(mine)
        own = tuple(remark for remark in mine if remark.subject == SUBJECT)
        return (*own, *self._unpolled(shared), *shared.remarks)

    async def heard(self) -> None:
        """Wait, while `run` goes on, until somebody has polled or this process has to."""
        while not self.polls and self.shared is None:
            self._heard.clear()
            await self._heard.wait()

    async def peek(self, generation: int) -> None:
        """Take in what whoever polls says, without trying for the lease. `generation`: in the ledger already.

        Raises:
            StoreError: when the store fails.
        """
        self._generation = generation
        if self._store is not None and self._lease is not None:
            await asyncio.to_thread(self._lease.look)
            self._take_in(await asyncio.to_thread(self._store.since, generation))

    async def begin(self) -> None:
        """Take the lease if nobody has it, else take in what whoever has it says."""
        self._begun = True
        if self._lease is not None and not self.polls:
            await self._turn()

    async def run(self) -> None:
        """Beat or follow until cancelled."""
        while self._lease is not None:
            # A server that does not answer is not asked four times a second, by ten monitors.
            server_fails = self._failing is not None and self._store is not None and not self._store.is_file
            await self._wait(BEAT if self.polls or server_fails else self._look)
            if self._lease is not None:
                await self._turn()
        await asyncio.Event().wait()

    def wish(self) -> None:
        """Ask whoever polls to poll now."""
        self._wishing = self._store is not None and not self._store.read_only
        self._poke.set()

    def rest(self, *, resting: bool) -> None:
        """Stand still: give the lease back and read nothing; or go on."""
        self._resting = resting
        self._poke.set()

    async def release(self) -> None:
        """Give the lease back for now."""
        if self._lease is not None:
            self.polls = False
            await asyncio.to_thread(self._lease.rest)

    async def end(self) -> None:
        """Give the lease and the connections back."""
        try:
            await asyncio.to_thread(self._give_back)
        except StoreError as error:
            self._told.failed(error)

    def _give_back(self) -> None:
        with self._busy:  # a look that was cancelled still runs in its thread
            self._ended = True
            if self._watch is not None:
                self._watch.close()
            if self._lease is not None:
                self._lease.end()

    async def _turn(self) -> None:
        lease, watch, store = self._lease, self._watch, self._store
        if lease is None or watch is None or store is None:
            return
        try:
            if self._resting:
                await asyncio.to_thread(lease.rest)
                await self._polling(now=False)
                return
            moved = watch.moved() if watch.at_once else None
            if self._failing is not None:
                moved = True  # what had moved then has not been read
            elif moved is False and not (self.polls or self._wishing or lease.expired):
                return
            held, news = await asyncio.to_thread(self._step, lease, watch, store, moved=moved)
        except StoreError as error:
            await self._failed(error, lease, store)
            return
        if self._failing is not None:
            self._failing = None
            self._told.recovered()
        if news is not None and self._take_in(news) and not held:
            self._told.news()
        await self._polling(now=held)
        wished, self._known_wishes = lease.wished(self._known_wishes)
        if held and wished:
            self._told.wished()

    async def _failed(self, error: StoreError, lease: Lease, store: Store) -> None:
        """Go on from memory; where others may reach the server, poll no longer than the lease lasts."""
        if type(error) is not self._failing:
            self._failing = type(error)
            if self._told.failed(error):
                self._lease = None
                await self._polling(now=True)
                return
        if store.is_file and not store.read_only:
            if lease.expired:  # nobody polls, and while the file fails nobody can begin to
                await self._polling(now=True)
        elif lease.overdue:
            await self._polling(now=False)

    def _step(
        self, lease: Lease, watch: Watch, store: Store, *, moved: bool | None
    ) -> tuple[bool, News | None]:
        """One beat or look; whether the lease is held, and what others have written. Blocks.

        `moved`: whether somebody has written, where that is known.
        """
        with self._busy:
            if self._ended:
                return False, None
            if lease.token is not None and lease.step():
                return True, None
            if moved is None:
                moved = watch.moved()
            if self._wishing:
                self._wishing = False
                store.wish()
            if store.read_only:
                lease.look(moved=moved)
            elif lease.step(moved=moved):
                return True, store.since(self._generation)
            old = not moved or (self.shared is not None and lease.generation == self._generation)
            return False, None if old else store.since(self._generation)

    def _take_in(self, news: News) -> bool:
        """Whether there was something new."""
        if news.generation == self._generation and self.shared is not None:
            return False
        self._generation = news.generation
        self._ledger.add(news.records)
        self.shared = news.shared
        self._heard.set()
        return True

    def _unpolled(self, shared: Shared) -> tuple[Remark, ...]:
        missing = sorted(self._ledger.lines.keys() - set(shared.symbols))
        if not missing:
            return ()
        text = (
            f"The universe that is polled, {shared.universe}, lacks {len(missing)} lines of this one: "
            f"{', '.join(missing[:NAMED])}{' and others' if len(missing) > NAMED else ''} are not refreshed."
        )
        return (Remark(subject=SUBJECT, text=text, at=shared.at, severity="warning"),)

    async def _polling(self, *, now: bool) -> None:
        if now != self.polls:
            self.polls = now
            self._known_wishes = None
            self._heard.set()
            await self._told.polling(now)

    async def _wait(self, seconds: float) -> None:
        """Wait so long, or until the store calls or something is wanted."""
        loop = asyncio.get_running_loop()
        descriptor = self._watch.fileno() if self._watch is not None else None
        if descriptor is not None and not self.polls:
            loop.add_reader(descriptor, self._poke.set)
        try:
            async with asyncio.timeout(seconds):
                await self._poke.wait()
        except TimeoutError:
            return
        finally:
            self._poke.clear()
            if descriptor is not None:
                loop.remove_reader(descriptor)
