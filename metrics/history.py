"""What was in force for each line on any day, and from it daily market values.

On a day stand the last close, the last FX rate and the share count of that day. All of them are on the share
basis of `Market.at`: closes come that way, counts are brought to it by the splits between.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from metrics.memo import Held
from metrics.numbers import BoolArray, FloatArray, IntArray
from metrics.roster import Roster, roster
from providers.market import Market
from providers.records import ShareCount

if TYPE_CHECKING:
    import pandas as pd

CLOSE_WINDOW_DAYS = 12
"""How many calendar days a close carries on: the longest holiday of an exchange and its weekends."""
FX_WINDOW_DAYS = 92
"""How many calendar days an FX rate carries on: a currency without a daily rate has a quarterly one."""
UNLIMITED = 10**7

_CONFIDENCE = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, eq=False, kw_only=True)
class Panel:
    """Days × counted lines of the roster. Missing is NaN; days are ordinals, -1 where there is none.

    Attributes:
        price: Local currency per unit of the line; where `twin` is set, converted from that twin's close.
        twin: -1 where the line's own close serves, else the position of the twin in `roster.twins`.
        fx: USD for one unit of the line's currency.
        shares_day: Later than the day itself where the earliest known count stands in.
    """

    days: IntArray
    price: FloatArray
    price_day: IntArray
    twin: IntArray
    fx: FloatArray
    fx_day: IntArray
    shares: FloatArray
    shares_day: IntArray
    listed: BoolArray

    @property
    def value(self) -> FloatArray:
        """USD; 0 where the line is not listed on the day, NaN where a part is missing."""
        return np.where(self.listed, self.price * self.fx * self.shares, 0.0)


def ordinals(frame: pd.DataFrame) -> IntArray:
    """The frame's index of days as ordinals."""
    return np.fromiter((day.toordinal() for day in frame.index), dtype=np.int64, count=len(frame.index))


def latest(values: FloatArray, rows: IntArray, days: IntArray, window: int) -> tuple[FloatArray, IntArray]:
    """For each day the last value on or before it, at most `window` days old, and the day it is of.

    Args:
        values: Rows × columns, NaN where there is nothing.
        rows: Ordinal of each row, ascending.
        days: Ordinals asked for.
        window: Calendar days.
    """
    columns = values.shape[1]
    if not rows.size:
        return np.full((days.size, columns), math.nan), np.full((days.size, columns), -1, dtype=np.int64)
    known = np.where(np.isnan(values), -1, np.arange(rows.size)[:, np.newaxis])
    newest = np.maximum.accumulate(known, axis=0)
    row = np.searchsorted(rows, days, side="right") - 1
    found = np.where(row[:, np.newaxis] >= 0, newest[row], -1)
    day = np.where(found >= 0, rows[found], -1)
    fresh = (found >= 0) & (days[:, np.newaxis] - day <= window)
    value = values[found, np.arange(columns)]
    return np.where(fresh, value, math.nan), np.where(fresh, day, -1)


def columns(frame: pd.DataFrame, names: list[str]) -> FloatArray:
    """The named columns as an array; a column that the frame lacks is NaN."""
    return frame.reindex(columns=names).to_numpy(dtype=np.float64)


def usd_rates(
    market: Market, currencies: list[str], days: IntArray, window: int
) -> tuple[FloatArray, IntArray]:
    """USD for one unit of each currency (days × currencies), and the day of each rate. USD is 1."""
    per_usd, day = latest(columns(market.fx, currencies), ordinals(market.fx), days, window)
    dollar = np.array([currency == "USD" for currency in currencies], dtype=np.bool_)
    rate = np.where(dollar, 1.0, 1.0 / per_usd)
    return rate, np.where(dollar, days[:, np.newaxis], day)


def panel(market: Market, days: IntArray, *, window: int = CLOSE_WINDOW_DAYS) -> Panel:
    """Closes, FX and share counts in force on each of the days (ordinals, ascending).

    A line without a close within the window takes that of its fungible twin, converted by the two depositary
    ratios and the FX of the day.
    """
    arranged = roster(market.universe)
    everything = arranged.everything
    lines = len(arranged.lines)
    closes, close_days = latest(
        columns(market.closes, [line.symbol for line in everything]), ordinals(market.closes), days, window
    )
    currencies = sorted({line.currency for line in everything})
    position = [currencies.index(line.currency) for line in everything]
    rates, rate_days = usd_rates(market, currencies, days, max(window, FX_WINDOW_DAYS))
    fx = rates[:, position]
    price, price_day = closes[:, :lines].copy(), close_days[:, :lines].copy()
    twin = np.full(price.shape, -1, dtype=np.int64)
    column = lines
    for at, line in enumerate(arranged.lines):
        for which, other in enumerate(arranged.twins[at]):
            ratio = line.ordinary_per_unit / other.ordinary_per_unit
            stands_in = closes[:, column] * fx[:, column] / fx[:, at] * ratio
            serves = np.isnan(price[:, at]) & ~np.isnan(stands_in)
            price[serves, at] = stands_in[serves]
            price_day[serves, at] = close_days[serves, column]
            twin[serves, at] = which
            column += 1
    shares, shares_day = share_counts(market, days)
    return Panel(
        days=days,
        price=price,
        price_day=price_day,
        twin=twin,
        fx=fx[:, :lines],
        fx_day=rate_days[:, position][:, :lines],
        shares=shares,
        shares_day=shares_day,
        listed=arranged.listed(days),
    )


