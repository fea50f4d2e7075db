"""Capex ratio: what Chinese hyperscalers invest, as a share of what US hyperscalers invest.

    ratio = Σ capex of the Chinese companies ÷ Σ capex of the US companies, over the same quarters

Capex is cash purchases of property and equipment, without finance leases, in US dollars at the average rate
of the period. Only facts that were known on the day count, so any day's ratio can be computed again. A
company whose figures leave a gap in a window stands on neither side of it and is named; where fewer
than half of a side stand in a window, it has no ratio.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from metrics.board import Capex, CapexQuarter, CapexRow, CapexWindow, Explanation, Input
from metrics.capex_companies import HYPERSCALERS, Company, Position, companies_known
from metrics.quarters import Quarter, Span, quarter_label, quarter_of, trailing, year_span
from providers.market import Market

NOTE_YEARS = (2023, 2025)
SERIES_QUARTERS = 6
"""A company stands in the quarterly series when it has at least so many quarters in a row."""
METHOD = "docs/methodology.md#capex"

Side = Mapping[str, Position | None]


def capex(market: Market, known_on: dt.date | None = None) -> Capex:
    """Pane 3, as known at the end of `known_on` (default: the market's day)."""
    day = known_on or market.at.date()
    companies = companies_known(market, day)
    windows = _windows(companies, day)
    newest = _newest(companies, day, 1)
    return Capex(
        windows=tuple(_window(label, span, sides) for label, span, sides in windows),
        quarters=_quarters(companies, newest) if newest is not None else (),
        companies=tuple(_rows(companies, {label: span for label, span, _ in windows}, day)),
        known_as_of=max((fact.known_on for fact in market.capex if fact.known_on <= day), default=None),
    )


def quarter_ratios(market: Market) -> list[tuple[dt.date, float]]:
    """Last day of each quarter of the series and its ratio in per cent, ascending."""
    day = market.at.date()
    companies = companies_known(market, day)
    newest = _newest(companies, day, 1)
    rows = _series(companies, newest) if newest is not None else []
    return [(Span(one, one).end, 100 * china / us) for one, china, us in rows if us > 0]


def explain(part: Capex, market: Market) -> dict[str, Explanation]:
    """How each ratio came about: `capex.windows[LTM].ratio_pct`, `capex.quarters[2025Q3].ratio_pct`."""
    day = market.at.date()
    companies = companies_known(market, day)
    found: dict[str, Explanation] = {}
    for label, span, sides in _windows(companies, day):
        window = next((one for one in part.windows if one.label == label), None)
        if window is None:
            continue
        inputs = [_input(name, position) for side in sides.values() for name, position in side.items()]
        found[f"capex.windows[{label}].ratio_pct"] = Explanation(
            title=f"Chinese capex as a share of US capex, {label} ({span.label})",
            formula="Σ capex of Chinese hyperscalers ÷ Σ capex of US hyperscalers, USD at average rates",
            inputs=(
                Input(label="China", value=window.china_usd, unit="USD"),
                Input(label="US", value=window.us_usd, unit="USD"),
                Input(label="not actual, of the Chinese sum", value=window.estimate_pct, unit="%"),
                *inputs,
            ),
            method=METHOD,
            worked="{0} ÷ {1}",
        )
    for row in part.quarters:
        found[f"capex.quarters[{row.quarter}].ratio_pct"] = Explanation(
            title=f"Chinese capex as a share of US capex, {row.quarter}, same companies in every quarter",
            formula="Σ capex of Chinese hyperscalers ÷ Σ capex of US hyperscalers, USD at average rates",
            inputs=(
                Input(label="China", value=row.china_usd, unit="USD"),
                Input(label="US", value=row.us_usd, unit="USD"),
            ),
            method=METHOD,
            worked="{0} ÷ {1}",
        )
    return found


def _windows(companies: Mapping[str, Company], day: dt.date) -> list[tuple[str, Span, dict[str, Side]]]:
    note = year_span(*NOTE_YEARS)
    # Where too few companies report quarters, the window is the last one that is over, and stays empty.
    over = quarter_of(day) - 1
    ltm, quarter = _newest(companies, day, 4), _newest(companies, day, 1)
    trailing_year = trailing(over if ltm is None else ltm, 4)
    newest = trailing(over if quarter is None else quarter, 1)
    year = _plan_year(companies, day)
    return [
        ("2023-2025", note, _sides(companies, lambda company: company.over(note))),
        ("LTM", trailing_year, _sides(companies, lambda company: company.over(trailing_year))),
        ("newest quarter", newest, _sides(companies, lambda company: company.over(newest))),
        ("plans", year_span(year), _sides(companies, lambda company: company.plan(year))),
    ]


def _sides(companies: Mapping[str, Company], figure: Callable[[Company], Position | None]) -> dict[str, Side]:
    return {
        region: {name: figure(companies[name]) if name in companies else None for name in names}
        for region, names in HYPERSCALERS.items()
    }


def _newest(companies: Mapping[str, Company], day: dt.date, length: int) -> Quarter | None:
    """The newest quarter whose `length` trailing quarters most quarterly reporters of each side have."""
    reporters = [
        [companies[name] for name in names if name in companies and companies[name].reports_quarters]
        for names in HYPERSCALERS.values()
    ]
    for quarter in range(quarter_of(day), quarter_of(day) - 8, -1):
        span = trailing(quarter, length)
        if all(2 * sum(one.over(span) is not None for one in side) > len(side) for side in reporters):
            return quarter
    return None


def _plan_year(companies: Mapping[str, Company], day: dt.date) -> int:
    """Next year when both sides have a plan for it, else this year."""
    planned = _sides(companies, lambda company: company.plan(day.year + 1))
    return day.year + 1 if all(any(side.values()) for side in planned.values()) else day.year


def _window(label: str, span: Span, sides: Mapping[str, Side]) -> CapexWindow:
    china, us = _total(sides["CN"].values()), _total(sides["US"].values())
    actual = [
        _total(one for one in sides[side].values() if one and one.kind == "actual") for side in ("CN", "US")
    ]
    enough = all(2 * sum(one is not None for one in side.values()) >= len(side) for side in sides.values())
    return CapexWindow(
        label=label,
        start=span.start,
        end=span.end,
        china_usd=china,
        us_usd=us,
        ratio_pct=_ratio(china, us) if enough else None,
        estimate_pct=100 * (1 - (actual[0] or 0.0) / china) if china else None,
        ratio_actual_pct=_ratio(*actual) if enough else None,
        missing=tuple(name for side in sides.values() for name, position in side.items() if position is None),
    )


def _series(companies: Mapping[str, Company], newest: Quarter) -> list[tuple[Quarter, float, float]]:
    """Quarter, Chinese and US sum, as far back as every company that stands in it goes."""
    chosen: list[list[dict[Quarter, float]]] = []
    for names in HYPERSCALERS.values():
        runs = [_run(companies[name], newest) for name in names if name in companies]
        long = [run for run in runs if len(run) >= SERIES_QUARTERS] or [run for run in runs if run]
        if not long:
            return []
        chosen.append(long)
    reach = min(len(run) for side in chosen for run in side)
    return [
        (quarter, sum(run[quarter] for run in chosen[0]), sum(run[quarter] for run in chosen[1]))
        for quarter in range(newest - reach + 1, newest + 1)
    ]


def _run(company: Company, newest: Quarter) -> dict[Quarter, float]:
    """The unbroken quarters that end with the newest, in USD."""
    run: dict[Quarter, float] = {}
    quarter = newest
    while (position := company.over(Span(quarter, quarter))) is not None:
        run[quarter] = position.usd
        quarter -= 1
    return run


def _quarters(companies: Mapping[str, Company], newest: Quarter) -> tuple[CapexQuarter, ...]:
    return tuple(
        CapexQuarter(quarter=quarter_label(one), china_usd=china, us_usd=us, ratio_pct=_ratio(china, us))
        for one, china, us in _series(companies, newest)
    )


def _rows(companies: Mapping[str, Company], spans: Mapping[str, Span], day: dt.date) -> Iterable[CapexRow]:
    order = [name for names in HYPERSCALERS.values() for name in names if name in companies]
    others = sorted(set(companies) - set(order), key=lambda name: (companies[name].region, name))
    years = range(NOTE_YEARS[0], day.year + 1)
    for name in (*order, *others):
        company = companies[name]
        figures = [(str(year), company.over(year_span(year))) for year in years]
        figures += [(position.span.label, position) for position in company.newest()]
        figures.append(("LTM", company.over(spans["LTM"])))
        figures += [(f"{position.span.label} plan", position) for position in company.planned()]
        for period, position in figures:
            if position is not None:
                yield CapexRow(
                    company=name,
                    region=company.region,
                    period=period,
                    capex_usd=position.usd,
                    currency=position.currency,
                    capex_local=position.local,
                    kind=position.kind,
                    known_on=position.known_on,
                    source=position.source,
                )


def _input(name: str, position: Position | None) -> Input:
    if position is None:
        return Input(
            label=name, value=None, unit="USD", note="no figure for the whole window: on neither side"
        )
    local = f"{position.local:,.0f} {position.currency}, " if position.local is not None else ""
    return Input(
        label=name,
        value=position.usd,
        unit="USD",
        source=position.source,
        day=position.known_on,
        note=f"{local}{position.kind}",
    )


def _total(positions: Iterable[Position | None]) -> float | None:
    known = [position.usd for position in positions if position is not None]
    return sum(known) if known else None


def _ratio(china: float | None, us: float | None) -> float | None:
    return 100 * china / us if china is not None and us else None
