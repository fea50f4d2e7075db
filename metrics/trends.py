"""Headlines over time: from the rows that polls left behind, from closes, by quarter, by index version."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal

import numpy as np

from metrics.board import Headline, Point, Timeframe, Trend, Trends
from metrics.capex import quarter_ratios
from metrics.history import carried_panel, daily_caps, issuer_caps
from metrics.index import index_levels
from metrics.models import gap_history
from metrics.numbers import BoolArray, FloatArray
from metrics.roster import roster
from metrics.spreads import total_history
from metrics.values import value_now
from providers.market import Market

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 500
COVERED = 0.9
"""Part of the value that a day must know to be drawn."""
_POLLED = frozenset({"1D", "5D"})
_VALUE, _INDEX, _SHARE, _SPREAD = (
    "basket.value_usd",
    "basket.index_level",
    "share.listed_pct",
    "spreads.total.spread_pct",
)
DRAWN = frozenset({_VALUE, _INDEX, _SHARE, _SPREAD, f"{_SPREAD}@us"})
"""The figures of a headline row that are drawn; whoever keeps rows for this needs no others."""


def trends(
    market: Market,
    headlines: Sequence[Headline],
    timeframe: Timeframe,
    peers: Literal["global", "us"] = "global",
) -> Trends:
    """Trend lines of all headlines.

    One and five days are drawn from the headlines of polls, longer spans from the daily closes with the
    newest headline as their last point. Where there are fewer than two polls in the span, daily closes serve.

    Args:
        market: The market; closes, universe and dated facts.
        headlines: Rows of polls, in any order; later than `market.at` is ignored.
        timeframe: The span, ending at `market.at`.
        peers: Which spread to draw.
    """
    start = start_of(timeframe, market)
    rows = sorted((row for row in headlines if row.at <= market.at), key=lambda row: row.at)
    lines: dict[str, Trend] = {}
    for path, series in _daily(market, peers).items():
        key = f"{path}@us" if path == _SPREAD and peers == "us" else path
        held = [(row.at, row.values) for row in rows]  # noqa: PD011 - a field of the row, no frame
        polled = [Point(at=at, value=figures[key]) for at, figures in held if key in figures]
        within = [point for point in polled if point.at >= start]
        if timeframe in _POLLED and len(within) > 1:
            lines[path] = _trend(path, timeframe, within)
        else:
            lines[path] = _trend(path, timeframe, _closes(series, start, polled[-1:]), daily=True)
    quarters = tuple(Point(at=_midnight(day), value=value) for day, value in quarter_ratios(market))
    lines["capex.quarters"] = Trend(
        path="capex.quarters",
        timeframe="quarters",
        step="1 quarter",
        segments=(quarters,) if quarters else (),
    )
    lines["models.gap_pct"] = Trend(
        path="models.gap_pct",
        timeframe="versions",
        step="1 new best model",
        segments=tuple(
            tuple(Point(at=_midnight(day), value=value) for day, value in run)
            for _, run in gap_history(market)
        ),
    )
    return Trends(timeframe=timeframe, lines=lines)


def start_of(timeframe: Timeframe, market: Market) -> dt.datetime:
    """When a span begins: a day, a week, one or three months back; the last year's end; the base date."""
    at = market.at
    match timeframe:
        case "1D":
            return at - dt.timedelta(days=1)
        case "5D":
            return at - dt.timedelta(days=7)
        case "1M":
            return _midnight(_months_back(at.date(), 1))
        case "3M":
            return _midnight(_months_back(at.date(), 3))
        case "YTD":
            return _midnight(dt.date(at.year - 1, 12, 31))
        case "base":
            return _midnight(market.universe.base_date)


def step_in_words(times: Sequence[dt.datetime], *, daily: bool = False) -> str:
    """How far apart points are: `15 s`, `5 min`, `2 h`, `1 day`; `3 closes` where closes are far between."""
    if daily:
        gaps = [(after - before).days for before, after in pairwise(times)]
        return "1 day" if not gaps or median(gaps) <= 4 else f"{len(times)} closes"
    if len(times) < 2:
        return "1 poll"
    seconds = median((after - before).total_seconds() for before, after in pairwise(times))
    for unit, size in (("day", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds)} s"


def _daily(market: Market, peers: Literal["global", "us"]) -> dict[str, pd.Series[float]]:
    """Each headline by day, a line that does not trade carrying its last price so that a gap is no fall.

    A day on which too little of the value is known is left out: while closes fill in, a sum of the few that
    are there would draw a rise that never was.
    """
    import pandas as pd

    arranged, held = roster(market.universe), carried_panel(market)
    caps = issuer_caps(arranged, held)
    days = pd.Index([dt.date.fromordinal(int(day)) for day in held.days], dtype=object)
    china = np.array([issuer.side == "china" for issuer in arranged.issuers], dtype=np.bool_)
    on_list = arranged.issuers_listed(held.listed)
    weight = value_now(market).cap
    mine, peer = (_sums(caps[:, side], on_list[:, side], weight[side]) for side in (china, ~china))
    level, spread = index_levels(market), total_history(market, daily_caps(market), peers)
    return {
        _VALUE: pd.Series(mine, index=days).dropna(),
        _INDEX: level[level.index.isin(days[~np.isnan(mine)])],
        _SHARE: pd.Series(100.0 * mine / (mine + peer), index=days).dropna(),
        _SPREAD: spread[spread.index.isin(days[~np.isnan(mine + peer)])],
    }


def _sums(caps: FloatArray, on_list: BoolArray, weight: FloatArray) -> FloatArray:
    """Sum of each day (days × issuers, USD); NaN where less than `COVERED` of what is listed is known.

    Issuers weigh by their value now; one that has none even then by its newest.
    """
    if not caps.size:
        return np.full(len(caps), math.nan)
    known = ~np.isnan(caps)
    newest = len(caps) - 1 - np.argmax(known[::-1], axis=0)
    weight = np.nan_to_num(np.where(np.isnan(weight), caps[newest, np.arange(caps.shape[1])], weight))
    covered = known @ weight >= COVERED * (on_list @ weight)
    return np.where(covered & known.any(axis=1), np.nansum(caps, axis=1), math.nan)


def _closes(series: pd.Series[float], start: dt.datetime, newest: Iterable[Point]) -> list[Point]:
    points = [
        Point(at=_midnight(day), value=float(value))
        for day, value in zip(series.index, series.to_numpy(), strict=True)
        if _midnight(day) >= start
    ]
    return points + [
        point for point in newest if point.at >= start and (not points or point.at > points[-1].at)
    ]


def _trend(path: str, timeframe: Timeframe, points: Sequence[Point], *, daily: bool = False) -> Trend:
    stride = -(-len(points) // MOST_POINTS)
    kept = tuple(points[::-1][::stride][::-1]) if stride > 1 else tuple(points)
    return Trend(
        path=path,
        timeframe=timeframe,
        step=step_in_words([point.at for point in kept], daily=daily),
        segments=(kept,) if kept else (),
    )


def _months_back(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
