"""How the figures of panes 1 and 2 came about: formula and inputs, with source and time, by Board path."""

from __future__ import annotations

import datetime as dt

from metrics.board import Basket, Coverage, Explanation, Freshness, Input, Share
from metrics.rates import rates_now
from metrics.valued import Valued
from providers.market import Market

_BASKET = "docs/methodology.md#basket"
_LIKE_FOR_LIKE = "docs/methodology.md#like-for-like"
_INDEX = "docs/methodology.md#index"
_ATTRIBUTION = "docs/methodology.md#attribution"
_SHARE = "docs/methodology.md#global-share"
_CAP = "Σ over counted lines (price × shares × FX)"


def explain_basket(part: Basket, market: Market, now: Valued, base: Valued) -> dict[str, Explanation]:
    """Explanations of `basket.*`. `base` are the values at the base date."""
    value = _aggregate("value now", part.value_usd, part.coverage, part.freshness)
    before = Input(
        label="value at the base date",
        value=part.base_value_usd,
        unit="USD",
        day=part.base_date,
        source=_sources(base, "china"),
        note=_base_note(part, base),
    )
    fx = _fx(market, now, "china")
    same = part.like_for_like
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
        ),
        "basket.change_pct": Explanation(
            title="Change of level since the base date, new listings included",
            formula="value now ÷ value at the base date - 1",
            inputs=(value, before, *fx),
            method=_BASKET,
        ),
        "basket.index_level": Explanation(
            title="Index, 100 at the base date, chain-linked in USD",
            formula="I(t) = I(t-1) × Σ P(t) Q(t-1) ÷ Σ P(t-1) Q(t-1), not moved by listings and share issues",
            inputs=(before, value, *fx),
            method=_INDEX,
        ),
        "basket.day_usd": Explanation(
            title="Change since the previous close, each line against its own, new listings aside",
            formula="value now - new listings - Σ (previous close × shares × FX of its day)",
            inputs=(value, *_day_causes(part), *fx),
            method=_BASKET,
        ),
    }
    found["basket.day_pct"] = found["basket.day_usd"]
    like = Explanation(
        title="Like-for-like: only issuers valued at both dates",
        formula="Σ over members (value now - value at the base date) = price + FX + shares",
        inputs=(
            Input(
                label="change of the members",
                value=same.change_usd,
                unit="USD",
                note=f"{same.members} issuers",
            ),
            *causes[:3],
            before,
            *fx,
        ),
        method=_LIKE_FOR_LIKE,
    )
    found["basket.like_for_like.change_usd"] = found["basket.like_for_like.change_pct"] = like
    split = Explanation(
        title="Causes of the change since the base date",
        formula="by line L(a, b) × ln(factor now ÷ factor then), L the logarithmic mean (LMDI-I, Ang 2004)",
        inputs=(*causes, before, value, *fx),
        method=_ATTRIBUTION,
    )
    for name in (
        "price_usd",
        "fx_usd",
        "shares_usd",
        "new_listings_usd",
        "delistings_usd",
        "unpriced_at_base_usd",
    ):
        found[f"basket.attribution.{name}"] = split
    found["basket.new_listings_usd"] = split
    return found


