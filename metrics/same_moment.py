"""The gap at one moment: China and the United States hardly trade together, so "now" mixes two days.

Beside it stands the gap at the last common close: the newest day on which both a mainland and a New York line
of the universe closed. What each side has moved since is the growth of its issuers that are valued at both
moments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from metrics.board import SameMoment
from metrics.exchanges import MAINLAND, NEW_YORK
from metrics.history import columns, ordinals
from metrics.numbers import BoolArray, finite, growth_pct, percent, total
from metrics.roster import roster
from metrics.valued import Valued
from metrics.values import value_on
from providers.market import Market

Spread = Callable[[dt.date, Valued], float | None]


def same_moment(market: Market, now: Valued, spread_on: Spread) -> SameMoment:
    """The gap at the last common close.

    Args:
        market: The market.
        now: Its values now.
        spread_on: Total spread in per cent at the close of a day, given the values of that day.
    """
    day = last_common_close(market)
    if day is None:
        return SameMoment(
            at=None, share_listed_pct=None, total_spread_pct=None, china_since_pct=None, peers_since_pct=None
        )
    then = value_on(market, day)
    china = now.of_side("china")
    caps = then.cap
    return SameMoment(
        at=day,
        share_listed_pct=finite(percent(total(caps[china]), total(caps))),
        total_spread_pct=spread_on(day, then),
        china_since_pct=_since(then, now, china),
        peers_since_pct=_since(then, now, ~china),
    )


def last_common_close(market: Market) -> dt.date | None:
    """The newest day with closes of both a mainland and a New York line; `None` when there is none."""
    lines = roster(market.universe).everything
    mainland, new_york = (
        ~np.isnan(columns(market.closes, [line.symbol for line in lines if line.exchange in exchanges]))
        for exchanges in (MAINLAND, NEW_YORK)
    )
    both = np.flatnonzero(mainland.any(axis=1) & new_york.any(axis=1))
    return dt.date.fromordinal(int(ordinals(market.closes)[both[-1]])) if both.size else None


def _since(then: Valued, now: Valued, side: BoolArray) -> float | None:
    before, after = then.cap[side], now.cap[side]
    both = ~np.isnan(before) & ~np.isnan(after)
    return finite(growth_pct(total(after[both]), total(before[both])))
