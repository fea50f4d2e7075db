"""Synthetic markets: a small one whose figures can be worked by hand, a large one for speed and properties.

Build a Market from plain facts with `make_market`; closes and FX are dictionaries of day to value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd

from providers.market import Market, Session, SessionState
from providers.records import FxRate, PrivateMark, Quote, ShareCount, Valuation, ValuationField
from providers.universe import Issuer, Line, Side, Subsector, Universe

BASE = dt.date(2025, 1, 13)
LAST = dt.date(2026, 1, 5)
AT = dt.datetime(2026, 1, 5, 22, 0, tzinfo=dt.UTC)

Closes = dict[str, dict[dt.date, float]]


def line(symbol: str, issuer: str, exchange: str = "XHKG", currency: str = "HKD", **more: Any) -> Line:
    return Line(symbol=symbol, issuer=issuer, exchange=exchange, currency=currency, **more)


def issuer(
    name: str, *lines: Line, side: Side = "china", subsector: Subsector = "cloud", **more: Any
) -> Issuer:
    region = more.pop("region", "CN" if side == "china" else "US")
    return Issuer(
        id=name.lower(),
        name=name,
        side=side,
        region=region,
        subsector=subsector,
        lines=lines,
        **more,
    )


def frame(values: Closes, source: str = "yahoo") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values by column and day as a frame of sessions × columns, and the frame of their sources."""
    days = sorted({day for column in values.values() for day in column})
    cells = {name: [column.get(day, np.nan) for day in days] for name, column in values.items()}
    index = pd.Index(days, dtype=object)
    table = pd.DataFrame(cells, index=index, columns=list(values), dtype=float)
    sources = pd.DataFrame(source, index=index, columns=list(values), dtype=object).where(table.notna(), None)
    return table, sources


def make_market(
    universe: Universe,
    closes: Closes,
    fx: Closes,
    shares: Mapping[str, float],
    *,
    source: str = "yahoo",
    **more: Any,
) -> Market:
    """A Market of the given facts; `shares` hold from before the base date unless `share_counts` is given."""
    close_table, close_sources = frame(closes, source)
    fx_table, fx_sources = frame(fx, "ecb")
    counts = tuple(
        ShareCount(symbol=symbol, day=dt.date(2024, 12, 31), shares=count, source="filing")
        for symbol, count in shares.items()
    )
    settings: dict[str, Any] = {"at": AT, "mode": "live", "share_counts": counts} | more
    return Market(
        universe=universe,
        closes=close_table,
        close_sources=close_sources,
        fx=fx_table,
        fx_sources=fx_sources,
        **settings,
    )


def cell(table: pd.DataFrame, row: object, column: str) -> Any:
    """One cell as a plain value."""
    return table[column].to_dict()[row]


def quote(symbol: str, price: float, currency: str, **more: Any) -> Quote:
    """A quote traded and received at `AT` unless told otherwise."""
    settings: dict[str, Any] = {"source": "yahoo", "as_of": AT, "received": AT} | more
    return Quote(symbol=symbol, price=price, currency=currency, **settings)


def private(company: str, **more: Any) -> PrivateMark:
    """A mark of a US laboratory at $500bn, 400 to 600, unless told otherwise."""
    settings: dict[str, Any] = {
        "side": "peer",
        "region": "US",
        "subsector": "model_developers",
        "day": dt.date(2025, 10, 2),
        "kind": "round",
        "value_usd": 5e11,
        "low_usd": 4e11,
        "high_usd": 6e11,
        "source": "press",
    } | more
    return PrivateMark(company=company, **settings)


def session(exchange: str, state: SessionState = "open", **more: Any) -> Session:
    return Session(exchange=exchange, state=state, **more)


SMALL_UNIVERSE = Universe(
    name="small",
    base_date=BASE,
    issuers=(
        issuer(
            "Alpha",
            line("A.HK", "alpha"),
            line("AADR", "alpha", "XNYS", "USD", counted=False, twin_of="A.HK", ordinary_per_unit=8.0),
        ),
        issuer("Beta", line("B.SS", "beta", "XSHG", "CNY"), line("B.HK", "beta"), subsector="foundry"),
        issuer("Newco", line("N.HK", "newco", listed_on=dt.date(2025, 6, 2)), subsector="ic_design"),
        issuer("Gone", line("G.HK", "gone", delisted_on=dt.date(2025, 9, 30))),
        issuer("Peer", line("P", "peer", "XNYS", "USD"), side="peer"),
        issuer(
            "Taipei", line("T.TW", "taipei", "XTAI", "TWD"), side="peer", region="TW", subsector="foundry"
        ),
    ),
)  # fmt: skip
"""Base value of the four Chinese issuers, in USD: Alpha 10,000, Beta 2,000 + 1,000, Gone 500."""

SMALL_CLOSES: Closes = {
    "A.HK": {BASE: 80.0, LAST: 120.0},
    "AADR": {BASE: 80.0, LAST: 126.0},
    "B.SS": {BASE: 14.0, LAST: 21.0},
    "B.HK": {BASE: 8.0, LAST: 8.0},
    "N.HK": {LAST: 40.0},
    "G.HK": {BASE: 4.0},
    "P": {BASE: 100.0, LAST: 200.0},
    "T.TW": {BASE: 640.0, LAST: 960.0},
}
SMALL_FX: Closes = {
    "HKD": {BASE: 8.0, LAST: 8.0},
    "CNY": {BASE: 7.0, LAST: 7.0},
    "TWD": {BASE: 32.0, LAST: 32.0},
}
SMALL_SHARES = {
    "A.HK": 1000.0,
    "B.SS": 1000.0,
    "B.HK": 1000.0,
    "N.HK": 400.0,
    "G.HK": 1000.0,
    "P": 1000.0,
    "T.TW": 500.0,
}


