"""How long the first chart takes over two years of closes and a month of minutes, store and arithmetic."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

from bench import programs
from bench.measure import Measure, Options
from metrics.board import Headline, Timeframe

LINES = 200
MINUTES = 22 * 8 * 60
FRAMES: tuple[Timeframe, ...] = ("1M", "base")


def chart(options: Options) -> Iterator[Measure]:
    """Trend lines of a fresh Market, headlines read from a store that holds a month of minutes."""
    from bench import markets

    path = options.folder / "narrows.db"
    _fill(path, markets.NOW)
    for frame in FRAMES:
        times = [_one(path, frame) for _ in range(options.runs)]
        yield Measure(
            name=f"first chart, {frame}",
            unit="ms",
            value=programs.median(times),
            budget=100,
            note=f"{LINES} lines × {markets.DAYS} closes, {MINUTES:,} rows of headlines",
        )


def _one(path: Path, frame: Timeframe) -> float:
    from bench import markets
    from feed.store import Store
    from metrics.trends import trends

    market = markets.market(LINES)
    store = Store.open(f"sqlite:///{path}", read_only=True)
    try:
        began = time.perf_counter()
        rows = store.headlines(market.at - dt.timedelta(days=1000))
        headlines = tuple(Headline(at=at, values=values) for at, values in rows)
        trends(market, headlines, frame, "global")
        return 1000 * (time.perf_counter() - began)
    finally:
        store.close()


def _fill(path: Path, newest: dt.datetime) -> None:
    """A month of minutes in one transaction: one by one they would take a minute."""
    import msgspec
    import sqlalchemy as sa

    from feed import schema
    from feed.identity import microseconds
    from feed.store import Store

    Store.open(f"sqlite:///{path}").close()
    body = msgspec.json.encode(
        {"basket.value_usd": 1.78e12, "share.listed_pct": 6.5, "spreads.total.spread_pct": -11.0}
    )
    rows = [
        {"at": microseconds(newest - dt.timedelta(minutes=minute)), "body": body} for minute in range(MINUTES)
    ]
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(schema.headlines.insert(), rows)
    engine.dispose()
