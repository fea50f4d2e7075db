"""Market value of every line and issuer, now or at the close of a day.

`market cap = Σ over counted lines (price × USD per unit of currency × shares)`. A listed line without price,
FX rate or share count makes its issuer's value unknown (NaN), never smaller; a line that is not listed at the
moment counts nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from metrics.exchanges import close_time
from metrics.freshness import delay_class, delay_minutes, is_stale, measured_delays, minutes_behind
from metrics.history import CLOSE_WINDOW_DAYS, counts_by_symbol, facts, panel, share_counts_today, usd_rates
from metrics.memo import Held
from metrics.numbers import BoolArray, FloatArray, IntArray
from metrics.prices import Price, close_source, converted, newest_prices
from metrics.rates import rates_now
from metrics.roster import Roster, roster
from metrics.valued import Valued
from providers.market import Market
from providers.universe import Line


@dataclass(frozen=True, eq=False, kw_only=True)
class _Parts:
    """What makes up the value of each counted line, in the order of the roster."""

    prices: Sequence[Price | None]
    fx: FloatArray
    shares: FloatArray
    shares_day: IntArray
    listed: BoolArray
    columns: Mapping[str, Any]
    per_share_usd: Mapping[str, tuple[float, int]] = field(default_factory=dict)


def value_now(market: Market) -> Valued:
    """Every line at its newest price, FX rate and share count known at `market.at`.

    A twin's price serves where the counted line has none, or one more than `CLOSE_WINDOW_DAYS` older. Kept
    for the newest Market.
    """
    return _value_now(Held(market, market))


@lru_cache(maxsize=1)
def _value_now(held: Held[Market]) -> Valued:
    market = held.value
    arranged = roster(market.universe)
    today = np.array([market.at.toordinal()], dtype=np.int64)
    rates = {currency: rate.usd for currency, rate in rates_now(market).items()}
    newest = newest_prices(market)
    chosen = [
        _serving(line, twins, newest, rates)
        for line, twins in zip(arranged.lines, arranged.twins, strict=True)
    ]
    shares, shares_day = share_counts_today(market)
    fx = np.array([rates.get(line.currency, math.nan) for line in arranged.lines])
    per_share = {
        line.symbol: (price.price * rates.get(line.currency, math.nan) / line.ordinary_per_unit, price.day)
        for line in arranged.everything
        if (price := newest.get(line.symbol)) is not None
    }
    session_days = _session_days(market, arranged, chosen)
    first_day = [
        price is not None and price.day == start == session
        for price, start, session in zip(chosen, arranged.listed_from, session_days, strict=True)
    ]
    parts = _Parts(
        prices=[_since_previous(*each) for each in zip(chosen, session_days, strict=True)],
        fx=fx,
        shares=shares,
        shares_day=shares_day,
        listed=arranged.listed(today)[0],
        columns={
            "previous_fx_usd": _previous_fx(market, arranged, chosen, fx),
            "new_today": np.array(first_day, dtype=np.bool_),
            **_freshness_columns(market, arranged, chosen),
        },
        per_share_usd=per_share,
    )
    return _valued(market, market.at, parts)


def value_on(market: Market, day: dt.date) -> Valued:
    """Every line at its last close on or before `day`, with the FX rate and the share count of that day.

    A close is at most `CLOSE_WINDOW_DAYS` old. Nothing is said of freshness or of the day before. Kept until
    a fact of the past changes.
    """
    kept = _valued_days(facts(market, market.close_sources), market.at.date())
    if day not in kept:
        kept[day] = _value_on(market, day)
    return kept[day]


@lru_cache(maxsize=1)
def _valued_days(_facts: Held[Market], _today: dt.date) -> dict[dt.date, Valued]:
    """Past days as far as they were asked for; those of older facts go, and the Market behind them."""
    return {}


def _value_on(market: Market, day: dt.date) -> Valued:
    arranged = roster(market.universe)
    held = panel(market, np.array([day.toordinal()], dtype=np.int64))

    def price(row: int) -> Price | None:
        when, twin = int(held.price_day[0, row]), int(held.twin[0, row])
        if when < 0:
            return None
        line = arranged.lines[row] if twin < 0 else arranged.twins[row][twin]
        session_day = dt.date.fromordinal(when)
        return Price(
            symbol=line.symbol,
            price=float(held.price[0, row]),
            as_of=close_time(line.exchange, session_day),
            day=when,
            source=close_source(market, line.symbol, when),
            previous=math.nan,
            previous_day=-1,
        )

    count = len(arranged.lines)
    parts = _Parts(
        prices=[price(row) for row in range(count)],
        fx=held.fx[0],
        shares=held.shares[0],
        shares_day=held.shares_day[0],
        listed=held.listed[0],
        columns={
            "previous_fx_usd": np.full(count, math.nan),
            "new_today": np.zeros(count, dtype=np.bool_),
            "delay_minutes": np.full(count, math.nan),
            "delay_class": _objects([None] * count),
            "stale": np.zeros(count, dtype=np.bool_),
        },
    )
    return _valued(market, dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=dt.UTC), parts)


def _serving(
    line: Line, twins: Sequence[Line], newest: Mapping[str, Price], rates: Mapping[str, float]
) -> Price | None:
    own = newest.get(line.symbol)
    others = [(newest[twin.symbol], twin) for twin in twins if twin.symbol in newest]
    if not others:
        return own
    other, twin = max(others, key=lambda each: (each[0].as_of, each[1].symbol))
    if own is not None and other.day - own.day <= CLOSE_WINDOW_DAYS:
        return own
    return converted(other, twin, line, rates)


def _session_days(market: Market, arranged: Roster, chosen: Sequence[Price | None]) -> list[int]:
    """For each line the newest session of the exchange that prices it, an ordinal; -1 when that is long ago.

    The session is the newest day of a price there: one line that has traded shows that the day has begun.
    """
    exchange = {line.symbol: line.exchange for line in arranged.everything}
    newest: dict[str, int] = {}
    for price in chosen:
        if price is not None:
            newest[exchange[price.symbol]] = max(price.day, newest.get(exchange[price.symbol], -1))
    today = market.at.toordinal()
    recent = {name: day if today - day <= CLOSE_WINDOW_DAYS else -1 for name, day in newest.items()}
    return [recent[exchange[price.symbol]] if price is not None else -1 for price in chosen]


def _since_previous(price: Price | None, session: int) -> Price | None:
    """The price with the close to compare it with: its own where it has not traded in the newest session."""
    if price is None or price.day == session:
        return price
    previous = price.price if session >= 0 else math.nan
    return replace(price, previous=previous, previous_day=price.day)


def _freshness_columns(market: Market, arranged: Roster, chosen: Sequence[Price | None]) -> dict[str, Any]:
    sessions = {session.exchange: session for session in market.sessions}
    at = {line.symbol: sessions.get(line.exchange) for line in arranged.everything}
    exchange = {line.symbol: line.exchange for line in arranged.everything}
    delays_by_source = measured_delays(market)
    usual = [
        delays_by_source.get((price.source, exchange[price.symbol])) if price is not None else None
        for price in chosen
    ]

    def behind(price: Price) -> float:
        place = exchange[price.symbol]
        quote = market.quotes.get(price.symbol)
        return minutes_behind(price, quote, lambda source: delays_by_source.get((source, place)))

    stale = [
        price is not None and is_stale(price, at[price.symbol], market.at, market.poll_seconds, behind(price))
        for price in chosen
    ]
    classes = [
        delay_class(price, at[price.symbol], stale=old, usual=late) if price is not None else None
        for price, old, late in zip(chosen, stale, usual, strict=True)
    ]
    delays = [
        delay_minutes(price, late) if price is not None and kind in ("live", "delayed") else None
        for price, kind, late in zip(chosen, classes, usual, strict=True)
    ]
    return {
        "delay_minutes": np.array(delays, dtype=np.float64),
        "delay_class": _objects(classes),
        "stale": np.array(stale, dtype=np.bool_),
    }


def _previous_fx(
    market: Market, arranged: Roster, chosen: Sequence[Price | None], fx: FloatArray
) -> FloatArray:
    """Rate on the day of each line's previous close; today's where there is none: then FX shows no move."""
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


def _valued(market: Market, at: dt.datetime, parts: _Parts) -> Valued:
    arranged = roster(market.universe)
    counted = arranged.lines
    of = [arranged.issuers[position] for position in arranged.issuer_of]
    price = np.array([each.price if each else math.nan for each in parts.prices], dtype=np.float64)
    value = np.where(parts.listed, price * parts.fx * parts.shares, 0.0)
    sources = _count_sources(market, arranged)
    lines = pd.DataFrame(
        {
            "issuer": _objects([issuer.id for issuer in of]),
            "side": _objects([issuer.side for issuer in of]),
            "exchange": _objects([line.exchange for line in counted]),
            "currency": _objects([line.currency for line in counted]),
            "listed": parts.listed,
            "price": price,
            "fx_usd": parts.fx,
            "shares": parts.shares,
            "value_usd": value,
            "as_of": _objects([each.as_of if each else None for each in parts.prices]),
            "day": _objects([dt.date.fromordinal(each.day) if each else None for each in parts.prices]),
            "source": _objects([each.source if each else None for each in parts.prices]),
            "priced_by": _objects(
                [
                    each.symbol if each and each.symbol != line.symbol else None
                    for line, each in zip(counted, parts.prices, strict=True)
                ]
            ),
            "previous_close": np.array([each.previous if each else math.nan for each in parts.prices]),
            "shares_as_of": _objects(
                [dt.date.fromordinal(int(d)) if d >= 0 else None for d in parts.shares_day]
            ),
            "shares_source": _objects([sources.get((row, int(d))) for row, d in enumerate(parts.shares_day)]),
            **parts.columns,
        }
    )
    lines.index = pd.Index([line.symbol for line in counted], dtype=object, name="symbol")
    names = pd.Index([issuer.id for issuer in arranged.issuers], dtype=object, name="issuer")
    present = arranged.issuers_listed(parts.listed[np.newaxis])[0]
    caps = np.where(present, arranged.by_issuer(value[np.newaxis])[0], math.nan)
    return Valued(
        at=at,
        roster=arranged,
        lines=lines,
        caps=pd.Series(caps, index=names),
        listed=pd.Series(present, index=names),
        per_share_usd=parts.per_share_usd,
    )


def _objects(values: Sequence[Any]) -> pd.Series[Any]:
    """A column of Python objects, `None` kept as it is."""
    return pd.Series(list(values), dtype=object)


def _count_sources(market: Market, arranged: Roster) -> dict[tuple[int, int], str]:
    """Source of each share count by row of its line and day (an ordinal)."""
    return _sources_of_counts(Held((market, arranged), market.share_counts, arranged))


@lru_cache(maxsize=1)
def _sources_of_counts(held: Held[tuple[Market, Roster]]) -> dict[tuple[int, int], str]:
    market, arranged = held.value
    counts = counts_by_symbol(market)
    found = {}
    for row, line in enumerate(arranged.lines):
        of = next((each for each in (line, *arranged.twins[row]) if each.symbol in counts), None)
        if of is not None:
            found.update({(row, count.day.toordinal()): count.source for count in counts[of.symbol]})
    return found