def small_market(**more: Any) -> Market:
    """Two dates, six issuers.

    Values now in USD: Alpha 15,000, Beta 3,000 + 1,000, Newco 2,000, Peer 200,000, Taipei 15,000.
    """
    facts: dict[str, Any] = {"closes": SMALL_CLOSES, "fx": SMALL_FX, "shares": SMALL_SHARES} | more
    return make_market(SMALL_UNIVERSE, **facts)


SUBSECTORS: tuple[Subsector, ...] = get_args(Subsector)
_PLACES = (
    ("XHKG", "HKD", ".HK"),
    ("XSHG", "CNY", ".SS"),
    ("XNYS", "USD", ""),
    ("XTAI", "TWD", ".TW"),
    ("XKRX", "KRW", ".KS"),
)
_PER_USD = {"HKD": 7.8, "CNY": 7.1, "TWD": 31.0, "KRW": 1400.0}


def large_market(issuers: int = 160, days: int = 450, seed: int = 7, **more: Any) -> Market:
    """Random walks with holes; some issuers have two lines or a twin, each line has a quote."""
    chance = np.random.default_rng(seed)
    end = LAST
    calendar = [day for back in range(days * 2) if (day := end - dt.timedelta(days=back)).weekday() < 5][
        :days
    ][::-1]
    members = tuple(_member(number, calendar) for number in range(issuers))
    universe = Universe(name="large", base_date=calendar[10], issuers=members)
    symbols = [each.symbol for each in universe.lines]
    steps = chance.normal(0.0005, 0.02, (days, len(symbols)))
    prices = np.exp(np.cumsum(steps, axis=0)) * chance.uniform(5, 500, len(symbols))
    prices[chance.random(prices.shape) < 0.03] = np.nan
    index = pd.Index(calendar, dtype=object)
    closes = pd.DataFrame(prices, index=index, columns=symbols)
    rates = {
        name: level * np.exp(np.cumsum(chance.normal(0, 0.002, days))) for name, level in _PER_USD.items()
    }
    fx = pd.DataFrame(rates, index=index)
    settings: dict[str, Any] = {
        "quotes": {each.symbol: _quote(each, prices[-1, at]) for at, each in enumerate(universe.lines)},
        "fx_now": {
            name: FxRate(currency=name, per_usd=level, as_of=AT, source="yahoo")
            for name, level in _PER_USD.items()
        },
        "share_counts": tuple(
            ShareCount(symbol=each.symbol, day=day, shares=float(chance.uniform(1e8, 1e10)), source="filing")
            for each in universe.lines
            for day in (calendar[0], calendar[days // 2])
        ),
        "valuations": tuple(_valuations(members, calendar, chance)),
        "marks": (
            private("Lab", day=calendar[-5]),
        ),
        "sessions": tuple(session(place[0], "closed") for place in _PLACES),
    } | more  # fmt: skip
    return Market(
        at=AT,
        mode="live",
        universe=universe,
        closes=closes,
        close_sources=pd.DataFrame("yahoo", index=index, columns=symbols, dtype=object),
        fx=fx,
        fx_sources=pd.DataFrame("ecb", index=index, columns=fx.columns, dtype=object),
        **settings,
    )


def _member(number: int, calendar: Sequence[dt.date]) -> Issuer:
    exchange, currency, ending = _PLACES[number % len(_PLACES)]
    name = f"I{number:03}"
    lines = [line(f"{name}{ending}", name.lower(), exchange, currency)]
    if number % 10 == 1:
        lines.append(line(f"{name}.HK", name.lower()))
    if number % 10 == 0:
        lines.append(
            line(
                f"{name}ADR",
                name.lower(),
                "XNYS",
                "USD",
                counted=False,
                twin_of=lines[0].symbol,
                ordinary_per_unit=4,
            )
        )
    listed = calendar[len(calendar) // 3] if number % 17 == 3 else None
    subsector = SUBSECTORS[number % len(SUBSECTORS)]
    return issuer(
        name, *lines, side="china" if number % 5 < 2 else "peer", subsector=subsector, listed_on=listed
    )


def _quote(each: Line, last: float) -> Quote:
    price = float(last) if last == last else 50.0  # noqa: PLR0124 - NaN test
    return quote(each.symbol, price * 1.01, each.currency, previous_close=price)


_MULTIPLES: tuple[tuple[ValuationField, tuple[float, float]], ...] = (
    ("forward_pe", (8.0, 60.0)),
    ("price_sales", (1.0, 20.0)),
)


def _valuations(
    members: Sequence[Issuer], calendar: Sequence[dt.date], chance: np.random.Generator
) -> list[Valuation]:
    return [
        Valuation(issuer=each.id, day=day, field=field, value=float(chance.uniform(*span)), source="yahoo")
        for each in members
        for day in (calendar[20], calendar[-30])
        for field, span in _MULTIPLES
    ]
