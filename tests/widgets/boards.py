"""Boards made by hand: a full one of a trading day, and one in which nothing is known yet."""

from __future__ import annotations

import datetime as dt
import math

import msgspec

from metrics.board import (
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
    ModelRow,
    Models,
    Point,
    PreviousGap,
    PrivateRow,
    ProviderView,
    RegionRow,
    SameMoment,
    SessionView,
    Share,
    ShareRow,
    SpreadRow,
    Spreads,
    SpreadTotal,
    Stance,
    Trend,
    Trends,
    UniverseInfo,
)

NOW = dt.datetime(2026, 11, 23, 6, 32, 7, tzinfo=dt.UTC)
"""Monday, 14:32 in Hong Kong: Shanghai and Hong Kong trade, New York sleeps."""
HKT = dt.timezone(dt.timedelta(hours=8), "HKT")
BASE = dt.date(2025, 1, 13)

# issuer, name, Chinese name, subsector, price, currency, cap in USD bn, day %, since base %, lines
ISSUERS: tuple[tuple[str, str, str, str, float, str, float, float, float | None, str], ...] = (
    ("tencent", "Tencent", "腾讯控股", "cloud", 478.8, "HKD", 561.2, 1.21, 22.4, "XHKG"),
    ("alibaba", "Alibaba", "阿里巴巴", "cloud", 123.8, "HKD", 302.5, -0.48, 58.1, "XHKG"),
    ("smic", "SMIC", "中芯国际", "foundry", 58.35, "HKD", 96.0, 2.04, 88.0, "XHKG XSHG"),
    ("cambricon", "Cambricon", "寒武纪", "ic_design", 1378.1, "CNY", 84.2, 6.01, 112.6, "XSHG"),
    ("hygon", "Hygon", "海光信息", "ic_design", 231.44, "CNY", 75.1, -1.1, 54.0, "XSHG"),
    ("baidu", "Baidu", "百度", "cloud", 118.2, "HKD", 51.3, 0.34, 40.9, "XHKG"),
    ("naura", "NAURA", "北方华创", "semicap", 441.07, "CNY", 49.1, 1.92, 36.2, "XSHE"),
    ("moore", "Moore Threads", "摩尔线程", "ic_design", 587.9, "CNY", 41.7, -3.3, None, "XSHG"),
    ("kuaishou", "Kuaishou", "快手", "cloud", 67.15, "HKD", 41.2, 0.6, 61.3, "XHKG"),
    ("amec", "AMEC", "中微公司", "semicap", 292.5, "CNY", 25.8, 0.0, 55.5, "XSHG"),
    ("iflytek", "iFlytek", "科大讯飞", "ai_software", 51.2, "CNY", 16.7, -0.21, 4.1, "XSHE"),
    ("gds", "GDS", "万国数据", "data_centres", 41.05, "HKD", 8.9, 1.15, 71.4, "XHKG"),
    ("sensetime", "SenseTime", "商汤", "ai_software", 2.31, "HKD", 11.6, -1.28, 47.7, "XHKG"),
    ("kingsoft_cloud", "Kingsoft Cloud", "金山云", "cloud", 7.42, "HKD", 4.3, 2.77, 18.0, "XHKG"),
)


def board() -> Board:
    """A full Board: live, one provider down, one line stale, one delayed, one on reference."""
    return Board(
        as_of=NOW,
        mode="live",
        universe=UniverseInfo(name="default", issuers=136, lines=171),
        basket=_basket(),
        share=_share(),
        capex=_capex(),
        spreads=_spreads(),
        models=_models(),
        catalysts=_catalysts(),
        sessions=_sessions(),
        providers=(
            _healthy("tencent"),
            _healthy("yahoo"),
            _healthy("ecb"),
        ),
        same_moment=SameMoment(
            at=dt.date(2026, 11, 20),
            share_listed_pct=6.49,
            total_spread_pct=-11.8,
            china_since_pct=0.68,
            peers_since_pct=-0.12,
        ),
        reference_date=dt.date(2026, 7, 24),
        poll_seconds=15.0,
    )


def _healthy(name: str) -> ProviderView:
    return ProviderView(name=name, state="ok", last_ok=NOW, last_error=None, requests=96, latency_ms=83.0)


def yahoo_down(healthy: Board) -> Board:
    """The same Board three minutes into an outage of one provider."""
    down = ProviderView(
        name="yahoo",
        state="down",
        last_ok=NOW - dt.timedelta(minutes=3, seconds=12),
        last_error="429 too many requests",
        requests=96,
        latency_ms=None,
        next_try=NOW + dt.timedelta(seconds=42),
    )
    others = tuple(provider for provider in healthy.providers if provider.name != "yahoo")
    return msgspec.structs.replace(healthy, providers=(*others, down))


