"""Random motion that can be looked up: a value depends on a key and a time, never on earlier questions.

A path is a Brownian motion built by bisection (Lévy's construction): the end of a long span is drawn, then
the middle given both ends, then the middle of the half that holds the wanted time, and so on. Each draw is a
hash of the path's key and the number of the bisected span, so that a value costs some 25 draws wherever it
lies and any process gets the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

SPAN = 4096.0  # weekdays, about 15 years
FINEST = 2.0**-13  # of a weekday's activity: about five seconds in session
EPOCH = dt.date(2024, 1, 1)  # a Monday before every base date in use
DAY_SHIFT = dt.timedelta(hours=2)

_NORMAL = NormalDist()


def uniform(*key: object) -> float:
    """A number in (0, 1) that depends on `key` alone."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "big") >> 11) + 0.5) / 2.0**53


@lru_cache(maxsize=20_000)
def _normal(key: str, span: int) -> float:
    return _NORMAL.inv_cdf(uniform(key, span))


@lru_cache(maxsize=20_000)
def brownian(key: str, time: float) -> float:
    """Value at `time` (weekdays since `EPOCH`) of the path named `key`.

    Zero at the epoch, variance 1 a weekday.
    Times outside the span of the path take the value of its nearest end.
    """
    time = min(max(time, 0.0), SPAN)
    low, high, at_low, at_high = 0.0, SPAN, 0.0, math.sqrt(SPAN) * _normal(key, 0)
    span = 1
    while high - low > FINEST:
        if time == low:
            return at_low
        middle = (low + high) / 2
        at_middle = (at_low + at_high) / 2 + math.sqrt(high - low) / 2 * _normal(key, span)
        if time < middle:
            high, at_high, span = middle, at_middle, 2 * span
        else:
            low, at_low, span = middle, at_middle, 2 * span + 1
    return at_low + (at_high - at_low) * (time - low) / (high - low)


def session_day(at: dt.datetime) -> dt.date:
    """Date of the session that `at` belongs to, on any exchange.

    Two hours on, every session from Sydney in summer time (23:00 UTC the evening before) to New York in
    winter time (until 21:00 UTC) lies within its own date in UTC.
    """
    return (at + DAY_SHIFT).date()


def day_end(day: dt.date) -> dt.datetime:
    """The instant at which the session day `day` is over everywhere."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC) - DAY_SHIFT


@dataclass(frozen=True)
class Activity:
    """A clock that runs fast in busy hours, slowly outside them, and stands still at weekends.

    Attributes:
        opens: Hour (UTC) at which the busy hours begin.
        closes: Hour at which they end.
        share: Part of a weekday's variance that falls into them.
    """

    opens: float
    closes: float
    share: float = 0.75

    def time(self, at: dt.datetime) -> float:
        """Weekdays of activity from `EPOCH` until `at`; a whole number at the end of each session day."""
        shifted = at + DAY_SHIFT
        weeks, weekday = divmod((shifted.date() - EPOCH).days, 7)
        whole = 5.0 * weeks + min(weekday, 5)
        if weekday >= 5:
            return whole
        hours = shifted.hour + shifted.minute / 60 + (shifted.second + shifted.microsecond / 1e6) / 3600
        shift = DAY_SHIFT.total_seconds() / 3600
        busy = min(max(hours - self.opens - shift, 0.0), self.closes - self.opens)
        length = self.closes - self.opens
        return whole + self.share * busy / length + (1 - self.share) * (hours - busy) / (24 - length)


WORLD = Activity(0.0, 22.0, 1.0)
EAST = Activity(0.0, 8.0)
EUROPE = Activity(7.0, 16.5)
AMERICA = Activity(13.5, 21.0)
