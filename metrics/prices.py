"""The newest price of each line: a quote or a close, and the close before it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from metrics.exchanges import close_time, local_day
from metrics.history import CLOSE_WINDOW_DAYS, UNLIMITED, columns, latest, ordinals
from metrics.memo import Held
from metrics.numbers import FloatArray, IntArray
from metrics.roster import roster
from providers.market import Market, Session
from providers.records import Quote
from providers.universe import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """A price of one line in its own currency, per unit.

    Attributes:
        symbol: The line that was traded.
        day: Session date on its exchange, an ordinal.
        previous: Close of the session before, at most `CLOSE_WINDOW_DAYS` older; NaN when unknown.
        previous_day: Its date, an ordinal; -1 where the source gave the close without a day and none is at
            hand.
        quote: The quote behind it; `None` for a close.
    """

    symbol: str
    price: float
    as_of: dt.datetime
    day: int
    source: str
    previous: float
    previous_day: int
    quote: Quote | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class _Newest:
    """The last close of each line and the one before it, with its day and source, by symbol."""

    close: FloatArray
    day: IntArray
    before: FloatArray
    before_day: IntArray
    position: dict[str, int]


def newest_prices(market: Market) -> Mapping[str, Price]:
    """The newest price of each counted line and twin that has any, by symbol; kept for the Market asked last.

    Of a quote and a close the later one serves, the quote when both are of one moment. A close has no age
    limit here: an old one is labelled with its day, not dropped. A quote in
    another currency than the line's is no price of that line.
    """
    return _newest_prices(Held(market, market))


@lru_cache(maxsize=1)
def _newest_prices(held: Held[Market]) -> Mapping[str, Price]:
    market = held.value
    sessions = {session.exchange: session for session in market.sessions}
    history = _history(Held(market, market.closes, market.universe))
    found = {}
    for line in roster(market.universe).everything:
        price = _newest(market, line, sessions.get(line.exchange), history)
        if price is not None:
            found[line.symbol] = price
    return found


def closing_time(market_at: dt.datetime, exchange: str, day: dt.date, session: Session | None) -> dt.datetime:
    """When the exchange closed on `day`: the session's own time where it is at hand, else the regular one."""
    if (
        session is not None
        and session.last_close is not None
        and local_day(exchange, session.last_close) == day
    ):
        return session.last_close
    return min(close_time(exchange, day), market_at)


def converted(price: Price, twin: Line, line: Line, rates: Mapping[str, float]) -> Price:
    """A twin's price as that of the counted line: per unit of the line, in its currency.

    `rates` are USD per unit of currency; a rate that is missing gives NaN.
    """
    factor = (
        rates.get(twin.currency, math.nan)
        / rates.get(line.currency, math.nan)
        * line.ordinary_per_unit
        / twin.ordinary_per_unit
    )
    return replace(price, price=price.price * factor, previous=price.previous * factor)


def _newest(market: Market, line: Line, session: Session | None, history: _Newest) -> Price | None:
    quote = market.quotes.get(line.symbol)
    if quote is not None and quote.currency != line.currency:
        quote = None
    at = history.position[line.symbol]
    has_close = not math.isnan(history.close[at])
    if quote is None and not has_close:
        return None
    close_at = None
    if has_close:
        day = dt.date.fromordinal(int(history.day[at]))
        close_at = closing_time(market.at, line.exchange, day, session)
    if quote is not None and (close_at is None or quote.as_of >= close_at):
        return _from_quote(quote, line, history, at)
    if close_at is None:
        return None
    return Price(
        symbol=line.symbol,
        price=float(history.close[at]),
        as_of=close_at,
        day=int(history.day[at]),
        source=close_source(market, line.symbol, int(history.day[at])),
        previous=float(history.before[at]),
        previous_day=int(history.before_day[at]),
    )


def _from_quote(quote: Quote, line: Line, history: _Newest, at: int) -> Price:
    day = local_day(line.exchange, quote.as_of).toordinal()
    last = (float(history.close[at]), int(history.day[at]))
    if last[1] >= day:
        last = (float(history.before[at]), int(history.before_day[at]))
    if math.isnan(last[0]) or not 0 < day - last[1] <= CLOSE_WINDOW_DAYS:
        last = (math.nan, -1)
    previous = last[0] if quote.previous_close is None else quote.previous_close
    return Price(
        symbol=line.symbol,
        price=quote.price,
        as_of=quote.as_of,
        day=day,
        source=quote.source,
        previous=previous,
        previous_day=last[1],
        quote=quote,
    )


@lru_cache(maxsize=1)
def _history(facts: Held[Market]) -> _Newest:
    market = facts.value
    symbols = [line.symbol for line in roster(market.universe).everything]
    values, rows = columns(market.closes, symbols), ordinals(market.closes)
    end = np.array([dt.date.max.toordinal()], dtype=np.int64)
    close, day = (found[0] for found in latest(values, rows, end, UNLIMITED))
    before, before_day = np.full(close.shape, math.nan), np.full(day.shape, -1, dtype=np.int64)
    for column, last in enumerate(day):
        earlier = np.flatnonzero((rows < last) & ~np.isnan(values[:, column]))
        if earlier.size and last - rows[earlier[-1]] <= CLOSE_WINDOW_DAYS:
            before[column], before_day[column] = values[earlier[-1], column], rows[earlier[-1]]
    return _Newest(
        close=close,
        day=day,
        before=before,
        before_day=before_day,
        position={symbol: at for at, symbol in enumerate(symbols)},
    )


def close_source(market: Market, symbol: str, day: int) -> str:
    """Whose close the one of `symbol` on `day` (an ordinal) is; `unknown` when the frame does not say."""
    table = _sources(Held(market, market.close_sources))
    source = table.cells[table.rows[day], table.columns[symbol]] if table.knows(symbol, day) else None
    return source if isinstance(source, str) else "unknown"


@dataclass(frozen=True, eq=False)
class _Sources:
    cells: npt.NDArray[np.object_]
    rows: dict[int, int]
    columns: dict[str, int]

    def knows(self, symbol: str, day: int) -> bool:
        return day in self.rows and symbol in self.columns


@lru_cache(maxsize=1)
def _sources(facts: Held[Market]) -> _Sources:
    frame = facts.value.close_sources
    return _Sources(
        cells=frame.to_numpy(dtype=object),
        rows={int(day): row for row, day in enumerate(ordinals(frame))},
        columns={str(symbol): column for column, symbol in enumerate(frame.columns)},
    )
