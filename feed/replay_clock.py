"""The clock of a replay: virtual time that can be stopped, set, and run at any pace, within a span."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

PACES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Market seconds per second, from which faster and slower choose."""


class ReplayClock:
    """Stands at `start`, then runs to `last`; may be set back to `first`. `ticks` gives real seconds."""

    def __init__(
        self,
        first: dt.datetime,
        last: dt.datetime,
        *,
        start: dt.datetime,
        speed: float,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        if speed <= 0:
            raise ValueError(f"A clock runs forward: expected a speed above 0, got {speed}.")
        self._first, self._start, self._end = first, start, last
        self._ticks = ticks
        self._speed = speed
        self._stopped = True
        self._at = start
        self._since = ticks()

    @property
    def speed(self) -> float:
        """Market seconds per second while it runs."""
        return self._speed

    @property
    def stopped(self) -> bool:
        """Whether it stands still, by wish or because the end is reached."""
        return self._stopped or self.now() >= self._end

    def now(self) -> dt.datetime:
        """The virtual instant."""
        if self._stopped:
            return self._at
        passed = (self._ticks() - self._since) * self._speed
        left = (self._end - self._at).total_seconds()
        return self._end if passed >= left else self._at + dt.timedelta(seconds=passed)

    def wait_until(self, when: dt.datetime) -> float | None:
        """Real seconds until an instant; `None` when it will not come by itself."""
        if self.stopped or when > self._end:
            return None
        return max((when - self.now()).total_seconds() / self._speed, 0.0)

    def set(self, when: dt.datetime) -> None:
        """Go to an instant, or to the nearer end of the span."""
        self._hold(min(max(when, self._first), self._end))

    def stop(self) -> None:
        """Stand still."""
        self._hold(self.now())
        self._stopped = True

    def run(self) -> None:
        """Go on; at the end, from `start` again."""
        self._hold(self._start if self.now() >= self._end else self.now())
        self._stopped = False

    def pace(self, steps: int) -> None:
        """Run faster (or slower) by so many of the `PACES`."""
        self._hold(self.now())
        if steps > 0:
            faster = [pace for pace in PACES if pace > self._speed]
            self._speed = faster[min(steps, len(faster)) - 1] if faster else self._speed
        else:
            slower = [pace for pace in reversed(PACES) if pace < self._speed]
            self._speed = slower[min(-steps, len(slower)) - 1] if slower else self._speed

    def _hold(self, at: dt.datetime) -> None:
        self._at, self._since = at, self._ticks()
