"""The constituents of the basket: one row per Chinese issuer that is listed today."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from metrics.attribution import FX, PRICE, SHARES, Change
from metrics.board import Constituent, LineView
from metrics.day import Day
from metrics.exchanges import HONG_KONG, MAINLAND
from metrics.history import CLOSE_WINDOW_DAYS, daily_caps
from metrics.multiples import newest
from metrics.numbers import finite, growth_pct, percent
from metrics.remarks import remarks
from metrics.spread_scene import Measure, history_of, known_now, repriced
from metrics.valued import Valued
from providers.market import Market
from providers.universe import Issuer


def constituents(market: Market, now: Valued, moved: Change, today: Day) -> tuple[Constituent, ...]:
    """Rows sorted by market value, largest first; those without one come last, by name.

    Args:
        market: Remarks and multiples.
        now: The values that the rows show.
        moved: Their change since the base date; its group is the basket.
        today: Their change since the previous close.
    """
    views = line_views(now)
    multiples = multiples_now(market, now)
    told = {remark.subject: remark.text for remark in reversed(remarks(market, now))}
    caps, listed = now.cap, now.is_listed
    whole = moved.value_after
    # Lines come sorted by issuer: those of one issuer are a slice.
    first = np.searchsorted(now.roster.issuer_of, np.arange(len(now.roster.issuers) + 1))
    contribution = moved.contribution
    rows = []
    for at, issuer in enumerate(now.roster.issuers):
        if not (moved.group[at] and listed[at]):
            continue
        cap, base = float(caps[at]), float(moved.before[at])
        own = slice(int(first[at]), int(first[at + 1]))
        lines = tuple(views[line.symbol] for line in now.roster.lines[own] if line.symbol in views)
        member, new = bool(moved.member[at]), bool(moved.new[at])
        effects = moved.effects[:, at]
        known = today.known[own]
        day_move = float(today.price_move[own][known].sum()) if known.any() else math.nan
        day_base = float(today.after[own][known].sum()) - day_move
        rows.append(
            Constituent(
                issuer=issuer.id,
                name=issuer.name,
                name_zh=issuer.name_zh,
                subsector=issuer.subsector,
                region=issuer.region,
                market_cap_usd=finite(cap),
                weight_pct=finite(percent(cap, whole)),
                day_pct=finite(percent(day_move, day_base)),
                day_contribution_usd=finite(day_move),
                since_base_pct=finite(growth_pct(cap, base)) if member else None,
                base_usd=finite(base) if member else None,
                contribution_usd=finite(float(contribution[at])),
                price_usd=float(effects[PRICE]) if member else None,
                fx_usd=float(effects[FX]) if member else None,
                shares_usd=float(effects[SHARES]) if member else None,
                new_usd=finite(cap) if new else None,
                lines=lines,
                forward_pe=multiples["forward_pe"].get(issuer.id),
                price_sales=multiples["price_sales"].get(issuer.id),
                ah_spread_pct=ah_spread_pct(now, issuer),
                twin_spread_pct=twin_spread_pct(now, issuer),
                stale=any(view.stale for view in lines),
                remark=_remark(told, issuer),
            )
        )
    rows.sort(
        key=lambda row: (row.market_cap_usd is None, -(row.market_cap_usd or 0.0), row.name, row.issuer)
    )
    return tuple(rows)


def line_views(now: Valued) -> dict[str, LineView]:
    """Every listed counted line as the Board shows it, by symbol."""
    frame = now.lines[now.lines["listed"]]
    columns: dict[str, list[Any]] = {str(name): list(frame[name]) for name in frame.columns}
    return {
        symbol: _view(symbol, {name: values[row] for name, values in columns.items()})
        for row, symbol in enumerate(frame.index)
    }


def _view(symbol: str, row: Mapping[str, Any]) -> LineView:
    return LineView(
        symbol=symbol,
        exchange=row["exchange"],
        price=finite(row["price"]),
        currency=row["currency"],
        shares=finite(row["shares"]),
        fx_usd=finite(row["fx_usd"]),
        value_usd=finite(row["value_usd"]),
        as_of=row["as_of"],
        source=row["source"],
        delay_minutes=finite(row["delay_minutes"]),
        delay_class=row["delay_class"],
        stale=bool(row["stale"]),
        priced_by=row["priced_by"],
        day_pct=None if row["new_today"] else finite(growth_pct(row["price"], row["previous_close"])),
        shares_as_of=row["shares_as_of"],
        shares_source=row["shares_source"],
    )


def multiples_now(market: Market, now: Valued) -> dict[str, dict[str, float]]:
    """Forward P/E and price/sales by issuer at today's market value.

    The multiple in force at the price of its line, else times cap now ÷ cap on its day, else as it was.
    """
    known = known_now(market)
    priced = repriced(market, known)
    history = history_of(daily_caps(market), known.issuers)
    caps = dict(zip(now.caps.index, now.cap, strict=True))
    measures: tuple[Measure, ...] = ("forward_pe", "price_sales")
    found: dict[str, dict[str, float]] = {}
    for measure in measures:
        found[measure] = {}
        for issuer, one in newest(known.books[measure], market.at.date()).items():
            then = history.on(one.day, history.columns[issuer])
            moved = caps.get(issuer, math.nan) / then
            found[measure][issuer] = one.value if math.isnan(moved) else one.value * float(moved)
        found[measure] |= priced[measure]
    return found


def ah_spread_pct(now: Valued, issuer: Issuer) -> float | None:
    """Mainland line over Hong Kong line, in USD per ordinary share, in per cent; `None` without both."""
    mainland = [line for line in issuer.lines if line.counted and line.exchange in MAINLAND]
    hong_kong = [line for line in issuer.lines if line.counted and line.exchange in HONG_KONG]
    if not mainland or not hong_kong:
        return None
    return _spread(now, min(line.symbol for line in mainland), min(line.symbol for line in hong_kong))


def twin_spread_pct(now: Valued, issuer: Issuer) -> float | None:
    """Depositary line over its counted twin, in USD per ordinary share, in per cent; `None` without both."""
    pairs = sorted((line.symbol, line.twin_of) for line in issuer.lines if line.twin_of and not line.counted)
    spreads = (_spread(now, twin, home) for twin, home in pairs if home is not None)
    return next((spread for spread in spreads if spread is not None), None)


def _spread(now: Valued, symbol: str, against: str) -> float | None:
    mine, other = now.per_share_usd.get(symbol), now.per_share_usd.get(against)
    if mine is None or other is None or abs(mine[1] - other[1]) > CLOSE_WINDOW_DAYS:
        return None
    return finite(growth_pct(mine[0], other[0]))


def _remark(told: Mapping[str, str], issuer: Issuer) -> str | None:
    subjects = (issuer.id, issuer.name, *sorted(line.symbol for line in issuer.lines))
    return next((told[subject] for subject in subjects if subject in told), None)
