"""How the figures of pane 1 came about: formula and inputs, with source and time, by Board path."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.board import Basket, Explanation, Input
from metrics.day import day
from metrics.explained_inputs import aggregate, price_sources, rates
from metrics.numbers import finite
from metrics.valued import Valued
from metrics.words import LMDI
from providers.market import Market

_BASKET = "docs/methodology.md#basket"
_LIKE_FOR_LIKE = "docs/methodology.md#like-for-like"
_INDEX = "docs/methodology.md#index"
_ATTRIBUTION = "docs/methodology.md#attribution"
_CAP = "Σ over counted lines (price × shares × FX)"


def explain_basket(part: Basket, market: Market, now: Valued, base: Valued) -> dict[str, Explanation]:
    """Explanations of `basket.*`. `base` are the values at the base date."""
    value = aggregate("value now", part.value_usd, part.coverage, part.freshness, price_sources(now, "china"))
    before = Input(
        label="value at the base date",
        value=part.base_value_usd,
        unit="USD",
        day=part.base_date,
        source=price_sources(base, "china"),
        note=_base_note(part, base),
    )
    fx = rates(market, now, "china")
    causes = _causes(part)
    found = {
        "basket.value_usd": Explanation(
            title="Value of the basket", formula=_CAP, inputs=(value, *fx, *_largest(part)), method=_BASKET
        ),
        "basket.change_usd": Explanation(
            title="Change of level since the base date, new listings included",
            formula="value now - value then = price + FX + shares + new listings + delistings + unpriced",
            inputs=(value, before, *causes, *fx),
            method=_BASKET,
            worked="{0} - {1}",
        ),
        "basket.change_pct": Explanation(
            title="Change of level since the base date, new listings included",
            formula="value now ÷ value at the base date - 1",
            inputs=(value, before, *fx),
            method=_BASKET,
            worked="{0} ÷ {1} - 1",
        ),
        "basket.index_level": Explanation(
            title="Index, 100 at the base date, chain-linked in USD",
            formula="I(t) = I(t-1) × Σ P(t) Q(t-1) ÷ Σ P(t-1) Q(t-1), not moved by listings and share issues",
            inputs=(before, value, *fx),
            method=_INDEX,
        ),
        **_day(part, value, _previous(now), fx),
        **_like_for_like(part, causes, before, fx),
    }
    for name, (cause, formula) in _CAUSES.items():
        found[f"basket.attribution.{name}"] = Explanation(
            title=f"Change of level since the base date by {cause}",
            formula=formula,
            inputs=(*causes, before, value, *fx),
            method=_ATTRIBUTION,
        )
    found["basket.new_listings_usd"] = found["basket.attribution.new_listings_usd"]
    return found


_CAUSES = {
    "price_usd": ("local price", LMDI),
    "fx_usd": ("FX", LMDI),
    "shares_usd": ("share count", LMDI),
    "new_listings_usd": ("new listings", "Σ value now, of issuers that were not listed at the base date"),
    "delistings_usd": ("delistings", "- Σ value at the base date, of issuers that are listed no more"),
    "unpriced_at_base_usd": (
        "issuers without a close then",
        "Σ value now, of issuers listed at the base date whose close of then is not known",
    ),
}
"""By field: what the cause is called, and how it is worked out."""


def _previous(now: Valued) -> Input:
    """Value of the lines that have a previous close, there."""
    _, before = day(now).change(now.of_side("china")[now.roster.issuer_of])
    note = "of the lines that have one"
    return Input(label="value at the previous closes", value=finite(before), unit="USD", note=note)


def _day(part: Basket, value: Input, previous: Input, fx: Sequence[Input]) -> dict[str, Explanation]:
    title = "Change since the previous close, each line against its own, new listings aside"
    causes = _day_causes(part)
    change = Input(label="change since then", value=part.day_usd, unit="USD")
    return {
        "basket.day_usd": Explanation(
            title=title,
            formula="Σ (value now - previous close × shares × FX of its day) = local price + FX",
            inputs=(*causes, previous, value, *fx),
            method=_BASKET,
            worked="{0} + {1}" if causes else "",
        ),
        "basket.day_pct": Explanation(
            title=title,
            formula="change ÷ value at the previous closes",
            inputs=(change, previous, *causes, value, *fx),
            method=_BASKET,
            worked="{0} ÷ {1}",
        ),
    }


def _like_for_like(
    part: Basket, causes: Sequence[Input], before: Input, fx: Sequence[Input]
) -> dict[str, Explanation]:
    same = part.like_for_like
    title = "Like-for-like since the base date, only issuers valued then and now"
    members = [row.base_usd for row in part.constituents if row.base_usd is not None]
    change = Input(
        label="change of the members", value=same.change_usd, unit="USD", note=f"{same.members} issuers"
    )
    then = Input(
        label="members at the base date",
        value=sum(members) if members else None,
        unit="USD",
        day=part.base_date,
        source=before.source,
    )
    return {
        "basket.like_for_like.change_usd": Explanation(
            title=title,
            formula="Σ over members (value now - value at the base date) = price + FX + shares",
            inputs=(*causes[:3], then, *fx),
            method=_LIKE_FOR_LIKE,
            worked="{0} + {1} + {2}",
        ),
        "basket.like_for_like.change_pct": Explanation(
            title=title,
            formula="change of the members ÷ their value at the base date",
            inputs=(change, then, *causes[:3], *fx),
            method=_LIKE_FOR_LIKE,
            worked="{0} ÷ {1}",
        ),
    }


def _base_note(part: Basket, base: Valued) -> str:
    words = [f"closes and FX of {part.base_date:%d %b %Y}"]
    if part.coverage.base_missing:
        words.append(f"no close for {', '.join(part.coverage.base_missing)}")
    china = base.lines[(base.lines["side"] == "china") & base.lines["listed"]]
    later = sum(day is not None and day > part.base_date for day in china["shares_as_of"])
    if later:
        words.append(f"share counts known from later days only: {later} of {len(china)} lines")
    return " · ".join(words)


def _largest(part: Basket, count: int = 10) -> tuple[Input, ...]:
    """The largest constituents with the source and time of their prices."""
    return tuple(
        Input(
            label=row.name,
            value=row.market_cap_usd,
            unit="USD",
            source=", ".join(sorted({line.source for line in row.lines if line.source is not None})) or None,
            as_of=min((line.as_of for line in row.lines if line.as_of is not None), default=None),
        )
        for row in part.constituents[:count]
    )


def _causes(part: Basket) -> tuple[Input, ...]:
    split = part.attribution
    return tuple(
        Input(label=cause, value=getattr(split, name), unit="USD", day=part.base_date)
        for name, (cause, _) in _CAUSES.items()
    )


def _day_causes(part: Basket) -> tuple[Input, ...]:
    split = part.day_attribution
    if split is None:
        return ()
    return (
        Input(label="local price", value=split.price_usd, unit="USD"),
        Input(label="FX", value=split.fx_usd, unit="USD"),
        Input(label="new listings", value=split.new_listings_usd, unit="USD"),
    )