def repriced(before: Board, issuer: str, price: float) -> Board:
    """The same Board with another last price of one issuer, and nothing else."""
    constituents = tuple(
        msgspec.structs.replace(
            row, lines=(msgspec.structs.replace(row.lines[0], price=price), *row.lines[1:])
        )
        if row.issuer == issuer
        else row
        for row in before.basket.constituents
    )
    return msgspec.structs.replace(
        before, basket=msgspec.structs.replace(before.basket, constituents=constituents)
    )


def many_issuers(count: int) -> Board:
    """A Board with as many constituents as asked for."""
    full = board()
    kinds = full.basket.constituents
    constituents = tuple(
        msgspec.structs.replace(
            kinds[n % len(kinds)], issuer=f"issuer{n}", name=f"Issuer {n}", market_cap_usd=1e9 * (count - n)
        )
        for n in range(count)
    )
    return msgspec.structs.replace(
        full, basket=msgspec.structs.replace(full.basket, constituents=constituents)
    )


def empty_board() -> Board:
    """A Board before the first answer: every figure absent."""
    nothing = Coverage(priced=0, issuers=0)
    return Board(
        as_of=NOW,
        mode="offline",
        universe=UniverseInfo(name="default", issuers=0, lines=0),
        basket=Basket(
            value_usd=None,
            base_date=BASE,
            base_value_usd=None,
            change_usd=None,
            change_pct=None,
            index_level=None,
            like_for_like=LikeForLike(change_usd=None, change_pct=None, members=0),
            new_listings_usd=None,
            attribution=Attribution(
                price_usd=None, fx_usd=None, shares_usd=None, new_listings_usd=None, delistings_usd=None
            ),
            coverage=nothing,
            freshness=Freshness(),
            constituents=(),
        ),
        share=Share(
            listed_pct=None,
            with_private_pct=None,
            with_private_low_pct=None,
            with_private_high_pct=None,
            china_listed_usd=None,
            global_listed_usd=None,
            china_private_usd=None,
            global_private_usd=None,
            by_subsector=(),
            coverage=nothing,
            freshness=Freshness(),
        ),
        capex=Capex(windows=(), quarters=(), companies=()),
        spreads=Spreads(
            peers="global",
            total=SpreadTotal(
                china=None, peers=None, spread_pct=None, narrowing_pp_30d=None, upside_to_parity_usd=None
            ),
            subsectors=(),
        ),
        models=Models(
            index=None,
            version=None,
            as_of=None,
            china=None,
            us=None,
            gap_pct=None,
            gap_points=None,
            previous=None,
        ),
        catalysts=(),
        sessions=(),
        providers=(),
        same_moment=SameMoment(
            at=None, share_listed_pct=None, total_spread_pct=None, china_since_pct=None, peers_since_pct=None
        ),
    )


def no_trends() -> Trends:
    """No history at all."""
    return Trends(timeframe="1M")


def trends() -> Trends:
    """A month of daily headlines."""
    return Trends(
        timeframe="1M",
        lines={
            "basket.value_usd": _trend("basket.value_usd", 1.61e12, 1.80e12),
            "share.listed_pct": _trend("share.listed_pct", 6.1, 6.6),
            "spreads.total.spread_pct": _trend("spreads.total.spread_pct", -14.0, -11.0),
            "capex.quarters": _quarters(),
            "models.gap_pct": _versions(),
        },
    )


def _trend(path: str, low: float, high: float) -> Trend:
    days = 31
    points = tuple(
        Point(
            at=NOW - dt.timedelta(days=days - 1 - day),
            value=low + (high - low) * min(1.0, max(0.0, day / (days - 1) + 0.12 * math.sin(day * 1.3))),
        )
        for day in range(days)
    )
    return Trend(path=path, timeframe="1M", step="1 day", segments=(points,))


def _quarters() -> Trend:
    days = [
        dt.datetime(year, month, 28, tzinfo=dt.UTC) for year in (2023, 2024, 2025) for month in (3, 6, 9, 12)
    ]
    points = tuple(Point(at=day, value=9.1 + 4 * math.sin(number / 5)) for number, day in enumerate(days))
    return Trend(path="capex.quarters", timeframe="quarters", step="1 quarter", segments=(points,))


def _versions() -> Trend:
    versions = ([(200, 8.8), (180, 10.3), (110, 4.8)], [(95, 22.4), (45, 20.7)])
    segments = tuple(
        tuple(Point(at=NOW - dt.timedelta(days=ago), value=gap) for ago, gap in steps) for steps in versions
    )
    return Trend(path="models.gap_pct", timeframe="versions", step="1 new best model", segments=segments)


