"""The index: chain-linked over the daily closes, in USD, 100 at the base date.

From each day to the next the index moves as the lines held at the first of the two, with that day's share
counts: `I(t) = I(t-1) · Σ P(t) Q(t-1) / Σ P(t-1) Q(t-1)`, P in USD. A new listing enters at the close of its
first day, a share issue counts from the next day on, a delisted line leaves at its last close; the divisor
takes up each of these, so that none of them moves the level. A line that does not trade carries its last
price.

Source: S&P Dow Jones Indices, "Index Mathematics Methodology" (divisor adjustments); MSCI, "Index Calculation
Methodology" (chain-linking).
"""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from metrics.history import Panel, carried_panel, facts
from metrics.memo import Held
from metrics.numbers import BoolArray, FloatArray
from metrics.roster import roster
from metrics.valued import Valued
from providers.market import Market

if TYPE_CHECKING:
    import pandas as pd

BASE_LEVEL = 100.0


def index_levels(market: Market) -> pd.Series[float]:
    """Level of the Chinese lines at each daily close from the base date on.

    Returns:
        Days (`datetime.date`, the first is the last close on or before the base date) → level. Empty when
        there is no close by then.
    """
    return _levels(facts(market), market.at.date())


@lru_cache(maxsize=1)
def _levels(held_facts: Held[Market], _today: dt.date) -> pd.Series[float]:
    import pandas as pd

    market = held_facts.value
    held = carried_panel(market)
    first = int(np.searchsorted(held.days, market.universe.base_date.toordinal(), side="right")) - 1
    if first < 0:
        return pd.Series(dtype=float)
    chosen = china_lines(market)
    usd = held.price[first:] * held.fx[first:]
    units = np.where(held.listed[first:] & chosen, held.shares[first:], math.nan)
    links = np.array(
        [link(usd[row], usd[row + 1], units[row], units[row + 1]) for row in range(len(usd) - 1)]
    )
    levels = BASE_LEVEL * np.concatenate([[1.0], np.cumprod(links)])
    days = [dt.date.fromordinal(int(day)) for day in held.days[first:]]
    return pd.Series(levels, index=pd.Index(days, dtype=object))


def index_now(market: Market, now: Valued) -> float:
    """Level now: the last daily level moved on by the newest prices; NaN without a close by the base date."""
    known = index_levels(market)
    if known.empty:
        return math.nan
    held: Panel = carried_panel(market)
    chosen = china_lines(market)
    usd = now.numbers("price") * now.numbers("fx_usd")
    before = np.where(held.listed[-1] & chosen, held.shares[-1], math.nan)
    after = np.where(now.flags("listed") & chosen, now.numbers("shares"), math.nan)
    return float(known.iloc[-1]) * link(held.price[-1] * held.fx[-1], usd, before, after)


def link(before: FloatArray, after: FloatArray, held: FloatArray, held_after: FloatArray) -> float:
    """One link of the chain: growth of the lines held at both ends, at the first share counts; 1 without any.

    Args:
        before: USD per unit of each line at the first day; NaN unknown.
        after: The same at the second.
        held: Units at the first day; NaN where the line is not in the index.
        held_after: The same at the second.
    """
    both = ~np.isnan(before) & ~np.isnan(after) & ~np.isnan(held) & ~np.isnan(held_after)
    start = float((before[both] * held[both]).sum())
    return float((after[both] * held[both]).sum()) / start if start > 0 else 1.0


def china_lines(market: Market) -> BoolArray:
    """Which counted lines of the roster belong to Chinese issuers."""
    arranged = roster(market.universe)
    return np.array([arranged.issuers[at].side == "china" for at in arranged.issuer_of], dtype=np.bool_)
