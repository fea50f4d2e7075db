"""A Board with figures in every pane, and an engine that does nothing but count."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from metrics.board import (
    TIMEFRAMES,
    Attribution,
    Basket,
    BestModel,
    Board,
    Capex,
    CapexQuarter,
    CapexRow,
    CapexWindow,
    Catalyst,
    Constituent,
    Coverage,
    Freshness,
    LikeForLike,
    LineView,
    Mode,
    ModelRow,
    Models,
    Point,
    ProviderView,
    SameMoment,
    SessionView,
    Share,
    ShareRow,
    SpreadRow,
    Spreads,
    SpreadTotal,
    Timeframe,
    Trend,
    Trends,
    UniverseInfo,
)
from tui.config import Peers
from tui.live import Update
from tui.options import Settings

NOW = dt.datetime(2026, 11, 24, 6, 32, tzinfo=dt.UTC)
FRESH = Freshness(live_pct=70.0, delayed_pct=20.0, close_pct=10.0, delay_minutes=15.0, oldest_as_of=NOW)


def constituent(number: int, cap: float) -> Constituent:
    """One issuer with one line."""
    line = LineView(
        symbol=f"{number:04}.HK",
        price=10.0 + number,
        currency="HKD",
        shares=1e9,
        fx_usd=0.128,
        as_of=NOW,
        source="yahoo",
        delay_minutes=15.0,
        stale=False,
        exchange="XHKG",
        delay_class="delayed",
        value_usd=cap,
    )
    return Constituent(
        issuer=f"issuer{number}",
        name=f"Issuer {number} [b]",
        subsector="cloud",
        region="CN",
        market_cap_usd=cap,
        weight_pct=5.0,
        day_pct=1.0 - number / 10,
        since_base_pct=20.0,
        contribution_usd=1e9,
        lines=(line,),
        name_zh="发行人",
    )


def board(mode: Mode = "live", issuers: int = 30) -> Board:
    """A Board with every pane filled; figures are invented."""
    coverage = Coverage(priced=issuers, issuers=issuers + 1, missing=("issuer99",))
    causes = Attribution(
        price_usd=7e11, fx_usd=2e10, shares_usd=3e9, new_listings_usd=9e10, delistings_usd=0.0
    )
    return Board(
        as_of=NOW,
        mode=mode,
        universe=UniverseInfo(name="default", issuers=issuers + 1, lines=issuers + 3),
        basket=Basket(
            value_usd=1.784e12,
            base_date=dt.date(2025, 1, 13),
            base_value_usd=9.1e11,
            change_usd=8.69e11,
            change_pct=95.0,
            index_level=185.0,
            like_for_like=LikeForLike(change_usd=7.8e11, change_pct=85.0, members=28),
            new_listings_usd=9e10,
            attribution=causes,
            coverage=coverage,
            freshness=FRESH,
            constituents=tuple(constituent(number, 5e11 / (number + 1)) for number in range(issuers)),
            day_usd=1.2e10,
            day_pct=0.68,
        ),
        share=Share(
            listed_pct=6.53,
            with_private_pct=8.1,
            with_private_low_pct=7.6,
            with_private_high_pct=8.9,
            china_listed_usd=1.784e12,
            global_listed_usd=2.731e13,
            china_private_usd=1e11,
            global_private_usd=2e12,
            by_subsector=tuple(
                ShareRow(subsector=name, china_usd=1e11, global_usd=1e12, share_pct=10.0, day_pp=0.1)
                for name in ("cloud", "foundry", "semicap")
            ),
            coverage=coverage,
            freshness=FRESH,
            day_pp=0.04,
        ),
        capex=Capex(
            windows=(
                CapexWindow(
                    label="2023-2025",
                    start=dt.date(2023, 1, 1),
                    end=dt.date(2025, 12, 31),
                    china_usd=1e11,
                    us_usd=7e11,
                    ratio_pct=14.2,
                    estimate_pct=22.0,
                ),
            ),
            quarters=(CapexQuarter(quarter="2025Q3", china_usd=1e10, us_usd=1e11, ratio_pct=10.0),),
            companies=(
                CapexRow(
                    company="Alibaba",
                    region="CN",
                    period="2025",
                    capex_usd=1.69e10,
                    currency="CNY",
                    capex_local=1.2e11,
                    kind="actual",
                    known_on=dt.date(2026, 2, 20),
                    source="filing",
                ),
            ),
        ),
        spreads=Spreads(
            peers="global",
            total=SpreadTotal(
                china=20.0, peers=22.5, spread_pct=-11.1, narrowing_pp_30d=0.8, upside_to_parity_usd=2.3e11
            ),
            subsectors=(
                SpreadRow(
                    subsector="cloud",
                    multiple="forward_pe",
                    china=18.4,
                    peers=25.9,
                    china_median=17.0,
                    peers_median=26.0,
                    spread_pct=-29.0,
                    stance="discount",
                    upside_to_parity_usd=5.5e11,
                    china_coverage_pct=90.0,
                    peers_coverage_pct=99.0,
                    china_revenue_growth_pct=10.0,
                    peers_revenue_growth_pct=12.0,
                    china_earnings_growth_pct=5.0,
                    peers_earnings_growth_pct=9.0,
                ),
            ),
        ),
        models=Models(
            index="AA",
            version="4.3",
            as_of=dt.date(2026, 11, 20),
            china=BestModel(model="M[i]Mo", developer="X", score=46.0),
            us=BestModel(model="Claude", developer="A", score=58.0),
            gap_pct=20.7,
            gap_points=12.0,
            previous=None,
            history=(
                ModelRow(
                    date=dt.date(2026, 9, 1),
                    version="4.3",
                    region="CN",
                    model="M[i]Mo",
                    developer="X",
                    score=46.0,
                    gap_pct=20.7,
                ),
            ),
        ),
        catalysts=(
            Catalyst(
                date=dt.date(2026, 11, 26),
                kind="earnings",
                region="CN",
                title="Alibaba results",
                source="IR",
                days=2,
            ),
        ),
        sessions=(SessionView(exchange="XHKG", state="open", next_change=NOW + dt.timedelta(hours=2)),),
        providers=(
            ProviderView(name="yahoo", state="ok", last_ok=NOW, last_error=None, requests=7, latency_ms=80.0),
        ),
        same_moment=SameMoment(
            at=dt.date(2026, 11, 21),
            share_listed_pct=6.5,
            total_spread_pct=-11.0,
            china_since_pct=0.4,
            peers_since_pct=0.1,
        ),
        poll_seconds=15.0,
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
