"""What the spreads of one Board are made from: issuers, their sides, multiples and market values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from metrics.history import ordinals
from metrics.memo import Held
from metrics.multiples import Book, Caps, Grouped, at_price, book, denominators, grouped, newest
from metrics.numbers import FloatArray
from metrics.prices import newest_prices
from providers.records import Valuation
from providers.universe import Issuer, Universe

if TYPE_CHECKING:
    import pandas as pd

    from providers.market import Market

Peers = Literal["global", "us"]
Measure = Literal["forward_pe", "price_sales", "trailing_pe"]
MEASURES: tuple[Measure, ...] = ("forward_pe", "price_sales", "trailing_pe")


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """The issuers of both sides, as positions in the list of issuers."""

    china: Sequence[int]
    peers: Sequence[int]


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Known:
    """What was known on a day.

    Attributes:
        issuers: Sorted by id, so that the order of the universe changes nothing.
        valuations: By field and issuer, ascending by day.
        books: Multiples by measure and issuer; an issuer's first line is preferred where several are valued.
    """

    issuers: tuple[Issuer, ...]
    valuations: Grouped
    books: Mapping[Measure, Book]


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Scene:
    """What was known, with arrays of days × issuers; the last row is now.

    Attributes:
        caps: Market values in USD.
        below: Denominators in USD (earnings, sales) by measure.
    """

    known: Known
    caps: Caps
    below: Mapping[Measure, FloatArray]


def known_now(market: Market) -> Known:
    """Issuers and valuations of a market, kept from poll to poll while neither changes."""
    valuations, universe = market.valuations, market.universe
    return _known(Held((valuations, universe), valuations, universe), market.at.date())


def scene(market: Market, caps: pd.Series[float], daily_caps: pd.DataFrame, days_back: int) -> Scene:
    """Market values and denominators of the last `days_back` days and of now."""
    known = known_now(market)
    history = history_of(daily_caps, known.issuers)
    today = market.at.toordinal()
    recent = [row for row, day in enumerate(history.days) if today - days_back <= day < today]
    now = caps.reindex([issuer.id for issuer in known.issuers]).to_numpy(dtype=float)
    shown = Caps(
        [*(history.days[row] for row in recent), today],
        np.vstack([history.usd[recent], now]),
        history.columns,
    )
    below = {measure: denominators(known.books[measure], shown, history) for measure in MEASURES}
    for measure, today_at in repriced(market, known).items():
        for issuer, multiple in today_at.items():
            column = history.columns[issuer]
            below[measure][-1, column] = now[column] / multiple
    return Scene(known=known, caps=shown, below=below)


def repriced(market: Market, known: Known) -> dict[Measure, dict[str, float]]:
    """Multiples in force that follow the price of the line they were stated for, by issuer."""
    return _repriced(Held((market, known), market, known))


@lru_cache(maxsize=1)
def _repriced(held: Held[tuple[Market, Known]]) -> dict[Measure, dict[str, float]]:
    market, known = held.value
    prices = {symbol: price.price for symbol, price in newest_prices(market).items()}
    found: dict[Measure, dict[str, float]] = {}
    for measure in MEASURES:
        found[measure] = {}
        for issuer, one in newest(known.books[measure], market.at.date()).items():
            multiple = at_price(one, prices, market.splits)
            if multiple is not None:
                found[measure][issuer] = multiple
    return found


def counts(issuer: Issuer, peers: Peers) -> bool:
    """Whether the issuer stands on a side: China always, peers by the choice of peers."""
    return issuer.side == "china" or peers == "global" or issuer.region == "US"


def sides(issuers: Sequence[Issuer], peers: Peers, subsector: str | None = None) -> Group:
    """Both sides of one subsector, or of all of them."""
    chosen = [
        (position, issuer)
        for position, issuer in enumerate(issuers)
        if (subsector is None or issuer.subsector == subsector) and counts(issuer, peers)
    ]
    return Group(
        [position for position, issuer in chosen if issuer.side == "china"],
        [position for position, issuer in chosen if issuer.side == "peer"],
    )


def history_of(daily_caps: pd.DataFrame, issuers: Sequence[Issuer]) -> Caps:
    """Closing market values with one column per issuer."""
    ids = [issuer.id for issuer in issuers]
    usd = daily_caps.reindex(columns=ids).to_numpy(dtype=float)
    return Caps(ordinals(daily_caps).tolist(), usd, {one: position for position, one in enumerate(ids)})


@lru_cache(maxsize=4)
def _known(held: Held[tuple[tuple[Valuation, ...], Universe]], until: dt.date) -> Known:
    records, universe = held.value
    issuers = tuple(sorted(universe.issuers, key=lambda issuer: issuer.id))
    primary = {issuer.id: issuer.lines[0].symbol for issuer in issuers if issuer.lines}
    ids = {issuer.id for issuer in issuers}
    valuations = grouped((one for one in records if one.issuer in ids), until)
    books = {measure: book(valuations.get(measure, {}), primary) for measure in MEASURES}
    return Known(issuers=issuers, valuations=valuations, books=books)