def explain_share(part: Share, market: Market, now: Valued, china: Basket) -> dict[str, Explanation]:
    """Explanations of `share.*`; `china` is the Basket of the same Board."""
    mine = _aggregate("China listed AI", part.china_listed_usd, china.coverage, china.freshness)
    whole = _aggregate("all listed AI", part.global_listed_usd, part.coverage, part.freshness)
    fx = _fx(market, now, None)
    private = (
        Input(label="China private AI", value=part.china_private_usd, unit="USD", note=_marks(part, "china")),
        Input(label="all private AI", value=part.global_private_usd, unit="USD", note=_marks(part, None)),
    )
    found = {
        "share.listed_pct": Explanation(
            title="China's share of global AI, listed",
            formula="China listed AI ÷ all listed AI",
            inputs=(mine, whole, *fx),
            method=_SHARE,
        )
    }
    ranged = Explanation(
        title="China's share of global AI with private companies",
        formula="(China listed + China private) ÷ (all listed + all private); range from the marks' bands",
        inputs=(
            mine,
            whole,
            *private,
            *(
                Input(
                    label=row.company,
                    value=row.value_usd,
                    unit="USD",
                    source=row.source,
                    day=row.date,
                    note=row.kind,
                )
                for row in part.private
            ),
            *fx,
        ),
        method=_SHARE,
    )
    for name in ("with_private_pct", "with_private_low_pct", "with_private_high_pct"):
        found[f"share.{name}"] = ranged
    for row in part.by_subsector:
        found[f"share.by_subsector[{row.subsector}].share_pct"] = Explanation(
            title=f"China's share of {row.subsector.replace('_', ' ')}, listed",
            formula="China listed ÷ all listed, in the subsector",
            inputs=(
                Input(label="China", value=row.china_usd, unit="USD"),
                Input(label="global", value=row.global_usd, unit="USD"),
                *fx,
            ),
            method=_SHARE,
        )
    return found


def _base_note(part: Basket, base: Valued) -> str:
    words = [f"closes and FX of {part.base_date:%d %b %Y}"]
    if part.coverage.base_missing:
        words.append(f"no close for {', '.join(part.coverage.base_missing)}")
    china = base.lines[(base.lines["side"] == "china") & base.lines["listed"]]
    later = sum(day is not None and day > part.base_date for day in china["shares_as_of"])
    if later:
        words.append(f"share counts known from later days only: {later} of {len(china)} lines")
    return " · ".join(words)


def _aggregate(label: str, value: float | None, coverage: Coverage, fresh: Freshness) -> Input:
    classes = (
        ("live", fresh.live_pct),
        ("delayed", fresh.delayed_pct),
        ("close", fresh.close_pct),
        ("reference", fresh.reference_pct),
    )
    words = [f"{coverage.priced} of {coverage.issuers} issuers"]
    if coverage.missing:
        words.append(f"missing: {', '.join(coverage.missing)}")
    words += [f"{part:.0f} % {name}" for name, part in classes if part is not None and part >= 0.5]
    return Input(label=label, value=value, unit="USD", as_of=fresh.oldest_as_of, note=" · ".join(words))


def _fx(market: Market, now: Valued, side: str | None) -> tuple[Input, ...]:
    """The rates that the aggregate used, as units per USD, the way they are quoted."""
    lines = now.lines if side is None else now.lines[now.lines["side"] == side]
    used = set(lines.loc[lines["listed"], "currency"])
    return tuple(
        Input(
            label=f"{currency} per USD",
            value=1.0 / rate.usd,
            unit=currency,
            source=rate.source,
            as_of=rate.as_of,
            day=rate.day,
        )
        for currency, rate in sorted(rates_now(market).items())
        if currency in used and currency != "USD"
    )


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
        Input(label=label, value=value, unit="USD", day=part.base_date)
        for label, value in (
            ("local price", split.price_usd),
            ("FX", split.fx_usd),
            ("share count", split.shares_usd),
            ("new listings", split.new_listings_usd),
            ("delistings", split.delistings_usd),
            ("no close at the base date", split.unpriced_at_base_usd),
        )
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


def _sources(valued: Valued, side: str) -> str | None:
    lines = valued.lines[(valued.lines["side"] == side) & valued.lines["source"].notna()]
    names = sorted(set(lines["source"]))
    if len(names) > 3:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return ", ".join(names) or None


def _marks(part: Share, side: str | None) -> str:
    days: list[dt.date] = [row.date for row in part.private if side in (None, row.side)]
    if not days:
        return "no marks"
    return f"{len(days)} marks of {min(days):%d %b %Y} to {max(days):%d %b %Y}"
