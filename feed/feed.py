"""Feed: keeps a Market fresh from its providers and its store, and publishes it after every poll.

One long-lived loop decides what is due; each question runs as a task of its own, so that a slow or dead
provider delays nobody: what has arrived is published, a late answer publishes again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

from feed.chain import Chain, Target
from feed.clock import Clock
from feed.fill import Fill
from feed.keeper import Keeper
from feed.ledger import Ledger, Surroundings
from feed.loading import REFERENCE, load_reference, load_store
from feed.poller import Errand, Poller
from feed.remarks import Remarks
from feed.schedule import FeedSettings, Job, Log, Plan, plan
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import StoreError
from feed.tasks import BY_SOURCE, NOT_KEPT, finished_day, log_of, name, since, targets, trades
from feed.waiting import finish, happens
from providers.base import Capability, Provider
from providers.market import Market, Mode, ProviderHealth
from providers.universe import Universe

__all__ = ["Feed", "FeedSettings"]


class Feed:
    """Everything known about one universe, kept fresh.

    The store, the HTTP client and the exchanges belong to whoever made them; `close` closes the providers.
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
    ) -> None:
        self._providers = tuple(providers)
        self._store = store
        self._clock = clock
        self._exchanges = exchanges
        self._settings = settings
        self._mode = mode
        self._ledger = Ledger(universe)
        self._remarks = Remarks()
        self._keeper = Keeper(store, clock, self._remarks)
        self._chain = Chain([one for one in providers if one.name != REFERENCE], settings.quotes)
        self._poller = Poller(
            chain=self._chain,
            ledger=self._ledger,
            keeper=self._keeper,
            remarks=self._remarks,
            clock=clock,
            answer_seconds=settings.answer,
            on_news=self._tell,
        )
        self._fill = Fill(self._ledger, (), clock.now().date(), settings.slice)
        self._log: dict[Job, Log] = {}
        self._in_flight: set[tuple[Capability, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._poke = asyncio.Event()
        self._unsaved = asyncio.Event()
        self._loaded: dt.datetime | None = None
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
        """The state now, from what has been loaded and polled. Before `start` there is nothing in it."""
        now = self._clock.now()
        return self._ledger.market(
            Surroundings(
                at=now,
                mode=self._mode,
                poll_seconds=self._settings.quotes,
                sessions=self._exchanges.states(now) if self._warm else (),
                providers=self._health(),
                remarks=self._remarks.current(now),
                progress=self._fill.progress,
            )
        )

    async def start(self) -> None:
        """Load the reference, the store and the calendars. The second time it does nothing."""
        await self._load()
        if not self._warm:
            await asyncio.to_thread(self._exchanges.warm)
            self._warm = True

    async def run(self, on_market: Callable[[Market], None]) -> None:
        """Poll and publish until cancelled or closed. `on_market` is called in the event loop.

        Before the first poll come a Market of reference and store without sessions, and one with them.
        """
        await self._load()
        on_market(self.market())
        await self.start()
        on_market(self.market())
        loops = [asyncio.create_task(loop) for loop in (self._poll(), self._publish(on_market), self._keep())]
        self._tasks.update(loops)
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not task.cancelled():
                    task.result()
        finally:
            await self._end(loops)

    async def poll_once(self, timeout: float, *, fill: bool = True) -> Market:  # noqa: ASYNC109 - of the clock in use
        """Ask everything that is due once and wait for the answers, `timeout` seconds at most.

        `fill`: wait for the first fill of closes too; what is not finished goes on the next time.
        """
        await self.start()
        self._launch(fill=fill)
        await finish(self._tasks, timeout, self._clock)
        self._raise_failures()
        await self._keeper.write(self._chain.requests())
        return self.market()

    def refresh_now(self) -> None:
        """Ask for quotes and FX now, in session or not; those who asked to be left alone are."""
        self._forced = True
        self._poke.set()

    def pause(self) -> None:
        """Ask nothing more until `resume`; answers on their way still arrive."""
        self._paused = True

    def resume(self) -> None:
        """Go on polling."""
        self._paused = False
        self._poke.set()

    async def keep_headlines(self, at: dt.datetime, values: Mapping[str, float]) -> None:
        """Keep the headlines of the Board made of the Market at `at`; a failing store becomes a remark."""
        await self._keeper.headlines(at, values)

    async def close(self) -> None:
        """Stop, write what is left, and close the providers."""
        await self._end(list(self._tasks))
        await self._keeper.write(self._chain.requests())
        for provider in self._providers:
            await provider.close()

    async def _load(self) -> None:
        if self._loaded is not None:
            return
        now = self._clock.now()
        await load_reference(self._providers, self._ledger, self._remarks, now)
        finished: dict[tuple[str, dt.date], dt.datetime] = {}
        if self._store is not None:
            try:
                finished = await asyncio.to_thread(load_store, self._store, self._ledger, now.date())
            except StoreError as error:
                self._keeper.failed(error)
        self._log = log_of(finished, self._ledger)
        self._fill = Fill(self._ledger, finished, now.date(), self._settings.slice)
        self._loaded = now

    async def _poll(self) -> None:
        while True:
            self._poke.clear()
            self._raise_failures()
            now = self._clock.now()
            wake = now + dt.timedelta(seconds=self._settings.tick)
            if self._forced or not self._paused:
                wake = self._launch()
            states = tuple(session.state for session in self._exchanges.states(now))
            if states != self._states:
                self._states = states
                self._news.set()
            seconds = min((wake - now).total_seconds() / self._clock.speed, self._settings.tick)
            await happens(self._poke, max(seconds, 0.01), self._clock)

    async def _publish(self, on_market: Callable[[Market], None]) -> None:
        while True:
            await self._news.wait()
            await happens(self._poller.quiet, self._settings.patience, self._clock)
            self._news.clear()
            on_market(self.market())
            self._unsaved.set()

    async def _keep(self) -> None:
        while True:
            await self._unsaved.wait()
            self._unsaved.clear()
            await self._keeper.write(self._chain.requests())
            today = self._clock.now().date()
            if self._compacted != today:
                self._compacted = today
                await self._keeper.compact()

    def _launch(self, *, fill: bool = True) -> dt.datetime:
        """Start what is due; when to look again."""
        now = self._clock.now()
        if self._mode == "offline":
            self._forced = False
            return now + dt.timedelta(seconds=self._settings.tick)
        due, wake = self._plan(now)
        for capability in dict.fromkeys(job.capability for job in due):
            if not self._chain.offers(capability):
                continue
            jobs = [job for job in due if job.capability == capability]
            for job in jobs:
                self._log[job] = Log(asked=now, answered=self._log.get(job, Log()).answered)
            if capability in BY_SOURCE:
                self._spawn(self._ask_everyone(jobs[0], now))
            elif capability == Capability.CLOSES:
                for job in jobs:
                    self._start([job], now)
            else:
                self._start(jobs, now)
        filling = Job(Capability.CLOSES)
        tried = self._log.get(filling, Log()).asked
        rested = tried is None or now - tried >= dt.timedelta(seconds=self._settings.retry) or now < tried
        able = fill and self._chain.offers(Capability.CLOSES) and not self._fill.finished
        if able and rested and self._fill.progress is None:
            self._log[filling] = Log(asked=now)
            self._spawn(self._fill.run(self._poller, self._keeper, self._clock))
        return wake

    def _plan(self, now: dt.datetime) -> Plan:
        if self._forced:
            self._forced = False
            self._chain.forgive()
            codes = dict.fromkeys(line.exchange for line in self._ledger.lines.values())
            quotes = (Job(Capability.QUOTES, code) for code in codes)
            return Plan((*quotes, Job(Capability.FX)), now)
        exchanges = trades(self._exchanges, self._ledger, self._settings.assumed_delay_minutes, now)
        return plan(now, exchanges, self._log, self._settings)

    def _start(self, jobs: Sequence[Job], now: dt.datetime) -> None:
        """Ask for all of the jobs, of one capability, in one errand; leave out what is under way."""
        capability = jobs[0].capability
        wanted: dict[Job, list[Target]] = {}
        for job in jobs:
            found = targets(job, self._ledger, now.date())
            if capability == Capability.CLOSES:
                found = [target for target in found if not self._fill.covers(target.key)]
            free = [target for target in found if (capability, target.key) not in self._in_flight]
            if free or not found:
                wanted[job] = free
        everything = [target for free in wanted.values() for target in free]
        errand = Errand(capability, since(jobs[0], everything, self._ledger))
        waiting = {job: {target.key for target in free} for job, free in wanted.items()}
        self._in_flight |= {(capability, target.key) for target in everything}

        def settled(keys: Collection[str]) -> None:
            self._in_flight -= {(capability, key) for key in keys}
            for job, mine in list(waiting.items()):
                mine.difference_update(keys)
                if not mine:
                    del waiting[job]
                    asked = {target.key for target in wanted[job]}
                    if asked & errand.served or not asked & errand.troubled:
                        self._answered(job, now)

        errand.on_settled = settled
        self._spawn(self._poller.run(errand, everything))

    async def _ask_everyone(self, job: Job, now: dt.datetime) -> None:
        errand = Errand(job.capability)
        await self._poller.ask_everyone(errand)
        if not errand.troubled:
            self._answered(job, now)

    def _answered(self, job: Job, asked: dt.datetime) -> None:
        self._log[job] = Log(asked=self._log.get(job, Log()).asked, answered=asked)
        if job.capability not in NOT_KEPT:
            self._keeper.mark(name(job), finished_day(job, asked, self._exchanges), asked)

    def _health(self) -> tuple[ProviderHealth, ...]:
        known = {health.name: health for health in self._chain.health()}
        found = []
        for provider in self._providers:
            if provider.name == REFERENCE:
                found.append(ProviderHealth(name=REFERENCE, state="ok", last_ok=self._loaded))
            elif self._mode == "offline":
                found.append(ProviderHealth(name=provider.name, state="off", last_error="offline"))
            else:
                found.append(known[provider.name])
        return tuple(found)

    def _tell(self) -> None:
        self._news.set()

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
