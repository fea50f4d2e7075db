"""Rounds: start what is due, and note what has been answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

from feed.chain import Chain, Target
from feed.clock import Clock
from feed.cross_check import Rotation
from feed.delays import Delays
from feed.fill import Fill
from feed.keeper import Keeper
from feed.ledger import Ledger
from feed.poller import Errand, Poller
from feed.schedule import FeedSettings, Job, Log, Trade, plan
from feed.sessions import Exchanges
from feed.tasks import (
    AGAIN,
    BY_SOURCE,
    NOT_KEPT,
    PROMPT,
    finished_day,
    log_of,
    name,
    since,
    targets,
    trades,
)
from providers.base import Capability
from providers.market import Progress

_FILL = Job(Capability.CLOSES)


class Rounds:
    """The log of what was asked, and what is being asked now.

    Each question is a task of its own, started by `spawn`. What is under way is not asked again.
    """

    def __init__(  # noqa: PLR0913 - the parts of a feed, put together in one place
        self,
        *,
        chain: Chain,
        ledger: Ledger,
        keeper: Keeper,
        poller: Poller,
        exchanges: Exchanges,
        delays: Delays,
        clock: Clock,
        settings: FeedSettings,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._chain = chain
        self._ledger = ledger
        self._keeper = keeper
        self._poller = poller
        self._exchanges = exchanges
        self._delays = delays
        self._clock = clock
        self._settings = settings
        self._spawn = spawn
        self._log: dict[Job, Log] = {}
        self._under_way: set[tuple[Capability, str]] = set()
        self._fill = Fill(ledger, (), clock.now().date(), settings.slice)
        self._rotation = Rotation()
        self._compared: dt.datetime | None = None
        self._splits_asked: dict[str, dt.date] = {}
        poller.on_held = self._look_for_splits

    @property
    def progress(self) -> Progress | None:
        """How far the first fill of closes is; `None` while none is running."""
        return self._fill.progress

    def restore(self, finished: Mapping[tuple[str, dt.date], dt.datetime]) -> None:
        """Take up the log where an earlier run left it."""
        self._log = log_of(finished, self._ledger)
        self._under_way.clear()
        self._fill = Fill(self._ledger, finished, self._clock.now().date(), self._settings.slice)

    def launch(self, *, fill: bool) -> dt.datetime | None:
        """Start what is due; when the next job will be due.

        Without `fill` only what a Board of now is made of, not what is asked once a day and takes its time.
        """
        now = self._clock.now()
        due, wake = plan(now, self._trades(now), self._log, self._settings)
        if not fill:
            due = tuple(job for job in due if job.capability in PROMPT)
        self._begin(due, now)
        if fill and self._may_fill(now):
            self._log[_FILL] = Log(asked=now)
            self._spawn(self._fill.run(self._poller, self._keeper, self._clock))
        self._cross_check(now)
        return wake

    def refresh(self) -> dt.datetime:
        """Start quotes and FX whether they are due or not; look again at once."""
        now = self._clock.now()
        self._chain.forgive()
        codes = dict.fromkeys(line.exchange for line in self._ledger.lines.values())
        self._begin((*(Job(Capability.QUOTES, code) for code in codes), Job(Capability.FX)), now)
        return now

    def _begin(self, due: Sequence[Job], now: dt.datetime) -> None:
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
                    self._ask([job], now)
            else:
                self._ask(jobs, now)

    def _ask(self, jobs: Sequence[Job], now: dt.datetime) -> None:
        """Ask for all of the jobs, of one capability, in one errand; leave out what is under way."""
        capability = jobs[0].capability
        wanted: dict[Job, list[Target]] = {}
        for job in jobs:
            found = targets(job, self._ledger, now.date())
            if capability == Capability.CLOSES:
                found = [target for target in found if not self._fill.covers(target.key)]
            free = [target for target in found if (capability, target.key) not in self._under_way]
            if free or not found:
                wanted[job] = free
        everything = [target for free in wanted.values() for target in free]
        errand = Errand(capability, since(jobs[0], everything, self._ledger))
        waiting = {job: {target.key for target in free} for job, free in wanted.items()}
        self._under_way |= {(capability, target.key) for target in everything}

        def settled(keys: Collection[str]) -> None:
            self._under_way -= {(capability, key) for key in keys}
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

    def _cross_check(self, now: dt.datetime) -> None:
        """Ask a second source about some lines of the exchanges that trade, once in a while."""
        last = self._compared
        if last is not None and 0 <= (now - last).total_seconds() < self._settings.cross_check:
            return
        self._compared = now
        if last is None:
            return
        lines = [one for one in self._ledger.lines.values() if self._exchanges.is_open(one.exchange, now)]
        found = self._rotation.next(lines, self._ledger.quotes, self._chain, now)
        if found is not None:
            self._spawn(self._poller.compare(*found))

    def _look_for_splits(self, held: Collection[str]) -> None:
        """A split may be why a price leaps; its record comes with the closes: ask, once a day and line."""
        today = self._clock.now().date()
        doubtful = [
            Target(symbol, self._ledger.lines[symbol])
            for symbol in held
            if symbol in self._ledger.lines and self._splits_asked.get(symbol) != today
        ]
        if doubtful and self._chain.offers(Capability.CLOSES):
            self._splits_asked.update({target.key: today for target in doubtful})
            self._spawn(self._poller.run(Errand(Capability.CLOSES, today - AGAIN), doubtful))

    def _may_fill(self, now: dt.datetime) -> bool:
        if not self._chain.offers(Capability.CLOSES) or not self._fill.due(now.date()):
            return False
        tried = self._log.get(_FILL, Log()).asked
        return tried is None or tried > now or (now - tried).total_seconds() >= self._settings.retry

    def _trades(self, now: dt.datetime) -> list[Trade]:
        assumed, measured = self._settings.assumed_delay_minutes, self._delays.by_exchange()
        return trades(self._exchanges, self._ledger, assumed, measured, now)
