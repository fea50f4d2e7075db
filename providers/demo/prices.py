"""Prices of the demo market: reference closes, joined and continued by a simulated motion.

The logarithm of every price follows one path of its own, the sum of four independent parts:

    β_world · world + β_region · region + β_subsector · subsector + idiosyncratic

Between two reference closes the path is bent so that it meets both (a Brownian bridge); after the newest it
runs free. A line shows its path only when it trades. The path goes on overnight, through lunch and in a halt,
at the slower pace of `Activity`, and that is what makes opening gaps.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from providers.demo.hours import Hours
from providers.demo.motion import (
    AMERICA,
    EAST,
    EUROPE,
    WORLD,
    Activity,
    brownian,
    day_end,
    session_day,
    uniform,
)
from providers.records import Close, Split
from providers.universe import Issuer, Line, Universe

WORLD_VOLATILITY = 0.006
REGION_VOLATILITY = 0.009
SUBSECTOR_VOLATILITY = 0.008
LINE_VOLATILITY = 0.001
IDIOSYNCRATIC = (0.010, 0.024)
BETA = (0.7, 1.3)

TICKS = {"KRW": 100.0, "JPY": 1.0, "TWD": 0.5}
PENNY_TICK = 0.001


def activity_of(region: str) -> Activity:
    """The clock by which companies of a region move."""
    if region in {"US", "CA"}:
        return AMERICA
    return EAST if region in {"CN", "HK", "TW", "KR", "JP", "AU", "SG"} else EUROPE


def _between(bounds: tuple[float, float], *key: object) -> float:
    low, high = bounds
    return low + (high - low) * uniform(*key)


@dataclass(frozen=True)
class Part:
    """One part of a line's path: a Brownian motion, its size in a weekday, the clock that it runs by."""

    key: str
    volatility: float
    clock: Activity


def parts_of(seed: object, issuer: Issuer, symbol: str) -> tuple[Part, ...]:
    """The parts of a line's path; lines of one issuer share all but the last, small one."""
    own = activity_of(issuer.region)
    beta = {factor: _between(BETA, factor, issuer.id) for factor in ("world", "region", "subsector")}
    idiosyncratic = _between(IDIOSYNCRATIC, "idiosyncratic", issuer.id)
    return (
        Part(f"{seed} world", beta["world"] * WORLD_VOLATILITY, WORLD),
        Part(f"{seed} region {issuer.region}", beta["region"] * REGION_VOLATILITY, own),
        Part(f"{seed} subsector {issuer.subsector}", beta["subsector"] * SUBSECTOR_VOLATILITY, WORLD),
        Part(f"{seed} issuer {issuer.id}", idiosyncratic, own),
        Part(f"{seed} line {symbol}", LINE_VOLATILITY, own),
    )


def path(parts: Iterable[Part], when: dt.datetime) -> float:
    """Logarithm of a line's simulated price at `when`, up to a constant."""
    return sum(part.volatility * brownian(part.key, part.clock.time(when)) for part in parts)


@dataclass(frozen=True)
class Anchors:
    """Known closes of one line, days ascending, on the share basis of `basis`."""

    days: list[dt.date]
    closes: list[float]
    known: dict[dt.date, float]
    basis: dt.date


