"""Fill: the first fill of closes back to the base date, a few lines at a time, in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from feed.chain import Target
from feed.clock import Clock
from feed.keeper import Keeper
from feed.ledger import Ledger
from feed.poller import Errand, Poller
from feed.tasks import filled, first_day, listed, tried
from providers.base import Capability
from providers.market import Progress


class Fill:
    """Knows which lines have their closes back to the base date, and fetches those of the others.

    A line that its providers answered without closes (unknown to them, or a symbol that failed alone) rests
    until the next day: asking again at once would bring nothing.
    """

    def __init__(
        self, ledger: Ledger, finished: Collection[tuple[str, dt.date]], today: dt.date, step: int
    ) -> None:
        base = ledger.universe.base_date
        lines = [line for line in ledger.lines.values() if listed(line, today)]
        self._ledger = ledger
        self._step = step
        self._total = len(lines)
        self._open: dict[str, Target] = {}
        self._resting: dict[str, tuple[Target, dt.date]] = {}
        self._running = False
        for line in lines:
            target = Target(line.symbol, line)
            if (tried(line.symbol), today) in finished:
                self._resting[line.symbol] = (target, today)
            elif (filled(line.symbol), base) not in finished:
                self._open[line.symbol] = target

    @property
    def progress(self) -> Progress | None:
        """How far the fill is; `None` while none is running."""
        if not self._running:
            return None
        what = f"closes since {self._ledger.universe.base_date}"
        return Progress(what=what, done=self._total - len(self._open), total=self._total)

    def due(self, today: dt.date) -> bool:
        """Whether there is something to fetch and nothing is being fetched."""
        for symbol, (target, day) in list(self._resting.items()):
            if day != today:
                del self._resting[symbol]
                self._open[symbol] = target
        return bool(self._open) and not self._running

    def covers(self, symbol: str) -> bool:
        """Whether the line is still to be filled, its newest closes included."""
        return symbol in self._open

    async def run(self, poller: Poller, keeper: Keeper, clock: Clock) -> None:
        """One round over the lines that are open. Those that met trouble stay open for the next round."""
        self._running = True
        try:
            waiting = list(self._open.values())
            for start in range(0, len(waiting), self._step):
                part = waiting[start : start + self._step]
                # A Board for each slice would cost more than all else; the last slice ends the progress.
                last = start + self._step >= len(waiting)
                errand = Errand(Capability.CLOSES, first_day(self._ledger), hurried=last)
                await poller.run(errand, part)
                for target in part:
                    self._note(target, errand, keeper, clock.now())
        finally:
            self._running = False

    def _note(self, target: Target, errand: Errand, keeper: Keeper, now: dt.datetime) -> None:
        if target.key in errand.served:
            keeper.mark(filled(target.key), self._ledger.universe.base_date, now)
        elif target.key not in errand.troubled:
            self._resting[target.key] = (target, now.date())
            keeper.mark(tried(target.key), now.date(), now)
        else:
            return
        del self._open[target.key]
