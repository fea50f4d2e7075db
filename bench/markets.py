"""Markets of any size for the benches: made-up lines with two years of closes and quotes that move."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd

from providers.market import Market, Session
from providers.records import FxRate, Quote, ShareCount, Valuation
from providers.universe import Issuer, Line, Subsector, Universe

NOW = dt.datetime(2026, 7, 27, 2, 30, tzinfo=dt.UTC)
DAYS = 520
SUBSECTORS: tuple[Subsector, ...] = get_args(Subsector)


def market(lines: int) -> Market:
    """A Market of `lines` lines, half of them Chinese, one to an issuer, all quoted at `NOW`."""
    universe = _universe(lines)
    symbols = [line.symbol for line in universe.lines]
    days = [day.date() for day in pd.bdate_range(end=NOW.date() - dt.timedelta(days=1), periods=DAYS)]
    moves = np.random.default_rng(1).normal(0, 0.02, (DAYS, lines)).cumsum(axis=0)
    closes = pd.DataFrame(100 * np.exp(moves), index=pd.Index(days, dtype=object), columns=symbols)
    fx = pd.DataFrame({"CNY": 7.1}, index=closes.index)
    last = dict(zip(symbols, closes.iloc[-1], strict=True))
    return Market(
        at=NOW,
        mode="live",
        universe=universe,
        closes=closes,
        close_sources=closes.astype(object).map(lambda _: "bench"),
        fx=fx,
        fx_sources=fx.astype(object).map(lambda _: "bench"),
        quotes={line.symbol: _quote(line, last[line.symbol], NOW) for line in universe.lines},
        fx_now={"CNY": FxRate(source="bench", currency="CNY", per_usd=7.1, as_of=NOW)},
        share_counts=tuple(
            ShareCount(source="bench", symbol=symbol, day=days[0], shares=1e9) for symbol in symbols
        ),
        valuations=tuple(
            Valuation(
                source="bench", issuer=issuer.id, day=days[-1], field="forward_pe", value=20.0 + number % 30
            )
            for number, issuer in enumerate(universe.issuers)
        ),
        sessions=tuple(
            Session(exchange=exchange, state="open", opened=NOW - dt.timedelta(hours=1))
            for exchange in ("XSHG", "XNYS")
        ),
    )


def polled(before: Market, number: int, share: float = 0.5) -> Market:
    """The Market after another poll: a share of the quotes has moved, nothing else."""
    draw = random.Random(number)  # noqa: S311 - nothing secret
    at = before.at + dt.timedelta(seconds=15)
    quotes = dict(before.quotes)
    lines = before.universe.lines
    for line in draw.sample(lines, max(1, int(share * len(lines)))):
        quotes[line.symbol] = _quote(line, quotes[line.symbol].price * draw.uniform(0.99, 1.01), at)
    return dataclasses.replace(before, at=at, quotes=quotes)


def _quote(line: Line, price: float, at: dt.datetime) -> Quote:
    return Quote(
        source="bench",
        symbol=line.symbol,
        price=round(price, 2),
        currency=line.currency,
        as_of=at,
        received=at,
        previous_close=round(price * 0.99, 2),
        delay_minutes=0,
    )


def _universe(lines: int) -> Universe:
    return Universe(name="bench", base_date=dt.date(2025, 1, 13), issuers=tuple(_issuers(lines)))


def _issuers(lines: int) -> Sequence[Issuer]:
    issuers = []
    for number in range(lines):
        china = number % 2 == 0
        line = Line(
            symbol=f"L{number:04}",
            issuer=f"issuer {number}",
            exchange="XSHG" if china else "XNYS",
            currency="CNY" if china else "USD",
        )
        issuers.append(
            Issuer(
                id=line.issuer,
                name=f"Company {number}",
                side="china" if china else "peer",
                region="CN" if china else "US",
                subsector=SUBSECTORS[number // 2 % len(SUBSECTORS)],
                lines=(line,),
            )
        )
    return issuers
