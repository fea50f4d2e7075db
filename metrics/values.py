"""Market value of every line and issuer, now or at the close of a day.

`market cap = Σ over counted lines (price × USD per unit of currency × shares)`. A listed line without price, FX rate or
share count makes its issuer's value unknown (NaN), never smaller; a line that is not listed at the moment counts nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.freshness import delay_class, delay_minutes, is_stale
from metrics.history import CLOSE_WINDOW_DAYS, Panel, counts_by_symbol, panel, share_counts, usd_rates
from metrics.numbers import BoolArray, FloatArray, IntArray
from metrics.prices import Price, close_source, closing_time, converted, newest_prices
from metrics.rates import rates_now
from metrics.roster import Roster, roster
from providers.market import Market
from providers.universe import Line

if TYPE_CHECKING:
    from providers.market import Session


@dataclass(frozen=True, eq=False, kw_only=True)
class Valued:
    """Values at one moment.

    Attributes:
        at: The moment.
        lines: One row per counted line, index symbol, sorted by issuer and symbol. Columns: `issuer`, `side`,
            `exchange`, `currency`, `listed`, `price` (in `currency`, per unit), `fx_usd` (USD per unit of currency), `shares`
            (units), `value_usd` (0 where not listed), `as_of`, `day` (session date), `source`, `delay_minutes`,
            `delay_class`, `stale`, `priced_by` (symbol of the twin whose price serves, else `None`), `previous_close`,
            `previous_fx_usd`, `new_today`, `shares_as_of`, `shares_source`. Missing numbers are NaN, others `None`.
        caps: Issuer id → USD. NaN where the issuer has no listed line, or one that lacks a part.
        listed: Issuer id → whether any of its lines is listed.
        per_share_usd: Symbol, twins included → USD per ordinary share at that line's own newest price.
    """

    at: dt.datetime
    lines: pd.DataFrame
    caps: pd.Series[float]
    listed: pd.Series[bool]
    per_share_usd: Mapping[str, tuple[float, int]]


def value_now(market: Market) -> Valued:
    """Every line at its newest price, FX rate and share count known at `market.at`.

    A twin's price serves where the counted line has none, or where the twin's is more than `CLOSE_WINDOW_DAYS` newer.
    """
    arranged = roster(market.universe)
    today = np.array([market.at.toordinal()], dtype=np.int64)
    rates = {currency: rate.usd for currency, rate in rates_now(market).items()}
    prices = newest_prices(market)
    chosen = [
        _serving(line, twins, prices, rates)
        for line, twins in zip(arranged.lines, arranged.twins, strict=True)
    ]
    shares, shares_day = share_counts(market, today)
    fx = np.array([rates.get(line.currency, math.nan) for line in arranged.lines])
    sessions = {session.exchange: session for session in market.sessions}
    exchanges = {line.symbol: line.exchange for line in arranged.everything}
    stale = [
        price is not None
        and is_stale(price, sessions.get(exchanges[price.symbol]), market.at, market.poll_seconds)
        for price in chosen
    ]
    frame = {
        "price": np.array([price.price if price else math.nan for price in chosen]),
        "as_of": _objects([price.as_of if price else None for price in chosen]),
        "day": _objects([dt.date.fromordinal(price.day) if price else None for price in chosen]),
        "source": _objects([price.source if price else None for price in chosen]),
        "delay_minutes": np.array([_delay(price) for price in chosen]),
        "delay_class": _objects(
            [
                delay_class(price, sessions.get(exchanges[price.symbol]), stale=old) if price else None
                for price, old in zip(chosen, stale, strict=True)
            ]
        ),
        "stale": np.array(stale, dtype=np.bool_),
        "priced_by": _objects(_priced_by(arranged, [price.symbol if price else None for price in chosen])),
        "previous_close": np.array([price.previous if price else math.nan for price in chosen]),
        "previous_fx_usd": _previous_fx(market, arranged, chosen, fx),
        "new_today": np.array(
            [
                price is not None and price.day == start
                for price, start in zip(chosen, arranged.listed_from, strict=True)
            ],
            dtype=np.bool_,
        ),
    }
    per_share = {
        line.symbol: (
            prices[line.symbol].price * rates.get(line.currency, math.nan) / line.ordinary_per_unit,
            prices[line.symbol].day,
        )
        for line in arranged.everything
        if line.symbol in prices
    }
    return _valued(
        market, market.at, frame, fx, shares[0], shares_day[0], arranged.listed(today)[0], per_share
    )


def value_on(market: Market, day: dt.date) -> Valued:
    """Every line at the last close on or before `day`, at most `CLOSE_WINDOW_DAYS` old, with that day's FX and count."""
    arranged = roster(market.universe)
    held = panel(market, np.array([day.toordinal()], dtype=np.int64))
    sessions = {session.exchange: session for session in market.sessions}
    traded = [_traded(arranged, held, row) for row in range(len(arranged.lines))]
    count = len(traded)
    frame = {
        "price": held.price[0],
        "as_of": _objects([_closed(market, line, when, sessions) for line, when in traded]),
        "day": _objects([dt.date.fromordinal(when) if when >= 0 else None for _, when in traded]),
        "source": _objects(
            [close_source(market, line.symbol, when) if when >= 0 else None for line, when in traded]
        ),
        "delay_minutes": np.full(count, math.nan),
        "delay_class": _objects([None] * count),
        "stale": np.zeros(count, dtype=np.bool_),
        "priced_by": _objects(_priced_by(arranged, [line.symbol for line, _ in traded])),
        "previous_close": np.full(count, math.nan),
        "previous_fx_usd": np.full(count, math.nan),
        "new_today": np.zeros(count, dtype=np.bool_),
    }
    at = dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=dt.UTC)
    return _valued(market, at, frame, held.fx[0], held.shares[0], held.shares_day[0], held.listed[0], {})


