"""A Board with markup for names and as many issuers as wanted, and an engine that only counts."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from msgspec.structs import replace

from metrics.board import (
    TIMEFRAMES,
    Board,
    Constituent,
    Coverage,
    Mode,
    Point,
    ProviderView,
    Timeframe,
    Trend,
    Trends,
)
from tests.widgets import boards
from tui.config import Peers
from tui.live import Update
from tui.options import Settings

NOW = dt.datetime(2026, 11, 24, 6, 32, tzinfo=dt.UTC)
FRESH = boards.board().basket.freshness


def board(mode: Mode = "live", issuers: int = 30) -> Board:
    """The full Board of a trading day, with made-up constituents and one provider."""
    full = boards.board()
    assert full.models.china is not None
    return replace(
        full,
        as_of=NOW,
        mode=mode,
        basket=replace(
            full.basket,
            constituents=tuple(_constituent(number, 5e11 / (number + 1)) for number in range(issuers)),
            coverage=Coverage(priced=issuers, issuers=issuers + 1, missing=("issuer99",)),
        ),
        models=replace(full.models, china=replace(full.models.china, model="M[i]Mo")),
        providers=(
            ProviderView(name="yahoo", state="ok", last_ok=NOW, last_error=None, requests=7, latency_ms=80.0),
        ),
    )


def _constituent(number: int, cap: float) -> Constituent:
    """One issuer with one line."""
    kind = boards.board().basket.constituents[0]
    line = replace(
        kind.lines[0], symbol=f"{number:04}.HK", price=10.0 + number, as_of=NOW, source="yahoo", value_usd=cap
    )
    return replace(
        kind,
        issuer=f"issuer{number}",
        name=f"Issuer {number} [b]",
        name_zh="发行人",
        market_cap_usd=cap,
        day_pct=1.0 - number / 10,
        lines=(line,),
    )


def trends(timeframe: Timeframe = "1M") -> Trends:
    """A line of twenty points for the basket."""
    points = tuple(Point(at=NOW - dt.timedelta(days=20 - n), value=1.6e12 + n * 1e10) for n in range(20))
    line = Trend(path="basket.value_usd", timeframe=timeframe, step="1 day", segments=(points,))
    return Trends(timeframe=timeframe, lines={line.path: line})


class FakeEngine:
    """Stands still; remembers what was asked of it."""

    def __init__(self, _: Settings, deliver: Callable[[Update], None]) -> None:
        self.deliver = deliver
        self.asked: list[str] = []
        self.paused = False
        self.peers: Peers = "global"
        self.timeframe: Timeframe = "1M"
        self.error: Exception | None = None

    async def run(self) -> None:
        self.asked.append("run")
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()

    def now(self) -> dt.datetime | None:
        return NOW

    def refresh_now(self) -> None:
        self.asked.append("refresh")

    def toggle_pause(self) -> bool:
        self.paused = not self.paused
        return self.paused

    def toggle_peers(self) -> Peers:
        self.peers = "us" if self.peers == "global" else "global"
        return self.peers

    def next_timeframe(self) -> Timeframe:
        self.timeframe = TIMEFRAMES[(TIMEFRAMES.index(self.timeframe) + 1) % len(TIMEFRAMES)]
        return self.timeframe
