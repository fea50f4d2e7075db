"""Exchange rates of the demo market: reference rates, joined and continued by a simulated motion.

Rates move around the clock on weekdays and rest at weekends. The Hong Kong dollar stays inside its band of
7.75 to 7.85 per US dollar: a path that would leave it is folded back.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Iterable

from providers.demo.hours import floor
from providers.demo.motion import WORLD, brownian, day_end, session_day
from providers.records import FxRate

VOLATILITY = {
    "HKD": 0.0003,
    "CNY": 0.0015,
    "TWD": 0.003,
    "EUR": 0.004,
    "GBP": 0.004,
    "KRW": 0.005,
    "JPY": 0.005,
}
OTHER_VOLATILITY = 0.005
HKD_BAND = (7.75, 7.85)
STEP = 60


class Rates:
    """Simulated units of each currency per US dollar. Currencies without a reference rate are absent."""

    def __init__(self, rates: Iterable[FxRate], seed: object) -> None:
        self._seed = seed
        self._known: dict[str, dict[dt.date, float]] = {}
        for rate in sorted(rates, key=lambda rate: rate.as_of):
            self._known.setdefault(rate.currency, {})[session_day(rate.as_of)] = rate.per_usd
        self._days = {currency: list(known) for currency, known in self._known.items()}

    def now(self, currency: str, at: dt.datetime) -> tuple[dt.datetime, float] | None:
        """Time and rate of the newest minute until `at` at which the currency moved."""
        when = floor(at, STEP)
        weekday = session_day(when).weekday()
        if weekday >= 5:
            when = day_end(session_day(when) - dt.timedelta(days=weekday - 4)) - dt.timedelta(seconds=STEP)
        rate = self._rate(currency, when)
        return None if rate is None else (when, rate)

    def on(self, currency: str, day: dt.date) -> float | None:
        """Rate at the end of a weekday; `None` at weekends and before the first reference rate."""
        known = self._known.get(currency, {}).get(day)
        if known is not None or day.weekday() >= 5:
            return known
        return self._rate(currency, day_end(day) - dt.timedelta(seconds=STEP))

    def _rate(self, currency: str, when: dt.datetime) -> float | None:
        days, day = self._days.get(currency, []), session_day(when)
        after = bisect.bisect_right(days, day)
        if after == 0:
            return None
        known, start = self._known[currency], day_end(days[after - 1])
        here, left = max(when, start), known[days[after - 1]]
        moved = self._path(currency, here) - self._path(currency, start)
        if after < len(days):
            end = day_end(days[after])
            rest = math.log(known[days[after]] / left) - (
                self._path(currency, end) - self._path(currency, start)
            )
            moved += (here - start) / (end - start) * rest
        return _inside_band(currency, left * math.exp(moved))

    def _path(self, currency: str, when: dt.datetime) -> float:
        volatility = VOLATILITY.get(currency, OTHER_VOLATILITY)
        return volatility * brownian(f"{self._seed} fx {currency}", WORLD.time(when))


def _inside_band(currency: str, rate: float) -> float:
    """The rate, folded back at the edges of the band of the Hong Kong dollar."""
    if currency == "HKD":
        low, high = HKD_BAND
        offset = (rate - low) % (2 * (high - low))
        rate = low + min(offset, 2 * (high - low) - offset)
    return round(rate, 5)