def _lines(
    entry: tuple[str, str, str, str, float, str, float, float, float | None, str],
) -> tuple[LineView, ...]:
    issuer, _, _, _, price, currency, cap, _, _, exchanges = entry
    late, reference, stale = issuer == "baidu", issuer == "gds", issuer == "sensetime"
    as_of = NOW - dt.timedelta(minutes=16 if late else 0, seconds=7)
    if reference:
        as_of = dt.datetime(2026, 7, 24, 8, tzinfo=dt.UTC)
    if stale:
        as_of = NOW - dt.timedelta(minutes=47)
    return tuple(
        LineView(
            symbol=f"{issuer}.{exchange}",
            price=price,
            currency=currency if number == 0 else "CNY",
            shares=cap * 1e9 / price,
            fx_usd=1 / 7.78,
            as_of=as_of,
            source="reference" if reference else "yahoo" if late else "tencent",
            delay_minutes=15.0 if late else 0.0,
            stale=stale,
            exchange=exchange,
            delay_class="reference" if reference else "delayed" if late else "live",
        )
        for number, exchange in enumerate(exchanges.split())
    )


def _basket() -> Basket:
    total = sum(entry[6] for entry in ISSUERS)
    constituents = tuple(
        Constituent(
            issuer=issuer,
            name=name,
            name_zh=name_zh,
            subsector=subsector,
            region="CN",
            market_cap_usd=cap * 1e9,
            weight_pct=100 * cap / total,
            day_pct=day,
            day_contribution_usd=cap * 1e9 * day / 100,
            since_base_pct=since,
            contribution_usd=None if since is None else cap * 1e9 * (1 - 1 / (1 + since / 100)),
            price_usd=None if since is None else cap * 1e9 * 0.9 * (1 - 1 / (1 + since / 100)),
            fx_usd=None if since is None else cap * 1e9 * 0.1 * (1 - 1 / (1 + since / 100)),
            shares_usd=None if since is None else 0.0,
            new_usd=cap * 1e9 if since is None else None,
            forward_pe=None if issuer in ("moore", "sensetime") else 12 + cap / 20,
            price_sales=2 + cap / 40,
            ah_spread_pct=62.0 if issuer == "smic" else None,
            stale=issuer == "sensetime",
            lines=_lines(entry),
        )
        for entry in ISSUERS
        for issuer, name, name_zh, subsector, _, _, cap, day, since, _ in [entry]
    )
    return Basket(
        value_usd=1.7843e12,
        base_date=BASE,
        base_value_usd=0.915e12,
        change_usd=869e9,
        change_pct=95.0,
        index_level=185.4,
        like_for_like=LikeForLike(change_usd=782e9, change_pct=85.4, members=52),
        new_listings_usd=87e9,
        attribution=Attribution(
            price_usd=760e9, fx_usd=19e9, shares_usd=3e9, new_listings_usd=87e9, delistings_usd=0.0
        ),
        coverage=Coverage(priced=59, issuers=59),
        freshness=Freshness(
            live_pct=71.0,
            delayed_pct=24.0,
            close_pct=4.5,
            reference_pct=0.5,
            oldest_as_of=NOW - dt.timedelta(minutes=47),
            stale_pct=0.4,
            delay_minutes=15.0,
        ),
        constituents=constituents,
        day_usd=12.1e9,
        day_pct=0.68,
    )


def _share() -> Share:
    rows = (
        ("cloud", 1152, 12340, 0.06),
        ("ic_design", 278, 7560, -0.02),
        ("foundry", 127, 1580, 0.01),
        ("semicap", 138, 1120, 0.11),
        ("ai_software", 46, 1480, 0.0),
        ("data_centres", 22, 310, 0.03),
        ("memory", None, 1890, None),
        ("hardware", 21, 1030, 0.0),
    )
    return Share(
        listed_pct=6.53,
        with_private_pct=8.12,
        with_private_low_pct=7.6,
        with_private_high_pct=8.9,
        china_listed_usd=1.784e12,
        global_listed_usd=27.31e12,
        china_private_usd=0.41e12,
        global_private_usd=3.1e12,
        by_subsector=tuple(
            ShareRow(
                subsector=subsector,
                china_usd=None if china is None else china * 1e9,
                global_usd=world * 1e9,
                share_pct=None if china is None else 100 * china / world,
                day_pp=day,
            )
            for subsector, china, world, day in rows
        ),
        by_region=(
            RegionRow(region="US", value_usd=21.9e12, share_pct=80.2, issuers=61),
            RegionRow(region="CN", value_usd=1.784e12, share_pct=6.5, issuers=59),
            RegionRow(region="TW", value_usd=1.62e12, share_pct=5.9, issuers=7),
        ),
        private=(
            PrivateRow(
                company="Anthropic",
                side="peer",
                region="US",
                subsector="model_developers",
                date=dt.date(2026, 5, 28),
                kind="round",
                value_usd=965e9,
                low_usd=900e9,
                high_usd=1100e9,
                source="company",
            ),
            PrivateRow(
                company="ByteDance",
                side="china",
                region="CN",
                subsector="cloud",
                date=dt.date(2026, 4, 9),
                kind="press",
                value_usd=350e9,
                low_usd=300e9,
                high_usd=420e9,
                source="press",
            ),
        ),
        coverage=Coverage(priced=133, issuers=136, missing=("Kioxia", "Besi", "Hanmi")),
        freshness=Freshness(live_pct=5.0, delayed_pct=2.0, close_pct=93.0, reference_pct=0.0),
        day_pp=0.04,
    )


