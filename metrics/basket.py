"""Pane 1: the value of the basket, its change since the base date and since the previous close, and why.

Three truths, kept apart:

- *level*: `value_usd`, every member listed and valued today; its change includes new listings;
- *like-for-like*: only issuers valued at both dates;
- *index*: chain-linked, see `metrics.index`.

`change = like-for-like + new listings + delistings + unpriced at base`, and like-for-like is price + FX +
shares. An issuer without a value today stands on neither side of the change: `coverage` names it. While the
base lacks more than a twentieth (closes are still being fetched), level and index have no change at all.
"""

from __future__ import annotations

import numpy as np

from metrics.attribution import change
from metrics.board import Basket, Coverage, LikeForLike
from metrics.constituents import constituents
from metrics.day import day
from metrics.freshness import freshness
from metrics.index import index_now
from metrics.numbers import BoolArray, finite, growth_pct, percent
from metrics.valued import Valued
from providers.market import Market


def basket(market: Market, now: Valued, base: Valued) -> Basket:
    """The basket of Chinese issuers.

    Args:
        market: The market that both values are of.
        now: Its values now.
        base: Its values at the universe's base date.
    """
    china = now.of_side("china")
    moved = change(base, now, china)
    lines = china[now.roster.issuer_of]
    today = day(now)
    day_usd, day_base = today.change(lines)
    any_value = bool((moved.member | moved.new | moved.unpriced).any())
    any_base = bool((moved.member | moved.gone).any())
    after, before = moved.value_after, moved.value_before
    known = any_value and any_base and moved.base_is_known
    return Basket(
        value_usd=after if any_value else None,
        base_date=market.universe.base_date,
        base_value_usd=before if any_base and moved.base_is_known else None,
        change_usd=after - before if known else None,
        change_pct=finite(growth_pct(after, before)) if known else None,
        index_level=finite(index_now(market, now)) if moved.base_is_known else None,
        like_for_like=LikeForLike(
            change_usd=moved.like_for_like if moved.member.any() else None,
            change_pct=finite(percent(moved.like_for_like, moved.members_before)),
            members=int(moved.member.sum()),
        ),
        new_listings_usd=moved.attribution.new_listings_usd,
        attribution=moved.attribution,
        coverage=coverage(now, china, base),
        freshness=freshness(now.lines[now.valued_lines & lines]),
        constituents=constituents(market, now, moved, today),
        day_usd=finite(day_usd),
        day_pct=finite(percent(day_usd, day_base)),
        day_attribution=today.attribution(lines),
    )


def coverage(now: Valued, group: BoolArray, base: Valued | None = None) -> Coverage:
    """How many listed issuers of a group have a value; names of those without, now and at the base date."""
    names = [issuer.name for issuer in now.roster.issuers]
    listed = group & now.is_listed
    missing = listed & np.isnan(now.cap)
    base_missing: tuple[str, ...] = ()
    if base is not None:
        absent = group & base.is_listed & np.isnan(base.cap)
        base_missing = tuple(sorted(name for name, gap in zip(names, absent, strict=True) if gap))
    return Coverage(
        priced=int((listed & ~missing).sum()),
        issuers=int(listed.sum()),
        missing=tuple(sorted(name for name, gap in zip(names, missing, strict=True) if gap)),
        base_missing=base_missing,
    )
