"""Small markets whose ratios can be worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from metrics.quarters import Span, parse_quarter
from providers.market import Market
from providers.records import (
    CapexFact,
    CapexKind,
    Confidence,
    Event,
    FxAverage,
    IndexVersion,
    ModelScore,
    Valuation,
    ValuationField,
)
from providers.universe import Issuer, Line, Side, Subsector, Universe

TODAY = dt.date(2026, 11, 24)
CASH = "cash purchases of property and equipment"


def market(
    *,
    today: dt.date = TODAY,
    issuers: Sequence[Issuer] = (),
    fx: Mapping[str, Mapping[dt.date, float]] | None = None,
    fx_averages: Sequence[FxAverage] = (),
    valuations: Sequence[Valuation] = (),
    capex: Sequence[CapexFact] = (),
    scores: Sequence[ModelScore] = (),
    index_versions: Sequence[IndexVersion] = (),
    events: Sequence[Event] = (),
) -> Market:
    rates = pd.DataFrame({currency: pd.Series(days) for currency, days in (fx or {}).items()})
    return Market(
        at=dt.datetime.combine(today, dt.time(16), dt.UTC),
        mode="live",
        universe=Universe(name="test", base_date=dt.date(2025, 1, 13), issuers=tuple(issuers)),
        closes=pd.DataFrame(),
        close_sources=pd.DataFrame(),
        fx=rates,
        fx_sources=pd.DataFrame(),
        fx_averages=tuple(fx_averages),
        valuations=tuple(valuations),
        capex=tuple(capex),
        scores=tuple(scores),
        index_versions=tuple(index_versions),
        events=tuple(events),
    )


def issuer(
    name: str,
    side: Side,
    subsector: Subsector = "cloud",
    region: str | None = None,
    currency: str = "USD",
) -> Issuer:
    return Issuer(
        id=name,
        name=name.title(),
        side=side,
        region=region or ("CN" if side == "china" else "US"),
        subsector=subsector,
        lines=(Line(symbol=name.upper(), issuer=name, exchange="XNYS", currency="USD"),),
        reporting_currency=currency,
    )


def valuation(
    name: str,
    value: float,
    field: ValuationField = "forward_pe",
    *,
    day: dt.date = TODAY,
    year_end: dt.date | None = None,
    currency: str | None = None,
    symbol: str | None = None,
) -> Valuation:
    return Valuation(
        source="vendor",
        issuer=name,
        day=day,
        field=field,
        value=value,
        fiscal_year_end=year_end,
        currency=currency,
        symbol=symbol,
    )


def caps(**usd: float) -> pd.Series[float]:
    return pd.Series(usd, dtype=float)


def daily(days: Sequence[dt.date], **usd: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame(usd, index=list(days), dtype=float)


NO_HISTORY = pd.DataFrame(dtype=float)


def period(first: str, last: str | None = None) -> Span:
    return Span(parse_quarter(first), parse_quarter(last or first))


def fact(
    company: str,
    span: Span,
    amount: float,
    *,
    kind: CapexKind = "actual",
    known_on: dt.date | None = None,
    currency: str = "USD",
    definition: str = CASH,
    confidence: Confidence = "medium",
    low: float | None = None,
    high: float | None = None,
) -> CapexFact:
    chinese = {"Tencent", "Alibaba", "Baidu", "ByteDance", "Kuaishou"}
    region: Literal["CN", "US"] = "CN" if company in chinese else "US"
    return CapexFact(
        source=f"{company} {span.label}",
        company=company,
        region=region,
        start=span.start,
        end=span.end,
        amount=amount,
        currency=currency,
        kind=kind,
        known_on=known_on or span.end + dt.timedelta(days=30),
        definition=definition,
        confidence=confidence,
        low=low,
        high=high,
    )


def quarters_of(company: str, first: str, last: str, amount: float) -> list[CapexFact]:
    return [fact(company, Span(one, one), amount) for one in period(first, last).quarters]


def score(
    region: Literal["CN", "US"],
    model: str,
    value: float,
    day: dt.date,
    *,
    version: str = "1.0",
    known_on: dt.date | None = None,
    index: str = "Artificial Analysis Intelligence Index",
    scale: Literal["level", "elo"] = "level",
) -> ModelScore:
    return ModelScore(
        source="board",
        index=index,
        version=version,
        region=region,
        model=model,
        developer=f"{model} Labs",
        score=value,
        day=day,
        known_on=known_on or day,
        scale=scale,
    )


def version(name: str, day: dt.date, index: str = "Artificial Analysis Intelligence Index") -> IndexVersion:
    return IndexVersion(source="board", index=index, version=name, day=day)
