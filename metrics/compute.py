"""From a Market to a Board: every part of the screen, once per poll."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from functools import lru_cache
from typing import Literal

import metrics.capex
import metrics.catalysts
import metrics.models
import metrics.spreads
from metrics.basket import basket
from metrics.board import (
    Board,
    Explanation,
    PollerView,
    ProgressView,
    ProviderView,
    SessionView,
    SpreadTotal,
    UniverseInfo,
)
from metrics.explanations import explain_basket
from metrics.freshness import is_reference
from metrics.history import daily_caps
from metrics.memo import Held
from metrics.remarks import remarks
from metrics.same_moment import same_moment
from metrics.share import share
from metrics.share_explained import explain_share
from metrics.valued import Valued
from metrics.values import value_now, value_on
from providers.market import Market

Peers = Literal["global", "us"]


def board(market: Market, *, peers: Peers = "global") -> Board:
    """All metrics of a Market.

    Args:
        market: What is known at one instant.
        peers: Against whom spreads are taken: everything outside China, or US issuers only.
    """
    now = value_now(market)
    base = value_on(market, market.universe.base_date)
    caps = daily_caps(market)
    pane_1 = basket(market, now, base)
    pane_2 = share(market, now)
    pane_3 = metrics.capex.capex(market)
    pane_4 = metrics.spreads.spreads(market, now.caps, caps, peers)
    pane_5 = metrics.models.models(market)
    pane_6 = metrics.catalysts.catalysts(market)
    explain: dict[str, Explanation] = {
        **explain_basket(pane_1, market, now, base),
        **explain_share(pane_2, market, now, pane_1),
        **metrics.capex.explain(pane_3, market),
        **metrics.spreads.explain(
            pane_4, market, {row.subsector: row.china_usd for row in pane_2.by_subsector}
        ),
        **metrics.models.explain(pane_5, market),
        **metrics.catalysts.explain(pane_6, market),
    }
    return Board(
        as_of=market.at,
        mode=market.mode,
        universe=UniverseInfo(
            name=market.universe.name, issuers=len(market.universe.issuers), lines=len(market.universe.lines)
        ),
        basket=pane_1,
        share=pane_2,
        capex=pane_3,
        spreads=pane_4,
        models=pane_5,
        catalysts=pane_6,
        sessions=_sessions(market),
        providers=_providers(market),
        same_moment=same_moment(market, now, lambda day, then: _spread_on(market, day, then, peers)),
        remarks=remarks(market, now),
        progress=_progress(market),
        reference_date=reference_date(now),
        poll_seconds=market.poll_seconds,
        poller=_poller(market),
        explain=explain,
    )


def headline_values(result: Board) -> dict[str, float]:
    """Every headline figure that is known, by Board path: what the store keeps of each poll.

    The spread against US peers goes by the path of the total and `@us`, so that the two never meet in one
    line.
    """
    spread = "spreads.total.spread_pct" + ("@us" if result.spreads.peers == "us" else "")
    split, same = result.basket.attribution, result.basket.like_for_like
    found: dict[str, float | None] = {
        "basket.value_usd": result.basket.value_usd,
        "basket.change_usd": result.basket.change_usd,
        "basket.change_pct": result.basket.change_pct,
        "basket.index_level": result.basket.index_level,
        "basket.day_usd": result.basket.day_usd,
        "basket.day_pct": result.basket.day_pct,
        "basket.like_for_like.change_usd": same.change_usd,
        "basket.like_for_like.change_pct": same.change_pct,
        "basket.attribution.price_usd": split.price_usd,
        "basket.attribution.fx_usd": split.fx_usd,
        "basket.attribution.shares_usd": split.shares_usd,
        "basket.new_listings_usd": result.basket.new_listings_usd,
        "share.listed_pct": result.share.listed_pct,
        "share.with_private_pct": result.share.with_private_pct,
        "share.with_private_low_pct": result.share.with_private_low_pct,
        "share.with_private_high_pct": result.share.with_private_high_pct,
        "share.china_listed_usd": result.share.china_listed_usd,
        "share.global_listed_usd": result.share.global_listed_usd,
        spread: result.spreads.total.spread_pct,
        "spreads.total.upside_to_parity_usd": result.spreads.total.upside_to_parity_usd,
        "models.gap_pct": result.models.gap_pct,
        "models.gap_points": result.models.gap_points,
    }
    found |= {f"capex.windows[{window.label}].ratio_pct": window.ratio_pct for window in result.capex.windows}
    found |= {
        f"spreads.subsectors[{row.subsector}].spread_pct": row.spread_pct for row in result.spreads.subsectors
    }
    return {path: value for path, value in found.items() if value is not None}


def reference_date(now: Valued) -> dt.date | None:
    """The day of most of the value among the reference prices in use; `None` when none of them is one.

    The newest day would pass for the date of all, where a late listing alone has it.
    """
    frame = now.lines[now.lines["listed"]]
    value_on: dict[dt.date, float] = {}
    for day, source, value in zip(frame["day"], frame["source"], frame["value_usd"], strict=True):
        if source is not None and is_reference(source):
            value_on[day] = value_on.get(day, 0.0) + (0.0 if math.isnan(value) else value)
    return max(sorted(value_on, reverse=True), key=lambda day: value_on[day], default=None)


def _spread_on(market: Market, day: dt.date, then: Valued, peers: Peers) -> float | None:
    facts = Held(
        (market, then),
        market.closes,
        market.fx,
        market.share_counts,
        market.splits,
        market.valuations,
        market.universe,
    )
    return _total_on(facts, day, peers).spread_pct


@lru_cache(maxsize=2)
def _total_on(facts: Held[tuple[Market, Valued]], day: dt.date, peers: Peers) -> SpreadTotal:
    """The total spread with what was known by the end of a day; closes do not change, so it is kept."""
    market, then = facts.value
    known = tuple(valuation for valuation in market.valuations if valuation.day <= day)
    caps = daily_caps(market)
    earlier = replace(market, at=min(market.at, then.at), valuations=known)
    past = caps.iloc[: int(caps.index.searchsorted(day, side="right"))]
    return metrics.spreads.spreads(earlier, then.caps, past, peers).total


def _sessions(market: Market) -> tuple[SessionView, ...]:
    return tuple(
        SessionView(
            exchange=each.exchange,
            state=each.state,
            next_change=each.next_change,
            note=each.note,
            last_close=each.last_close,
        )
        for each in market.sessions
    )


def _providers(market: Market) -> tuple[ProviderView, ...]:
    return tuple(
        ProviderView(
            name=each.name,
            state=each.state,
            last_ok=each.last_ok,
            last_error=each.last_error,
            requests=each.requests,
            latency_ms=each.latency_ms,
            next_try=each.next_try,
            allowed=each.allowed,
            delay_minutes=dict(each.delay_minutes),
        )
        for each in market.providers
    )


def _progress(market: Market) -> ProgressView | None:
    job = market.progress
    return None if job is None else ProgressView(what=job.what, done=job.done, total=job.total)


def _poller(market: Market) -> PollerView | None:
    who = market.poller
    return None if who is None else PollerView(role=who.role, holder=who.holder)