def counts_by_symbol(market: Market) -> Mapping[str, Sequence[ShareCount]]:
    """Share counts of each symbol, oldest first; of several of one day the most trusted is last."""
    return _by_symbol(Held(market, market.share_counts))


@lru_cache(maxsize=2)
def _by_symbol(held: Held[Market]) -> Mapping[str, Sequence[ShareCount]]:
    found: dict[str, list[ShareCount]] = {}
    for count in held.value.share_counts:
        found.setdefault(count.symbol, []).append(count)
    for counts in found.values():
        counts.sort(key=lambda each: (each.day, _CONFIDENCE[each.confidence], each.source, each.shares))
    return found


def share_counts(market: Market, days: IntArray) -> tuple[FloatArray, IntArray]:
    """Units of each counted line on each day, on the share basis of `market.at`, and the day of the count.

    Before the first known count that count stands in. A line without counts takes those of a twin, by their
    ratio.
    """
    arranged = roster(market.universe)
    counts = counts_by_symbol(market)
    shares = np.full((days.size, len(arranged.lines)), math.nan)
    since = np.full(shares.shape, -1, dtype=np.int64)
    for at, line in enumerate(arranged.lines):
        of = next((each for each in (line, *arranged.twins[at]) if each.symbol in counts), None)
        if of is None:
            continue
        known = counts[of.symbol]
        ratio = of.ordinary_per_unit / line.ordinary_per_unit
        units = np.array([restated(count, market) * ratio for count in known])
        from_day = np.array([count.day.toordinal() for count in known], dtype=np.int64)
        row = np.maximum(np.searchsorted(from_day, days, side="right") - 1, 0)
        shares[:, at], since[:, at] = units[row], from_day[row]
    return shares, since


def share_counts_today(market: Market) -> tuple[FloatArray, IntArray]:
    """The same for the day of the Market, per line; kept while counts, splits and universe are the same."""
    return _today(Held(market, market.share_counts, market.splits, market.universe), market.at.date())


@lru_cache(maxsize=2)
def _today(held: Held[Market], today: dt.date) -> tuple[FloatArray, IntArray]:
    shares, since = share_counts(held.value, np.array([today.toordinal()], dtype=np.int64))
    return shares[0], since[0]


def restated(count: ShareCount, market: Market) -> float:
    """A share count on the share basis of `market.at`: times each split after the basis that it states."""
    basis, today = count.restated_to or count.day, market.at.date()
    ratios = (
        split.ratio for split in market.splits if split.symbol == count.symbol and basis < split.day <= today
    )
    return count.shares * math.prod(sorted(ratios))


def carried_panel(market: Market) -> Panel:
    """The panel of every day that has a close, a line that does not trade carrying its last price on.

    Kept until closes, FX, counts, splits or universe change.
    """
    return _carried(facts(market), market.at.date())


def daily_caps(market: Market) -> pd.DataFrame:
    """Market value in USD, days (`datetime.date`) × issuer ids (sorted); NaN before the listing or unpriced.

    A close carries on for `CLOSE_WINDOW_DAYS`. The frame is shared between callers: read it, never write to
    it.
    """
    return _daily_caps(facts(market), market.at.date())


def issuer_caps(arranged: Roster, held: Panel) -> FloatArray:
    """Days × issuers in USD: NaN where no line is listed, or a listed one lacks price, FX or share count."""
    sums = arranged.by_issuer(held.value)
    return np.where(arranged.issuers_listed(held.listed), sums, math.nan)


def facts(market: Market, *more: object) -> Held[Market]:
    """What values of past days rest on, as a key for keeping them; `more` adds to it."""
    return Held(market, market.closes, market.fx, market.share_counts, market.splits, market.universe, *more)


@lru_cache(maxsize=1)
def _carried(held: Held[Market], _today: dt.date) -> Panel:
    return panel(held.value, ordinals(held.value.closes), window=UNLIMITED)


@lru_cache(maxsize=1)
def _daily_caps(source: Held[Market], _today: dt.date) -> pd.DataFrame:
    import pandas as pd

    arranged = roster(source.value.universe)
    held = panel(source.value, ordinals(source.value.closes))
    index = [dt.date.fromordinal(int(day)) for day in held.days]
    names = [issuer.id for issuer in arranged.issuers]
    return pd.DataFrame(issuer_caps(arranged, held), index=pd.Index(index, dtype=object), columns=names)