def _serving(
    line: Line, twins: Sequence[Line], prices: Mapping[str, Price], rates: dict[str, float]
) -> Price | None:
    own = prices.get(line.symbol)
    others = [(prices[twin.symbol], twin) for twin in twins if twin.symbol in prices]
    if not others:
        return own
    newest, twin = max(others, key=lambda each: (each[0].as_of, each[1].symbol))
    if own is not None and newest.day - own.day <= CLOSE_WINDOW_DAYS:
        return own
    return converted(newest, twin, line, rates)


def _delay(price: Price | None) -> float:
    late = delay_minutes(price) if price is not None else None
    return math.nan if late is None else late


def _previous_fx(
    market: Market, arranged: Roster, chosen: Sequence[Price | None], fx: FloatArray
) -> FloatArray:
    """Rate on the day of each line's previous close; today's where that day has none, so that FX shows no move."""
    before = np.array([_day_before(price) for price in chosen], dtype=np.int64)
    days = np.unique(before)
    currencies = sorted({line.currency for line in arranged.lines})
    rates, _ = usd_rates(market, currencies, days, CLOSE_WINDOW_DAYS)
    column = [currencies.index(line.currency) for line in arranged.lines]
    found = rates[np.searchsorted(days, before), column]
    return np.where(np.isnan(found), fx, found)


def _day_before(price: Price | None) -> int:
    if price is None:
        return 0
    return price.previous_day if price.previous_day >= 0 else price.day - 1


def _traded(arranged: Roster, held: Panel, row: int) -> tuple[Line, int]:
    """The line whose close prices row `row` of a one-day panel, and the day of that close."""
    twin = int(held.twin[0, row])
    return (arranged.lines[row] if twin < 0 else arranged.twins[row][twin]), int(held.price_day[0, row])


def _closed(market: Market, line: Line, when: int, sessions: Mapping[str, Session]) -> dt.datetime | None:
    if when < 0:
        return None
    return closing_time(market.at, line.exchange, dt.date.fromordinal(when), sessions.get(line.exchange))


def _priced_by(arranged: Roster, symbols: Sequence[str | None]) -> list[str | None]:
    return [
        symbol if symbol != line.symbol else None
        for line, symbol in zip(arranged.lines, symbols, strict=True)
    ]


def _objects(values: Sequence[object]) -> pd.Series[object]:
    """A column of Python objects, `None` kept as it is."""
    return pd.Series(values, dtype=object)


def _valued(
    market: Market,
    at: dt.datetime,
    frame: Mapping[str, object],
    fx: FloatArray,
    shares: FloatArray,
    shares_day: IntArray,
    listed: BoolArray,
    per_share: Mapping[str, tuple[float, int]],
) -> Valued:
    arranged = roster(market.universe)
    counted = arranged.lines
    of = [arranged.issuers[at_issuer] for at_issuer in arranged.issuer_of]
    sources = _count_sources(market, arranged)
    price = np.asarray(frame["price"], dtype=np.float64)
    value = np.where(listed, price * fx * shares, 0.0)
    lines = pd.DataFrame(
        {
            "issuer": _objects([issuer.id for issuer in of]),
            "side": _objects([issuer.side for issuer in of]),
            "exchange": _objects([line.exchange for line in counted]),
            "currency": _objects([line.currency for line in counted]),
            "listed": listed,
            "fx_usd": fx,
            "shares": shares,
            "value_usd": value,
            "shares_as_of": _objects([dt.date.fromordinal(int(d)) if d >= 0 else None for d in shares_day]),
            "shares_source": _objects([sources.get((row, int(day))) for row, day in enumerate(shares_day)]),
            **frame,
        }
    )
    lines.index = pd.Index([line.symbol for line in counted], dtype=object, name="symbol")
    names = pd.Index([issuer.id for issuer in arranged.issuers], dtype=object, name="issuer")
    present = arranged.issuers_listed(listed[np.newaxis])[0]
    caps = np.where(present, arranged.by_issuer(value[np.newaxis])[0], math.nan)
    return Valued(
        at=at,
        lines=lines,
        caps=pd.Series(caps, index=names),
        listed=pd.Series(present, index=names),
        per_share_usd=per_share,
    )


def _count_sources(market: Market, arranged: Roster) -> dict[tuple[int, int], str]:
    """Source of each share count by row of its line and day (an ordinal)."""
    counts = counts_by_symbol(market)
    found = {}
    for row, line in enumerate(arranged.lines):
        of = next((each for each in (line, *arranged.twins[row]) if each.symbol in counts), None)
        if of is not None:
            found.update({(row, count.day.toordinal()): count.source for count in counts[of.symbol]})
    return found
