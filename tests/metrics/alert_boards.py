"""Small Boards for alerts: a few figures, rows and dates that a test sets, all else absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from metrics.board import (
    Attribution,
    Basket,
    Board,
    Capex,
    CapexRow,
    Catalyst,
    Coverage,
    Freshness,
    LikeForLike,
    Models,
    Part,
    ProviderView,
    RemarkView,
    SameMoment,
    SessionView,
    Share,
    SpreadRow,
    Spreads,
    SpreadTotal,
    UniverseInfo,
)

NOW = dt.datetime(2026, 11, 24, 6, 32, tzinfo=dt.UTC)
"""A Tuesday."""
DAY = NOW.date()

P = TypeVar("P", bound=Part)


def made(kind: type[P], /, **known: Any) -> P:
    """A part in which whatever is not said is absent."""
    absent = {field.name: None for field in msgspec.structs.fields(kind) if field.required}
    return kind(**(absent | known))


def alert_board(
    *,
    listed_pct: float | None = 6.5,
    spreads: Mapping[str, float | None] | None = None,
    events: Mapping[str, int] | None = None,
    providers: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
    companies: Sequence[tuple[str, str, float]] = (),
    answered: bool = True,
) -> Board:
    """A Board. `events`: title → days from `DAY`; `providers`: name → state; `remarks`: subjects."""
    states = {"yahoo": "ok"} if providers is None else providers
    last_ok = NOW if answered else None
    coverage = Coverage(priced=1, issuers=2, missing=("kioxia",))
    return Board(
        as_of=NOW,
        mode="live",
        universe=UniverseInfo(name="default", issuers=2, lines=2),
        basket=made(
            Basket,
            value_usd=1.784e12,
            base_date=dt.date(2025, 1, 13),
            like_for_like=made(LikeForLike, members=0),
            attribution=made(Attribution),
            coverage=coverage,
            freshness=Freshness(oldest_as_of=NOW - dt.timedelta(hours=2)),
            constituents=(),
        ),
        share=made(Share, listed_pct=listed_pct, by_subsector=(), coverage=coverage, freshness=Freshness()),
        capex=Capex(
            windows=(),
            quarters=(),
            companies=tuple(
                made(CapexRow, company=company, period=period, capex_usd=usd)
                for company, period, usd in companies
            ),
        ),
        spreads=Spreads(
            peers="global",
            total=made(SpreadTotal),
            subsectors=tuple(_spread(name, value) for name, value in (spreads or {}).items()),
        ),
        models=made(Models),
        catalysts=tuple(
            made(Catalyst, date=DAY + dt.timedelta(days=days), kind="earnings", region="CN", title=title)
            for title, days in (events or {}).items()
        ),
        sessions=(SessionView(exchange="XHKG", state="open", next_change=NOW + dt.timedelta(minutes=28)),),
        providers=tuple(
            made(ProviderView, name=name, state=state, last_ok=last_ok, requests=1)
            for name, state in states.items()
        ),
        same_moment=made(SameMoment),
        remarks=tuple(RemarkView(subject=one, text="Lost.", at=NOW, severity="error") for one in remarks),
    )


def _spread(subsector: str, pct: float | None) -> SpreadRow:
    stance = None if pct is None else "premium" if pct > 0 else "discount"
    return made(SpreadRow, subsector=subsector, multiple="forward_pe", spread_pct=pct, stance=stance)
