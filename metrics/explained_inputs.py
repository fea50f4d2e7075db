"""Inputs that the explanations of several figures share: an aggregate, the rates in it, its sources."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

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


def price_sources(valued: Valued, side: str | None) -> str | None:
    """Who priced the lines of a side, who priced most of its value first; the reference is one source."""
    chosen = valued.lines if side is None else valued.lines[valued.lines["side"] == side]
    worth: dict[str, float] = {}
    for source, value in zip(chosen["source"], chosen["value_usd"], strict=True):
        _count(worth, source, value)
    return _most_first(worth)


def price_sources_of_subsectors(valued: Valued) -> dict[tuple[str, str | None], str | None]:
    """The same of each subsector, by its name and side; `None` for both sides together."""
    subsector = {issuer.id: issuer.subsector for issuer in valued.roster.issuers}
    worth: defaultdict[tuple[str, str | None], dict[str, float]] = defaultdict(dict)
    columns = (valued.lines[name] for name in ("issuer", "side", "source", "value_usd"))
    for issuer, side, source, value in zip(*columns, strict=True):
        for of in (side, None):
            _count(worth[subsector[issuer], of], source, value)
    return {key: _most_first(found) for key, found in worth.items()}


def _count(worth: dict[str, float], source: str | None, value: float) -> None:
    if source is not None:
        name = short(source)
        worth[name] = worth.get(name, 0.0) + (0.0 if math.isnan(value) else value)


def _most_first(worth: Mapping[str, float]) -> str | None:
    names = sorted(worth, key=lambda name: (-worth[name], name))
    if len(names) > MOST_SOURCES:
        return f"{', '.join(names[:MOST_SOURCES])} and {len(names) - MOST_SOURCES} more"
    return ", ".join(names) or None
