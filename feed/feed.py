"""Feed: keeps a Market fresh from its providers and its store, and publishes it after every poll.

One long-lived loop decides what is due; each question runs as a task of its own, so that a slow or dead
provider delays nobody: what has arrived is published, a late answer publishes again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from feed.chain import Chain
from feed.clock import Clock
from feed.delays import Delays
from feed.follow import Follow, Told
from feed.health import Totals, shown
from feed.keeper import SUBJECT, Keeper
from feed.ledger import Ledger, Surroundings
from feed.loading import REFERENCE, load_reference, load_store
from feed.poller import Poller
from feed.remarks import Remarks
from feed.rounds import Rounds
from feed.schedule import FeedSettings
from feed.sessions import Exchanges
from feed.shared import shared_of
from feed.spending import Spending
from feed.store import Store
from feed.store_errors import StoreError
from feed.tape_recorder import Taken
from feed.taping import Taping
from feed.waiting import finish, happens
from providers.base import Provider
from providers.market import Market, Mode, ProviderHealth
from providers.records import Remark
from providers.universe import Universe

if TYPE_CHECKING:
    from providers.http import ProviderStats

__all__ = ["Feed", "FeedSettings"]


class Feed:
    """Everything known about one universe, kept fresh.

    The store, the HTTP client and the exchanges belong to whoever made them; `close` closes the providers.
    `notes`: what stands on every Board of this run besides; for the tape.
    """

    def __init__(  # noqa: PLR0913 - what a feed is made of, by name
        self,
        *,
        providers: Sequence[Provider],
        store: Store | None,
        clock: Clock,
        exchanges: Exchanges,
        universe: Universe,
        settings: FeedSettings,
        mode: Mode,
        notes: Sequence[Remark] = (),
        stats: Callable[[str], ProviderStats] | None = None,
        allowed: Mapping[str, int] | None = None,
    ) -> None:
        self._providers = tuple(providers)
        self._store = store
        self._clock = clock
        self._exchanges = exchanges
        self._settings = settings
        self._mode = mode
        self._something, self._news = asyncio.Event(), asyncio.Event()
        self._ledger = Ledger(universe)
        self._taping = Taping(self._ledger, notes)
        self._remarks = Remarks()
        self._spending = Spending()
        self._follow = Follow(
            store if mode == "live" else None,
            self._ledger,
            Told(
                polling=self._turned,
                news=self._tell,
                wished=self.refresh_now,
                failed=self._store_failed,
                recovered=self._store_recovered,
            ),
            look=settings.look,
        )
        self._keeper = Keeper(
            store, clock, self._remarks, spending=self._spending, token=lambda: self._follow.token
        )
        self._chain = Chain(
            [one for one in providers if one.name != REFERENCE],
            settings.quotes,
            allowed=allowed,
            used=self._used,
        )
        self._totals = Totals(self._chain, stats)
        self._delays = Delays(self._ledger.lines, exchanges.newest_session)
        self._poller = Poller(
            chain=self._chain,
            ledger=self._ledger,
            keeper=self._keeper,
            remarks=self._remarks,
            clock=clock,
            delays=self._delays,
            answer_seconds=settings.answer,
            on_news=self._tell,
            on_more=self._something.set,
            closed_until=self._totals.closed_until,
        )
        self._rounds = Rounds(
            chain=self._chain,
            ledger=self._ledger,
            keeper=self._keeper,
            poller=self._poller,
            exchanges=exchanges,
            delays=self._delays,
            clock=clock,
            settings=settings,
            spawn=self._spawn,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._poke = asyncio.Event()
        self._unsaved = asyncio.Event()
        self._loaded: dt.datetime | None = None
        self._reference = ""
        self._taped = False
        self._warm = False
        self._forced = False
        self._paused = False
        self._compacted: dt.date | None = None
        self._states: tuple[str, ...] = ()

    @property
    def paused(self) -> bool:
        """Whether polling stands still."""
        return self._paused

    def market(self) -> Market:
        """The state now, from what has been loaded and polled. Before `start` there is nothing in it.

        Where another process polls the store: the state at its newest poll, as it says.
        """
        shared = self._follow.followed
        now = self._clock.now() if shared is None else shared.at
        mine = self._remarks.current(self._clock.now())
        return self._ledger.market(
            Surroundings(
                at=now,
                mode=self._mode,
                poll_seconds=self._settings.quotes if shared is None else shared.poll_seconds,
                sessions=self._exchanges.states(now) if self._warm else (),
                providers=self._health() if shared is None else shared.providers,
                remarks=mine if shared is None else self._follow.remarks(mine),
                progress=self._rounds.progress if shared is None else shared.progress,
                poller=self._follow.state,
            )
        )

    async def start(self) -> None:
        """Load the reference, the store and the calendars. The second time it does nothing."""
        await self._load()
        if not self._warm:
            await asyncio.to_thread(self._exchanges.warm, self._clock.now())
            self._warm = True

    async def run(self, on_market: Callable[[Market], None]) -> None:
        """Poll and publish until cancelled or closed. `on_market` is called in the event loop.

        Before the first poll come a Market of reference and store without sessions, and one with them.
        """
        await self._load()
        self._tape_into_store()
        await self._follow.begin()
        self._loops = [asyncio.create_task(self._follow.run())]  # beats while the calendars are read
        try:
            on_market(self.market())
            await self.start()
            on_market(self.market())
            work = (self._poll(), self._publish(on_market), self._keep())
            self._loops += [asyncio.create_task(loop) for loop in work]
            self._tasks.update(self._loops)
            done, _ = await asyncio.wait(self._loops, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not task.cancelled():
                    task.result()
        finally:
            await self._end(self._loops)

    async def poll_once(self, timeout: float, *, fill: bool = True) -> Market:  # noqa: ASYNC109 - of the clock in use
        """Ask everything that is due once and wait for the answers, `timeout` seconds at most.

        Where another process polls the store, wait for what it says instead.
        `fill`: wait for the first fill of closes and for what is asked daily too; what is not finished goes
        on the next time.
        """
        await self.start()
        self._tape_into_store()
        await self._follow.begin()
        self._loops = [asyncio.create_task(self._follow.run())]
        try:
            if not self._follow.polls:
                await finish([asyncio.create_task(self._follow.heard())], timeout, self._clock)
            if not self._follow.polls:
                return self.market()
            self._launch(fill=fill)
            await finish(self._tasks, timeout, self._clock)
            if not fill and self._poller.held:
                # Who polls once has no next poll that could confirm a leap.
                self._spawn(self._poller.ask_again())
                await finish(self._tasks, timeout, self._clock)
            self._raise_failures()
            await self._taping.ready()
            market = self._published()
            changed = await self._keeper.write(self._totals.all())
            return self.market() if changed else market
        finally:
            await self._end(self._loops)
            await self._follow.release()

    def record(self, keep: Callable[[Taken], None]) -> None:
        """Give `keep` every Market that a poll brings from now on, as a frame of a tape.

        A live feed does that by itself, into its store.
        """
        self._taped = True
        self._taping.record(keep, self._reference)

    def refresh_now(self) -> None:
        """Ask for quotes and FX now, in session or not; those who asked to be left alone are."""
        self._forced = True
        self._poke.set()

    def pause(self) -> None:
        """Ask nothing more until `resume`: another process may. Answers on their way still arrive."""
        self._paused = True
        self._follow.rest(resting=True)

    def resume(self) -> None:
        """Go on polling."""
        self._paused = False
        self._follow.rest(resting=False)
        self._poke.set()

    async def keep_headlines(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Keep the headlines of the Board made of the Market at `at`; a failing store becomes a remark."""
        await self._keeper.headlines(at, values)

    async def close(self) -> None:
        """Stop, write what is left, and close the providers."""
        await self._end(list(self._tasks))
        if self._keeper.waiting:
            await self._follow.begin()
            if self._follow.polls and self._keeper.unsealed:
                await self._taping.ready()
                self._published()
        await self._keeper.write(self._totals.all())
        await self._follow.end()
        for provider in self._providers:
            await provider.close()

    def _tape_into_store(self) -> None:
        if not self._taped and self._keeper.store is not None and self._mode == "live":
            self.record(self._keeper.put_tape)

    async def _load(self) -> None:
        if self._loaded is not None:
            return
        now = self._clock.now()
        self._reference = await load_reference(self._providers, self._ledger, self._remarks, now)
        finished: dict[tuple[str, dt.date], dt.datetime] = {}
        if self._store is not None:
            try:
                generation = await asyncio.to_thread(self._store.generation)
                finished = await asyncio.to_thread(load_store, self._store, self._ledger, now.date())
                await self._follow.peek(generation)
                self._spending.begin(now.date(), await asyncio.to_thread(self._store.requests, now.date()))
            except StoreError as error:
                self._keeper.failed(error)
        self._rounds.restore(finished)
        self._loaded = now

    async def _poll(self) -> None:
        while True:
            self._poke.clear()
            self._raise_failures()
            now = self._clock.now()
            wake = None if self._paused and not self._forced else self._launch()
            states = tuple(session.state for session in self._exchanges.states(now))
            if states != self._states:
                self._states = states
                if self._follow.polls:
                    self._tell()
            seconds = self._settings.tick
            if wake is not None:
                seconds = min((wake - now).total_seconds() / self._clock.speed, seconds)
            await happens(self._poke, max(seconds, 0.01), self._clock)

    def _launch(self, *, fill: bool = True) -> dt.datetime | None:
        forced, self._forced = self._forced, False
        if self._mode == "offline":
            return None
        if not self._follow.polls:
            if forced:
                self._follow.wish()
            return None
        if not self._follow.asks:
            self._forced = forced
            return None
        return self._rounds.refresh() if forced else self._rounds.launch(fill=fill)

    async def _publish(self, on_market: Callable[[Market], None]) -> None:
        while True:
            await self._something.wait()
            await happens(self._news, self._settings.quotes / self._clock.speed, self._clock)
            await happens(self._poller.quiet, self._settings.patience, self._clock)
            await self._taping.ready()
            self._something.clear()
            self._news.clear()
            on_market(self._published())
            self._unsaved.set()

    async def _keep(self) -> None:
        while True:
            await self._unsaved.wait()
            self._unsaved.clear()
            await self._keeper.write(self._totals.all())
            today = self._clock.now().date()
            if self._compacted != today:
                self._compacted = today
                await self._keeper.compact()

    def _published(self) -> Market:
        """The Market now; what this process has polled goes on the tape, and to the others with it."""
        market = self.market()
        if self._follow.polls:
            self._taping.take(market)
            shared = shared_of(market, self._poller.held)
            self._follow.shared = shared
            self._keeper.seal(shared)
        return market

    async def _turned(self, polls: bool) -> None:  # noqa: FBT001 - the one thing that there is to tell
        """Begin to poll where the one before has ended, or leave it to another process."""
        self._taping.rest()
        if polls and self._follow.shared is not None:
            self._poller.restore(self._follow.shared.held)
        if polls and self._store is not None and self._loaded is not None:
            today = self._clock.now().date()
            try:
                finished = await asyncio.to_thread(self._store.finished)
                self._spending.begin(today, await asyncio.to_thread(self._store.requests, today))
            except StoreError as error:
                self._keeper.failed(error)
            else:
                self._rounds.restore(finished)
                self._taping.look(self._store, self._settings.quotes, today)
        elif not self._paused:
            for task in self._tasks.difference(self._loops):
                task.cancel()
            self._keeper.drop()
        self._poke.set()
        self._tell()

    def _tell(self) -> None:
        """Have a Market published at once; what is only something goes with the next one, or a poll later."""
        self._something.set()
        self._news.set()

    def _store_failed(self, error: StoreError) -> bool:
        self._tell()
        return self._keeper.failed(error)

    def _store_recovered(self) -> None:
        self._remarks.clear(SUBJECT, None)
        self._tell()

    def _health(self) -> tuple[ProviderHealth, ...]:
        now = self._clock.now()
        known = {
            health.name: shown(
                health,
                self._totals.stats(health.name),
                used=self._used(health.name, now),
                delays=self._delays.of(health.name),
            )
            for health in self._chain.health(now)
        }
        found = []
        for provider in self._providers:
            if provider.name == REFERENCE:
                found.append(ProviderHealth(name=REFERENCE, state="ok", last_ok=self._loaded))
            elif self._mode == "offline":
                found.append(ProviderHealth(name=provider.name, state="off", last_error="offline"))
            else:
                found.append(known[provider.name])
        return tuple(found)

    def _used(self, name: str, now: dt.datetime) -> int:
        return self._spending.used(name, self._totals.of(name), now.date())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Forget a task that is done; one that failed stays until its error has been raised."""
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
        self._poke.set()

    def _raise_failures(self) -> None:
        for task in [task for task in self._tasks if task.done()]:
            self._tasks.discard(task)
            if not task.cancelled():
                task.result()

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.difference_update(tasks)
