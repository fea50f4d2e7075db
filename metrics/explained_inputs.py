"""Inputs that the explanations of several figures share: an aggregate, the rates in it, its sources."""

from __future__ import annotations

import math
from collections.abc import Collection

from metrics.board import Coverage, Freshness, Input
from metrics.rates import rates_now
from metrics.valued import Valued
from metrics.words import freshness_words, short
from providers.market import Market

MOST_SOURCES = 3


def aggregate(
    label: str, value: float | None, coverage: Coverage, fresh: Freshness, source: str | None
) -> Input:
    """A sum over issuers, with how many have a value, how fresh they are and the oldest as-of."""
    words = [f"{coverage.priced} of {coverage.issuers} issuers"]
    if coverage.missing:
        words.append(f"missing: {', '.join(coverage.missing)}")
    words += freshness_words(fresh)
    return Input(
        label=label, value=value, unit="USD", source=source, as_of=fresh.oldest_as_of, note=" · ".join(words)
    )


def rates(market: Market, now: Valued, side: str | None) -> tuple[Input, ...]:
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


def price_sources(valued: Valued, side: str | None, issuers: Collection[str] | None = None) -> str | None:
    """Who priced the lines of a side, who priced most of its value first; the reference is one source.

    `issuers`: only theirs.
    """
    worth: dict[str, float] = {}
    chosen = valued.lines if side is None else valued.lines[valued.lines["side"] == side]
    if issuers is not None:
        chosen = chosen[chosen["issuer"].isin(issuers)]
    for source, value in zip(chosen["source"], chosen["value_usd"], strict=True):
        if source is not None:
            name = short(source)
            worth[name] = worth.get(name, 0.0) + (0.0 if math.isnan(value) else value)
    names = sorted(worth, key=lambda name: (-worth[name], name))
    if len(names) > MOST_SOURCES:
        return f"{', '.join(names[:MOST_SOURCES])} and {len(names) - MOST_SOURCES} more"
    return ", ".join(names) or None
