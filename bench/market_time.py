"""One market clock for any number of processes, as fast as wanted, whatever the time of day is.

The steady clock of a machine is the same in all of its processes: a moment of it is the market's start.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

from feed.clock import SimulatedClock


@dataclass(frozen=True, kw_only=True)
class MarketTime:
    """Market time that was `start` when the machine's steady clock showed `origin`.

    Attributes:
        speed: Market seconds in a real one.
    """

    start: dt.datetime
    origin: float = field(default_factory=time.monotonic)
    speed: float = 1.0

    def clock(self) -> SimulatedClock:
        """A clock that shows this time."""
        gone = dt.timedelta(seconds=(time.monotonic() - self.origin) * self.speed)
        return SimulatedClock(self.start + gone, self.speed)

    def arguments(self) -> list[str]:
        """How another process is told, see `bench.market_day`."""
        return [self.start.isoformat(), repr(self.origin), repr(self.speed)]
