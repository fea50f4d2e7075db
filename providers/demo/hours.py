"""When a line of the demo market last traded: sessions, lunch, each line's own rhythm, halts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from providers.demo.motion import day_end, session_day, uniform

QUARTER = dt.timedelta(minutes=15)
SECOND = dt.timedelta(seconds=1)
LOOK_BACK = dt.timedelta(days=20)
RHYTHMS = (3, 3, 6, 12, 30)
HALT_SLOT = 7200
HALT_CHANCE = 1 / 250
HALT_LENGTH = dt.timedelta(minutes=45)
PROBES = (dt.time(2), dt.time(10), dt.time(15, 30))

SessionOpen = Callable[[str, dt.datetime], bool]


def floor(at: dt.datetime, seconds: int, phase: int = 0) -> dt.datetime:
    """The newest multiple of `seconds` (plus `phase`) since 1970 that is not after `at`."""
    stamp = int(at.timestamp()) - phase
    return dt.datetime.fromtimestamp(stamp - stamp % seconds + phase, dt.UTC)


def halt_start(seed: object, symbol: str, at: dt.datetime) -> dt.datetime | None:
    """When the halt that `symbol` is in at `at` began; `None` when it trades.

    Time is cut into slots of two hours. In one of 250 a line halts, twenty to forty minutes into the slot,
    for 45 minutes.
    """
    slot = floor(at, HALT_SLOT)
    if uniform(seed, "halt", symbol, slot.timestamp()) >= HALT_CHANCE:
        return None
    wait = 1200 + int(1200 * uniform(seed, "halt begins", symbol, slot.timestamp()))
    begins = slot + wait * SECOND
    return begins if begins <= at < begins + HALT_LENGTH else None


class Hours:
    """Trading hours as a function of time: `session_open` on a grid of quarter hours, remembered."""

    def __init__(self, session_open: SessionOpen, seed: object) -> None:
        self._session_open = session_open
        self._seed = seed
        self._open_on_grid = lru_cache(maxsize=4096)(session_open)
        self._end_of_session = lru_cache(maxsize=1024)(self._last_second)
        self._in_session_on = lru_cache(maxsize=16384)(self._probed)

    def last_open(self, exchange: str, at: dt.datetime) -> dt.datetime | None:
        """The newest second until `at` at which `exchange` was in session; `None`: not in 20 days."""
        if self._session_open(exchange, at):
            return at
        quarter = floor(at, 900)
        if self._open_on_grid(exchange, quarter):
            return self._end_of_session(exchange, quarter)
        limit = at - LOOK_BACK
        while quarter > limit:
            quarter -= QUARTER
            if self._open_on_grid(exchange, quarter):
                return self._end_of_session(exchange, quarter)
        return None

    def last_trade(self, exchange: str, symbol: str, at: dt.datetime) -> dt.datetime | None:
        """When the line last traded until `at`: in session, not halted, every 3 to 30 seconds."""
        rhythm = RHYTHMS[int(len(RHYTHMS) * uniform("rhythm", symbol))]
        phase = int(rhythm * uniform("phase", symbol))
        limit = at - LOOK_BACK
        while at > limit:
            open_at = self.last_open(exchange, at)
            if open_at is None:
                return None
            trade = floor(open_at, rhythm, phase)
            halted = halt_start(self._seed, symbol, trade)
            if halted is not None:
                at = halted - SECOND
            elif self._session_open(exchange, trade):
                return trade
            else:
                at = trade
        return None

    def in_session_on(self, exchange: str, day: dt.date) -> bool:
        """Whether `exchange` held a session on `day`: it is open at 02:00, 10:00 or 15:30 UTC."""
        return self._in_session_on(exchange, day)

    def session_before(self, exchange: str, day: dt.date) -> dt.date | None:
        """The newest session day before `day`; `None`: none in 20 days."""
        for _ in range(LOOK_BACK.days):
            day -= dt.timedelta(days=1)
            if self.in_session_on(exchange, day):
                return day
        return None

    def over(self, exchange: str, at: dt.datetime) -> bool:
        """Whether `exchange` stays out of session from `at` to the end of its session day."""
        quarter, end = floor(at, 900) + QUARTER, day_end(session_day(at))
        if self._session_open(exchange, at):
            return False
        while quarter < end:
            if self._open_on_grid(exchange, quarter):
                return False
            quarter += QUARTER
        return True

    def _probed(self, exchange: str, day: dt.date) -> bool:
        return any(self._session_open(exchange, dt.datetime.combine(day, probe, dt.UTC)) for probe in PROBES)

    def _last_second(self, exchange: str, quarter: dt.datetime) -> dt.datetime:
        """The last second in session of a quarter hour that begins in session (and ends out of it)."""
        inside, outside = 0, int(QUARTER.total_seconds())
        while outside - inside > 1:
            middle = (inside + outside) // 2
            if self._session_open(exchange, quarter + middle * SECOND):
                inside = middle
            else:
                outside = middle
        return quarter + inside * SECOND
