"""How each spread came about: its two multiples, and the multiple of every issuer behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metrics.board import Explanation, Input, SpreadRow, Spreads, SpreadTotal
from metrics.multiples import Multiple, newest
from metrics.spread_scene import Measure, counts, known_now
from metrics.words import MEASURES
from providers.universe import SUBSECTOR_NAMES, Issuer

if TYPE_CHECKING:
    from providers.market import Market

METHOD = "docs/methodology.md#spreads"


def explain(part: Spreads, market: Market, china_usd: Mapping[str, float | None]) -> dict[str, Explanation]:
    """Paths: `spreads.total.…` and `spreads.subsectors[cloud].spread_pct`, `….upside_to_parity_usd`.

    `china_usd`: market value of the Chinese issuers by subsector.
    """
    whom = "peers outside China" if part.peers == "global" else "US peers"
    found = {
        "spreads.total.spread_pct": _spread(f"Total spread, China to {whom}", "forward_pe", part.total, ()),
        "spreads.total.upside_to_parity_usd": _total_upside(part),
        "spreads.total.narrowing_pp_30d": Explanation(
            title=f"Narrowing of the total spread to {whom}",
            formula="-30 × least-squares slope per day of |total spread| over the last 180 days",
            inputs=(
                Input(label="total spread now", value=part.total.spread_pct, unit="%", day=part.total.as_of),
            ),
            method=METHOD,
        ),
    }
    members = _members(part, market)
    for row in part.subsectors:
        path = f"spreads.subsectors[{row.subsector}]"
        name = SUBSECTOR_NAMES.get(row.subsector, row.subsector)
        behind = members.get((row.multiple, row.subsector), ())
        found[f"{path}.spread_pct"] = _spread(f"{name}: China to {whom}", row.multiple, row, behind)
        if row.upside_to_parity_usd is not None:
            found[f"{path}.upside_to_parity_usd"] = Explanation(
                title=f"{name}: upside to parity with {whom}",
                formula="market value of all Chinese issuers × (peers' multiple ÷ China's multiple - 1)",
                inputs=(
                    *_two_sides(row),
                    Input(
                        label="market value of the Chinese issuers",
                        value=china_usd.get(row.subsector),
                        unit="USD",
                    ),
                ),
                method=METHOD,
                worked="{4} × ({1} ÷ {0} - 1)",
            )
    return found


def _members(part: Spreads, market: Market) -> dict[tuple[str, str], Sequence[Input]]:
    """Multiples in force by measure and subsector."""
    known = known_now(market)
    issuers = [issuer for issuer in known.issuers if counts(issuer, part.peers)]
    measures: tuple[Measure, ...] = ("forward_pe", "price_sales")
    found: dict[tuple[str, str], list[Input]] = {}
    for measure in measures:
        in_force = newest(known.books[measure], market.at.date())
        for issuer in issuers:
            if (multiple := in_force.get(issuer.id)) is not None:
                found.setdefault((measure, issuer.subsector), []).append(_member(issuer, measure, multiple))
    return {key: tuple(ones) for key, ones in found.items()}


def _member(issuer: Issuer, measure: Measure, multiple: Multiple) -> Input:
    if multiple.next_twelve_months:
        horizon = "next twelve months"
    elif multiple.fiscal_year_end is not None:
        horizon = f"fiscal year to {multiple.fiscal_year_end:%Y-%m}"
    else:
        horizon = "fiscal year not stated" if measure == "forward_pe" else "trailing"
    side = "China" if issuer.side == "china" else "peer"
    return Input(
        label=issuer.name,
        value=multiple.value,
        unit="×",
        source=multiple.source,
        day=dt.date.fromordinal(multiple.day),
        note=f"{side}, {MEASURES[measure]} as valued that day, {horizon}",
    )


def _spread(title: str, measure: str, row: SpreadRow | SpreadTotal, members: Sequence[Input]) -> Explanation:
    return Explanation(
        title=f"{title}, {MEASURES.get(measure, measure)}",
        formula="China ÷ peers - 1, each side Σ market cap ÷ Σ (market cap ÷ multiple)",
        inputs=(*_two_sides(row), *members),
        method=METHOD,
        worked="{0} ÷ {1} - 1",
    )


def _two_sides(row: SpreadRow | SpreadTotal) -> tuple[Input, ...]:
    return (
        Input(label="China's multiple", value=row.china, unit="×", day=row.as_of),
        Input(label="peers' multiple", value=row.peers, unit="×", day=row.as_of),
        Input(label="coverage of China's value", value=row.china_coverage_pct, unit="%"),
        Input(label="coverage of the peers' value", value=row.peers_coverage_pct, unit="%"),
    )


def _total_upside(part: Spreads) -> Explanation:
    inputs = tuple(
        Input(
            label=SUBSECTOR_NAMES.get(row.subsector, row.subsector),
            value=row.upside_to_parity_usd,
            unit="USD",
            day=row.as_of,
        )
        for row in part.subsectors
        if row.upside_to_parity_usd is not None
    )
    return Explanation(
        title="Upside if every discount closed",
        formula="Σ upside to parity of the subsectors at a discount",
        inputs=inputs,
        method=METHOD,
        worked=" + ".join(f"{{{place}}}" for place in range(len(inputs))),
    )
