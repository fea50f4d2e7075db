"""What the spreads of one Board are made from: issuers, their sides, multiples and market values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from metrics.history import ordinals
from metrics.multiples import Book, Caps, Grouped, book, denominators, grouped
from metrics.numbers import FloatArray
from providers.universe import Issuer

if TYPE_CHECKING:
    import pandas as pd

    from providers.market import Market

Peers = Literal["global", "us"]
Measure = Literal["forward_pe", "price_sales"]
MEASURES: tuple[Measure, ...] = ("forward_pe", "price_sales")


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """The issuers of both sides, as positions in the list of issuers."""

    china: Sequence[int]
    peers: Sequence[int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Scene:
    """Arrays are days × issuers; the last row is now.

    Attributes:
        issuers: Sorted by id, so that the order of the universe changes nothing.
        valuations: All valuations known, by field and issuer.
        books: Multiples by measure and issuer.
        caps: Market values in USD.
        below: Denominators in USD (earnings, sales) by measure.
    """

    issuers: tuple[Issuer, ...]
    valuations: Grouped
    books: Mapping[Measure, Book]
    caps: Caps
    below: Mapping[Measure, FloatArray]


def scene(market: Market, caps: pd.Series[float], daily_caps: pd.DataFrame, days_back: int) -> Scene:
    """Market values and denominators of the last `days_back` days and of now."""
    issuers = sorted_issuers(market)
    values = grouped(market.valuations, market.at.date())
    books = {measure: multiples_of(values, issuers, measure) for measure in MEASURES}
    history = history_of(daily_caps, issuers)
    today = market.at.date().toordinal()
    recent = (history.days < today) & (history.days >= today - days_back)
    now = caps.reindex([issuer.id for issuer in issuers]).to_numpy(dtype=float)
    shown = Caps(
        np.append(history.days[recent], today),
        np.vstack([history.usd[recent], now]),
        history.columns,
    )
    return Scene(
        issuers=issuers,
        valuations=values,
        books=books,
        caps=shown,
        below={measure: denominators(books[measure], shown, history) for measure in MEASURES},
    )


def sorted_issuers(market: Market) -> tuple[Issuer, ...]:
    """The universe's issuers by id."""
    return tuple(sorted(market.universe.issuers, key=lambda issuer: issuer.id))


def counts(issuer: Issuer, peers: Peers) -> bool:
    """Whether the issuer stands on a side: China always, peers by the choice of peers."""
    return issuer.side == "china" or peers == "global" or issuer.region == "US"


def sides(issuers: Sequence[Issuer], peers: Peers, subsector: str | None = None) -> Group:
    """Both sides of one subsector, or of all of them."""
    chosen = [
        (position, issuer)
        for position, issuer in enumerate(issuers)
        if subsector in {None, issuer.subsector} and counts(issuer, peers)
    ]
    return Group(
        [position for position, issuer in chosen if issuer.side == "china"],
        [position for position, issuer in chosen if issuer.side == "peer"],
    )


def multiples_of(values: Grouped, issuers: Sequence[Issuer], measure: Measure) -> Book:
    """Multiples by issuer; the issuer's first line is preferred where several are valued."""
    primary = {issuer.id: issuer.lines[0].symbol for issuer in issuers if issuer.lines}
    return book(values.get(measure, {}), primary)


def history_of(daily_caps: pd.DataFrame, issuers: Sequence[Issuer]) -> Caps:
    """Closing market values with one column per issuer."""
    ids = [issuer.id for issuer in issuers]
    values = daily_caps.reindex(columns=ids).to_numpy(dtype=float)
    return Caps(ordinals(daily_caps), values, {one: position for position, one in enumerate(ids)})
