"""Subsector spreads: where China trades at a discount to its peers, where at a premium.

    spread           = China's multiple ÷ peers' multiple - 1
    upside to parity = market value of all Chinese issuers of the subsector × (peers ÷ China - 1)
    matched spread   = Σ China's value ÷ Σ (China's value × peers ÷ China) - 1, over the subsectors
    narrowing        = -30 × least-squares slope per day of |total spread| over the last 180 days

Forward P/E by default; price/sales in the subsectors where most of the value earns nothing.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.board import SpreadRow, Spreads, SpreadTotal, Stance
from metrics.flow_rates import newest_rate
from metrics.monetisation import Bases, monetisation, stated
from metrics.multiples import Aggregate, Multiple, aggregate, denominators
from metrics.numbers import BoolArray, FloatArray, finite
from metrics.spread_scene import (
    Group,
    Measure,
    Peers,
    Scene,
    history_of,
    known_now,
    scene,
    sides,
)
from metrics.spreads_explained import explain
from providers.universe import SUBSECTOR_NAMES

if TYPE_CHECKING:
    from providers.market import Market

__all__ = ["explain", "narrowing_pp_30d", "spreads", "stance", "total_history"]

PRICE_SALES_SUBSECTORS = frozenset({"ai_software", "data_centres", "model_developers"})
STANCE_BAND_PCT = 2.0
THIN_PCT = 50.0
EARNING_PCT = 50.0
"""Below this share of value with earnings, on either side, price/sales is the measure."""
NARROWING_DAYS = 180
TREND_DAYS = 90
TREND_SLACK_DAYS = 7


def spreads(market: Market, caps: pd.Series[float], daily_caps: pd.DataFrame, peers: Peers) -> Spreads:
    """Pane 4.

    Args:
        market: Valuations, rates and the universe.
        caps: Issuer id → market value now in USD, NaN where missing.
        daily_caps: Days × issuer ids, USD at the closes, index of days ascending.
        peers: `global`: everybody outside China; `us`: US issuers only.
    """
    held = scene(market, caps, daily_caps, NARROWING_DAYS)
    issuers = held.known.issuers
    present = {issuer.subsector for issuer in issuers}
    bases = _bases(held, cache(partial(newest_rate, market)))
    groups = {name: sides(issuers, peers, name) for name in SUBSECTOR_NAMES if name in present}
    rows = tuple(_row(held, name, group, bases) for name, group in groups.items())
    total = _total(held, sides(issuers, peers), rows, _matched_pct(held, groups.values()))
    return Spreads(peers=peers, total=total, subsectors=rows)


def total_history(market: Market, daily_caps: pd.DataFrame, peers: Peers) -> pd.Series[float]:
    """Total spread in per cent by day of `daily_caps`, on forward P/E; days without one are left out."""
    known = known_now(market)
    history = history_of(daily_caps, known.issuers)
    below = denominators(known.books["forward_pe"], history, history)
    gaps = _gaps(history.usd, below, sides(known.issuers, peers))
    return pd.Series(gaps, index=daily_caps.index, dtype=float).dropna()


def narrowing_pp_30d(days: Sequence[int], gaps: Sequence[float]) -> float | None:
    """Points per 30 days by which the absolute gap shrinks; `None` for fewer than three days.

    Least squares of |gap| in per cent over the ordinals `days`, which differ. Positive: the gap closes.
    """
    if len(days) < 3:
        return None
    x, y = np.asarray(days, dtype=float), np.abs(np.asarray(gaps, dtype=float))
    centred = x - x.mean()
    return finite(-30 * float((centred * (y - y.mean())).sum() / (centred**2).sum()))


def stance(spread_pct: float | None) -> Stance | None:
    """A discount below -2 %, a premium above +2 %, else parity."""
    if spread_pct is None:
        return None
    if abs(spread_pct) <= STANCE_BAND_PCT:
        return "parity"
    return "discount" if spread_pct < 0 else "premium"


def _row(held: Scene, name: str, group: Group, bases: Bases) -> SpreadRow:
    measure = _measure(held, name, group)
    china, others = _side(held, measure, group.china), _side(held, measure, group.peers)
    gap = _spread_pct(china.value, others.value)
    position = stance(gap)
    closes_at = china.cap * (others.value / china.value - 1)
    used = _used(held, measure, (*group.china, *group.peers))
    growth_china, growth_peers = (
        monetisation(held.known.valuations, bases, [held.known.issuers[one] for one in side])
        for side in (group.china, group.peers)
    )
    return SpreadRow(
        subsector=name,
        multiple=measure,
        china=finite(china.value),
        peers=finite(others.value),
        china_median=finite(china.median),
        peers_median=finite(others.median),
        spread_pct=gap,
        stance=position,
        upside_to_parity_usd=finite(closes_at) if position == "discount" else None,
        china_coverage_pct=finite(china.coverage_pct),
        peers_coverage_pct=finite(others.coverage_pct),
        china_revenue_growth_pct=growth_china.revenue_pct,
        peers_revenue_growth_pct=growth_peers.revenue_pct,
        china_earnings_growth_pct=growth_china.earnings_pct,
        peers_earnings_growth_pct=growth_peers.earnings_pct,
        thin=_thin(china, others),
        trend_pp_90d=_trend_pp(held, measure, group, gap),
        as_of=min((dt.date.fromordinal(one.day) for one in used), default=None),
        horizon=_horizon(used) if measure == "forward_pe" else None,
    )


def _total(held: Scene, group: Group, rows: Sequence[SpreadRow], matched_pct: float | None) -> SpreadTotal:
    china, others = _side(held, "forward_pe", group.china), _side(held, "forward_pe", group.peers)
    gaps = _gaps(held.caps.usd, held.below["forward_pe"], group)
    known = ~np.isnan(gaps)
    known_rows = [row for row in rows if row.spread_pct is not None]
    used = _used(held, "forward_pe", (*group.china, *group.peers))
    return SpreadTotal(
        china=finite(china.value),
        peers=finite(others.value),
        spread_pct=_spread_pct(china.value, others.value),
        narrowing_pp_30d=narrowing_pp_30d(np.asarray(held.caps.days)[known].tolist(), gaps[known].tolist()),
        upside_to_parity_usd=sum(row.upside_to_parity_usd or 0.0 for row in rows) if known_rows else None,
        china_coverage_pct=finite(china.coverage_pct),
        peers_coverage_pct=finite(others.coverage_pct),
        as_of=min((dt.date.fromordinal(one.day) for one in used), default=None),
        matched_spread_pct=matched_pct,
        thin=_thin(china, others),
    )


def _matched_pct(held: Scene, groups: Iterable[Group]) -> float | None:
    """Total spread without the mix of subsectors, which differs between the sides, in per cent.

    China's value in a subsector against the same earnings at the peers' multiple of that subsector.
    """
    worth = at_peers = 0.0
    for group in groups:
        china, others = (_side(held, "forward_pe", side) for side in (group.china, group.peers))
        if china.value > 0 and others.value > 0:
            covered = china.cap * china.coverage_pct / 100
            worth += covered
            at_peers += covered * others.value / china.value
    return _spread_pct(worth, at_peers)


def _thin(china: Aggregate, others: Aggregate) -> bool:
    return not (china.coverage_pct >= THIN_PCT and others.coverage_pct >= THIN_PCT)


def _bases(held: Scene, rate: Callable[[str], float | None]) -> Bases:
    """Stated sums; else what stands behind price/sales and trailing P/E."""
    known = held.known
    return Bases(
        {**_behind(held, "price_sales"), **stated(known.valuations, known.issuers, rate, "revenue_ttm")},
        {**_behind(held, "trailing_pe"), **stated(known.valuations, known.issuers, rate, "net_income_ttm")},
    )


def _behind(held: Scene, measure: Measure) -> Mapping[str, float]:
    ids = (issuer.id for issuer in held.known.issuers)
    return dict(zip(ids, held.below[measure][-1].tolist(), strict=True))


def _measure(held: Scene, name: str, group: Group) -> Measure:
    """Price/sales where it is named, or where on either side less than half of the value earns anything.

    The share is of the value whose earnings are known: nobody is taken for loss-making because nobody knows.
    """
    if name in PRICE_SALES_SUBSECTORS:
        return "price_sales"
    for side in (group.china, group.peers):
        earns = {position: _earns(held, position) for position in side}
        caps = {position: cap for position in side if (cap := held.caps.usd[-1, position]) > 0}
        known = sum(cap for position, cap in caps.items() if earns[position] is not None)
        earning = sum(cap for position, cap in caps.items() if earns[position])
        if known > 0 and 100 * earning / known < EARNING_PCT:
            return "price_sales"
    return "forward_pe"


def _earns(held: Scene, position: int) -> bool | None:
    """Whether an issuer has earnings, trailing or expected; `None` where neither is known."""
    issuer = held.known.issuers[position].id
    signs = [
        ones[-1].value > 0
        for field in ("forward_pe", "trailing_pe", "net_income_ttm")
        if (ones := held.known.valuations.get(field, {}).get(issuer))
    ]
    return any(signs) if signs else None


def _side(held: Scene, measure: Measure, side: Sequence[int]) -> Aggregate:
    columns = np.asarray(side, dtype=np.intp)
    return aggregate(held.caps.usd[-1, columns], held.below[measure][-1, columns])


def _gaps(caps: FloatArray, below: FloatArray, group: Group) -> FloatArray:
    """Spread in per cent for each row; NaN where a side has no multiple."""
    counted = (caps > 0) & (below > 0)
    china, others = (_by_row(caps, below, counted, side) for side in (group.china, group.peers))
    return 100 * (china / others - 1)


def _by_row(caps: FloatArray, below: FloatArray, counted: BoolArray, side: Sequence[int]) -> FloatArray:
    columns = np.asarray(side, dtype=np.intp)
    mask = counted[:, columns]
    worth = np.where(mask, caps[:, columns], 0.0).sum(axis=1)
    base = np.where(mask, below[:, columns], 0.0).sum(axis=1)
    return np.asarray(worth / np.where(base > 0, base, np.nan))


def _trend_pp(held: Scene, measure: Measure, group: Group, gap: float | None) -> float | None:
    """Change of the spread over 90 days; `None` where no close lies in the week before."""
    wanted = held.caps.days[-1] - TREND_DAYS
    row = bisect_right(held.caps.days, wanted) - 1
    if gap is None or row < 0 or wanted - held.caps.days[row] > TREND_SLACK_DAYS:
        return None
    before = _gaps(held.caps.usd[row : row + 1], held.below[measure][row : row + 1], group)[0]
    return finite(gap - float(before))


def _used(held: Scene, measure: Measure, side: Sequence[int]) -> list[Multiple]:
    """The multiples in force that count in an aggregate."""
    caps, below = held.caps.usd[-1], held.below[measure][-1]
    book, issuers = held.known.books[measure], held.known.issuers
    return [book[issuers[one].id][-1] for one in side if caps[one] > 0 and below[one] > 0]


def _horizon(used: Sequence[Multiple]) -> str | None:
    """What forward means here, in words."""
    if not used:
        return None
    blended = sum(one.next_twelve_months for one in used)
    ends = sorted(one.fiscal_year_end for one in used if one.fiscal_year_end is not None)
    unstated = len(used) - blended - len(ends)
    parts = [f"next twelve months: {blended}"] if blended else []
    if ends:
        first, last = f"{ends[0]:%Y-%m}", f"{ends[-1]:%Y-%m}"
        parts.append(f"fiscal year to {first if first == last else f'{first} … {last}'}: {len(ends)}")
    if unstated:
        parts.append(f"year not stated: {unstated}")
    return "; ".join(parts)


def _spread_pct(china: float, others: float) -> float | None:
    return finite(100 * (china / others - 1)) if others > 0 else None