def _capex() -> Capex:
    windows = (
        ("2023-2025", dt.date(2023, 1, 1), dt.date(2025, 12, 31), 118.2, 832.5, 22.0, 11.1),
        ("LTM", dt.date(2025, 10, 1), dt.date(2026, 9, 30), 62.1, 598.0, 31.0, None),
        ("newest quarter", dt.date(2026, 7, 1), dt.date(2026, 9, 30), 17.9, 167.3, 35.0, None),
        ("plans", dt.date(2026, 1, 1), dt.date(2026, 12, 31), 84.0, 660.0, 100.0, None),
    )
    companies = (
        ("Alibaba", "CN", (3.6, 10.1, 16.9, 21.0, None), "actual"),
        ("Tencent", "CN", (3.3, 10.7, 11.0, 13.9, None), "actual"),
        ("ByteDance", "CN", (5.7, 11.1, 20.9, None, 28.0), "press"),
        ("Baidu", "CN", (1.6, 1.1, 1.7, 1.9, None), "actual"),
        ("Microsoft", "US", (35.2, 55.6, 83.1, 118.4, 145.0), "actual"),
        ("Alphabet", "US", (32.3, 52.5, 91.4, 128.9, 180.0), "actual"),
    )
    periods = ("2023", "2024", "2025", "LTM", "2026 plan")
    quarters = [f"{year}Q{quarter}" for year in (2023, 2024, 2025, 2026) for quarter in (1, 2, 3, 4)][:15]
    return Capex(
        windows=tuple(
            CapexWindow(
                label=label,
                start=start,
                end=end,
                china_usd=china * 1e9,
                us_usd=us * 1e9,
                ratio_pct=100 * china / us,
                estimate_pct=estimate,
                ratio_actual_pct=actual,
            )
            for label, start, end, china, us, estimate, actual in windows
        ),
        quarters=tuple(
            CapexQuarter(
                quarter=quarter,
                china_usd=ratio * 1e9,
                us_usd=100e9,
                ratio_pct=ratio,
            )
            for number, quarter in enumerate(quarters)
            for ratio in [9.1 + 4 * math.sin(number / 5)]
        ),
        companies=tuple(
            CapexRow(
                company=company,
                region=region,
                period=period,
                capex_usd=amount * 1e9,
                currency="USD",
                capex_local=amount * 1e9,
                kind="guidance" if "plan" in period and kind == "actual" else kind,
                known_on=dt.date(2026, 11, 1),
                source="filing" if kind == "actual" else "press",
            )
            for company, region, amounts, kind in companies
            for period, amount in zip(periods, amounts, strict=True)
            if amount is not None
        ),
        known_as_of=dt.date(2026, 11, 20),
    )


