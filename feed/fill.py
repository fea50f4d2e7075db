"""Fill: the first fill of closes back to the base date, a few lines at a time, in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from feed.chain import Target
from feed.clock import Clock
from feed.keeper import Keeper
from feed.ledger import Ledger
from feed.poller import Errand, Poller
from feed.tasks import filled, first_day, listed
from providers.base import Capability
from providers.market import Progress


class Fill:
    """Knows which lines have their closes back to the base date, and fetches those of the others."""

    def __init__(
        self, ledger: Ledger, finished: Collection[tuple[str, dt.date]], today: dt.date, step: int
    ) -> None:
        base = ledger.universe.base_date
        lines = [line for line in ledger.lines.values() if listed(line, today)]
        self._ledger = ledger
        self._step = step
        self._total = len(lines)
        self._open = {
            line.symbol: Target(line.symbol, line)
            for line in lines
            if (filled(line.symbol), base) not in finished
        }
        self._running = False

    @property
    def finished(self) -> bool:
        """Whether every line has been asked for all of its closes."""
        return not self._open

    @property
    def progress(self) -> Progress | None:
        """How far the fill is; `None` while none is running."""
        if not self._running:
            return None
        what = f"closes since {self._ledger.universe.base_date}"
        return Progress(what=what, done=self._total - len(self._open), total=self._total)

    def covers(self, symbol: str) -> bool:
        """Whether the line is still to be filled, its newest closes included."""
        return symbol in self._open

    async def run(self, poller: Poller, keeper: Keeper, clock: Clock) -> None:
        """One round over the lines that are open. Those that met trouble stay open for the next round.

        A line that its providers answer and do not know is done too: asking again would bring nothing.
        """
        self._running = True
        try:
            waiting = list(self._open.values())
            for start in range(0, len(waiting), self._step):
                part = waiting[start : start + self._step]
                errand = Errand(Capability.CLOSES, first_day(self._ledger))
                await poller.run(errand, part)
                for target in part:
                    if target.key in errand.served or target.key not in errand.troubled:
                        del self._open[target.key]
                        keeper.mark(filled(target.key), self._ledger.universe.base_date, clock.now())
        finally:
            self._running = False