class Prices:
    """Simulated prices of the lines of a universe, in the currency of each line's unit.

    A line without a reference close is absent. One whose only close is that of its first day of trading opens
    there.
    """

    def __init__(
        self, universe: Universe, closes: Iterable[Close], splits: Iterable[Split], hours: Hours, seed: object
    ) -> None:
        self.hours = hours
        self._parts = {
            line.symbol: parts_of(seed, issuer, line.symbol)
            for issuer in universe.issuers
            for line in issuer.lines
        }
        self._anchors = _anchors(closes, splits)
        for line in universe.lines:
            anchors = self._anchors.get(line.symbol)
            if anchors is not None and anchors.days == [line.listed_on]:
                eve = anchors.days[0] - dt.timedelta(days=1)
                self._anchors[line.symbol] = Anchors([eve], anchors.closes, {}, max(anchors.basis, eve))

    def trade(self, line: Line, at: dt.datetime) -> tuple[dt.datetime, float] | None:
        """Time and price of the newest trade until `at`; `None` where the line has no price yet."""
        when = self.hours.last_trade(line.exchange, line.symbol, at)
        price = None if when is None else self._price(line, when)
        return None if when is None or price is None else (when, price)

    def close(self, line: Line, day: dt.date) -> float | None:
        """Close of a finished session day; `None` where the line had no price or its exchange no session.

        Until the newest reference close the close is the path at the day's end, after it the day's last
        trade.
        """
        anchors = self._anchors.get(line.symbol)
        if anchors is None:
            return None
        if day in anchors.known:
            return anchors.known[day]
        if not self.hours.in_session_on(line.exchange, day) or not _listed(line, day):
            return None
        if day <= anchors.days[-1]:
            return self._price(line, day_end(day) - dt.timedelta(seconds=1))
        trade = self.trade(line, day_end(day) - dt.timedelta(seconds=1))
        return None if trade is None else trade[1]

    def basis(self, line: Line) -> dt.date | None:
        """The day on whose share basis all prices of `line` are stated."""
        anchors = self._anchors.get(line.symbol)
        return None if anchors is None else anchors.basis

    def previous_close(self, line: Line, day: dt.date) -> float | None:
        """Close of the session before `day`."""
        before = self.hours.session_before(line.exchange, day)
        return None if before is None else self.close(line, before)

    def _price(self, line: Line, when: dt.datetime) -> float | None:
        anchors, day = self._anchors.get(line.symbol), session_day(when)
        if anchors is None or not _listed(line, day):
            return None
        if day in anchors.known:
            return anchors.known[day]
        after = bisect.bisect_right(anchors.days, day)
        if after == 0:
            return None
        parts = self._parts[line.symbol]
        left = day_end(anchors.days[after - 1])
        left_path = path(parts, left)
        if after == len(anchors.days):
            moved = path(parts, when) - left_path
        else:
            right, end = day_end(anchors.days[after]), day_end(day)
            path_to_meet = math.log(anchors.closes[after] / anchors.closes[after - 1])
            weight = (end - left) / (right - left)
            moved = path(parts, end) - left_path + weight * (path_to_meet - (path(parts, right) - left_path))
        return _rounded(anchors.closes[after - 1] * math.exp(moved), line.currency)


def _listed(line: Line, day: dt.date) -> bool:
    return (line.listed_on is None or day >= line.listed_on) and (
        line.delisted_on is None or day <= line.delisted_on
    )


def _rounded(price: float, currency: str) -> float:
    tick = TICKS.get(currency, 0.01) if price >= 1 else PENNY_TICK
    return max(round(round(price / tick) * tick, 4), tick)


def _anchors(closes: Iterable[Close], splits: Iterable[Split]) -> dict[str, Anchors]:
    """Reference closes by symbol, each divided by the splits that its share basis does not know yet."""
    by_symbol: dict[str, list[Close]] = {}
    for close in sorted(closes, key=lambda close: close.day):
        by_symbol.setdefault(close.symbol, []).append(close)
    ratios: dict[str, list[Split]] = {}
    for split in splits:
        ratios.setdefault(split.symbol, []).append(split)
    return {symbol: _anchored(known, ratios.get(symbol, [])) for symbol, known in by_symbol.items()}


def _anchored(closes: Sequence[Close], splits: Sequence[Split]) -> Anchors:
    known = {
        close.day: close.close
        / math.prod(split.ratio for split in splits if split.day > (close.adjusted_to or close.day))
        for close in closes
    }
    basis = max(closes[-1].day, *(split.day for split in splits), dt.date.min)
    return Anchors(list(known), list(known.values()), known, basis)