def _spreads() -> Spreads:
    rows: tuple[tuple[str, str, float, float, Stance, float | None, float, bool], ...] = (
        ("cloud", "forward_pe", 18.4, 25.9, "discount", 549e9, 6.0, False),
        ("ai_software", "price_sales", 4.6, 6.1, "discount", 13e9, 1.2, False),
        ("data_centres", "price_sales", 7.0, 11.0, "discount", 14e9, 2.1, False),
        ("ic_design", "forward_pe", 96.2, 27.1, "premium", None, -14.0, False),
        ("foundry", "forward_pe", 88.0, 21.5, "premium", None, 3.3, False),
        ("semicap", "forward_pe", 41.2, 33.0, "premium", None, 0.0, True),
        ("memory", "forward_pe", 33.6, 33.1, "parity", None, 0.4, False),
    )
    return Spreads(
        peers="global",
        total=SpreadTotal(
            china=23.1,
            peers=25.9,
            spread_pct=-11.0,
            matched_spread_pct=-16.0,
            narrowing_pp_30d=0.8,
            upside_to_parity_usd=231e9,
            china_coverage_pct=88.0,
            peers_coverage_pct=96.0,
            as_of=dt.date(2026, 11, 20),
        ),
        subsectors=tuple(
            SpreadRow(
                subsector=subsector,
                multiple=multiple,
                china=china,
                peers=peers,
                china_median=china * 1.1,
                peers_median=peers * 0.9,
                spread_pct=100 * (china / peers - 1),
                stance=stance,
                upside_to_parity_usd=upside,
                china_coverage_pct=42.0 if thin else 90.0,
                peers_coverage_pct=97.0,
                china_revenue_growth_pct=14.0,
                peers_revenue_growth_pct=19.0,
                china_earnings_growth_pct=9.0,
                peers_earnings_growth_pct=None,
                thin=thin,
                trend_pp_90d=trend,
                as_of=dt.date(2026, 11, 20),
                horizon="NTM",
            )
            for subsector, multiple, china, peers, stance, upside, trend, thin in rows
        ),
    )


def _models() -> Models:
    history = (
        ("2026-03-02", "4.1", "CN", "Kimi K3", "Moonshot", 52.0, 8.8, False),
        ("2026-05-14", "4.1", "US", "GPT-5.6", "OpenAI", 58.0, 10.3, False),
        ("2026-08-01", "4.1", "CN", "GLM-5.5", "Zhipu", 55.2, 4.8, False),
        ("2026-08-20", "4.3.2", "US", "Claude Opus 5.5", "Anthropic", 58.0, 22.4, True),
        ("2026-10-09", "4.3.2", "CN", "MiMo-V2.6-Pro", "Xiaomi", 46.0, 20.7, False),
    )
    return Models(
        index="Artificial Analysis",
        version="4.3.2",
        as_of=dt.date(2026, 11, 20),
        china=BestModel(model="MiMo-V2.6-Pro", developer="Xiaomi", score=46.0),
        us=BestModel(model="Claude Opus 5.5", developer="Anthropic", score=58.0),
        gap_pct=20.7,
        gap_points=12.0,
        previous=PreviousGap(as_of=dt.date(2026, 8, 15), version="4.1", gap_pct=4.8),
        history=tuple(
            ModelRow(
                date=dt.date.fromisoformat(date),
                version=version,
                region=region,
                model=model,
                developer=developer,
                score=score,
                gap_pct=gap,
                version_break=broken,
            )
            for date, version, region, model, developer, score, gap, broken in history
        ),
    )


def _catalysts() -> tuple[Catalyst, ...]:
    events = (
        ("2026-11-25", "earnings", "CN", "Alibaba results (September quarter)", 2, False),
        ("2026-11-27", "market", "US", "NYSE half day", 4, False),
        ("2026-12-31", "ipo", "CN", "IPO pipeline: Kunlunxin, YMTC, Moonshot", 38, True),
        ("2027-01-27", "earnings", "US", "US hyperscalers Q4, 2027 capex guidance", 65, True),
        ("2026-11-02", "export_control", "US", "Chip export rule amended", -21, False),
        ("2026-11-12", "policy", "CN", "AI+ implementation plan", -11, False),
    )
    return tuple(
        Catalyst(
            date=dt.date.fromisoformat(date),
            kind=kind,
            region=region,
            title=title,
            source="exchange",
            days=days,
            estimated=estimated,
        )
        for date, kind, region, title, days, estimated in events
    )


def _sessions() -> tuple[SessionView, ...]:
    def at(hours: int, minutes: int) -> dt.datetime:
        return NOW.replace(second=0) + dt.timedelta(hours=hours, minutes=minutes)

    return (
        SessionView(exchange="XSHG", state="open", next_change=at(0, 28)),
        SessionView(exchange="XSHE", state="open", next_change=at(0, 28)),
        SessionView(exchange="XHKG", state="open", next_change=at(1, 28)),
        SessionView(exchange="XTAI", state="closed", next_change=at(18, 28)),
        SessionView(exchange="XKRX", state="closed", next_change=at(17, 28)),
        SessionView(exchange="XTKS", state="holiday", next_change=at(17, 28), note="Labour Thanksgiving"),
        SessionView(exchange="XNYS", state="pre", next_change=at(7, 58)),
        SessionView(exchange="XAMS", state="closed", next_change=at(1, 28)),
        SessionView(exchange="XETR", state="closed", next_change=at(1, 28)),
    )
