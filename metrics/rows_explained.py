"""How the rows of capex, spreads, models and catalysts came about, from what the Board holds of them.

Computed when somebody asks, like those of the constituents. Where the Board does not keep what is behind a
figure, the formula says what it is and the inputs what is known of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from metrics.board import (
    Board,
    CapexRow,
    CapexWindow,
    Catalyst,
    Explanation,
    Input,
    ModelRow,
    SpreadRow,
    SpreadTotal,
)
from metrics.moves_explained import moved
from metrics.words import MEASURES
from providers.universe import SUBSECTOR_NAMES

_SPREADS = "docs/methodology.md#spreads"
_MONETISATION = "docs/methodology.md#monetisation"
_MODELS = "docs/methodology.md#model-gap"
_CAPEX = "docs/methodology.md#capex"
_CATALYSTS = "docs/methodology.md#catalysts"

_SIDES = {"china": "China", "peers": "peers"}
_GROWN = ("revenue", "earnings")


def explain_window(board: Board, row: CapexWindow, field: str) -> Explanation | None:
    """`capex.windows[row].ratio_actual_pct`; the ratio of all is kept, with its inputs."""
    kept = board.explain.get(f"capex.windows[{row.label}].ratio_pct")
    if field != "ratio_actual_pct" or kept is None:
        return None
    region = {one.company: one.region for one in board.capex.companies}
    actual = [one for one in kept.inputs if one.label in region and (one.note or "").endswith(" actual")]
    sums = [
        " + ".join(f"{{{place}}}" for place, one in enumerate(actual) if region[one.label] == side)
        for side in ("CN", "US")
    ]
    return Explanation(
        title=f"{kept.title}, actual figures only",
        formula=kept.formula,
        inputs=tuple(actual),
        method=_CAPEX,
        worked=f"({sums[0]}) ÷ ({sums[1]})" if all(sums) else "",
    )


def explain_capex(_: Board, row: CapexRow, field: str) -> Explanation | None:
    """`capex.companies[row].capex_usd`."""
    if field != "capex_usd":
        return None
    amount = Input(
        label="as reported",
        value=row.capex_local,
        unit=row.currency,
        source=row.source,
        day=row.known_on,
        note=row.kind,
    )
    title = f"Capex of {row.company}, {row.period} ({row.kind})"
    formula = "cash purchases of property and equipment, USD at the average rate of the period"
    if row.currency == "USD" or row.capex_local is None or not row.capex_usd:
        whole = row.currency == "USD" and row.capex_local == row.capex_usd
        return Explanation(
            title=title, formula=formula, inputs=(amount,), method=_CAPEX, worked="{0}" if whole else ""
        )
    rate = Input(
        label=f"{row.currency} per USD, average",
        value=row.capex_local / row.capex_usd,
        unit=row.currency,
        note="of the period's quarters, weighted by what was spent in them",
    )
    return Explanation(title=title, formula=formula, inputs=(amount, rate), method=_CAPEX, worked="{0} ÷ {1}")


def explain_spread_row(board: Board, row: SpreadRow, field: str) -> Explanation | None:
    """`spreads.subsectors[row]`: multiples, medians, coverage, growth and the trend of the spread."""
    side, _, rest = field.partition("_")
    if field == "trend_pp_90d":
        what = f"{_named(row)}: spread"
        return moved(
            what, row.spread_pct, row.trend_pp_90d, _SPREADS, when="90 days before", over="in 90 days"
        )
    if field == "upside_to_parity_usd":
        return Explanation(
            title=f"{_named(row)}: upside to parity",
            formula="set for a discount only",
            inputs=(Input(label="spread", value=row.spread_pct, unit="%", day=row.as_of),),
            method=_SPREADS,
        )
    if side not in _SIDES:
        return None
    whose = f"{_named(row)}: {_SIDES[side]}"
    measure = MEASURES.get(row.multiple, row.multiple)
    behind = _members(board.explain, row, side)
    covered = Input(label="coverage by value", value=getattr(row, f"{side}_coverage_pct"), unit="%")
    growth = {f"{of}_growth_pct": of for of in _GROWN}
    if rest in growth:
        return Explanation(
            title=f"{whose}, growth of {growth[rest]}",
            formula=f"Σ {growth[rest]} of the newest year ÷ Σ {growth[rest]} of the year before - 1",
            inputs=(Input(label="growth", value=getattr(row, field), unit="%", note="inputs not kept here"),),
            method=_MONETISATION,
        )
    words = {
        "": (f"{whose}, {measure}", "Σ market cap ÷ Σ (market cap ÷ multiple)", (covered, *behind)),
        "median": (f"{whose}, median {measure}", "median of the issuers' multiples now", behind),
        "coverage_pct": (
            f"{whose}, coverage",
            f"market cap of the issuers with {measure} ÷ market cap of all",
            behind,
        ),
    }
    if rest not in words:
        return None
    title, formula, inputs = words[rest]
    return Explanation(title=title, formula=formula, inputs=tuple(inputs), method=_SPREADS)


def explain_spread_total(board: Board, total: SpreadTotal, field: str) -> Explanation | None:
    """`spreads.total.matched_spread_pct`; the spread itself is kept."""
    if field != "matched_spread_pct":
        return None
    rows = [row for row in board.spreads.subsectors if row.multiple == "forward_pe"]
    return Explanation(
        title="Total spread in China's own mix of subsectors, forward P/E",
        formula="Σ China's value ÷ Σ (China's value × peers' multiple ÷ China's) - 1, over the subsectors",
        inputs=(
            Input(label="total spread, plain", value=total.spread_pct, unit="%", day=total.as_of),
            *(Input(label=_named(row), value=row.spread_pct, unit="%", day=row.as_of) for row in rows),
        ),
        method=_SPREADS,
    )


def explain_model(board: Board, row: ModelRow, field: str) -> Explanation | None:
    """`models.history[row].score`, `gap_pct`."""
    index = board.models.index or "the index"
    if field == "score":
        return Explanation(
            title=f"Score of {row.model} on {index} {row.version}",
            formula="score on this version of the index",
            inputs=(_score(board, row),),
            method=_MODELS,
            worked="{0}",
        )
    if field != "gap_pct":
        return None
    until = [one for one in board.models.history if one.version == row.version and one.date <= row.date]
    bests = [
        max((one for one in until if one.region == region), key=lambda one: one.score, default=None)
        for region in ("CN", "US")
    ]
    inputs = tuple(
        Input(label=f"best of {side}", value=None, unit="", note="not kept here")
        if best is None
        else _score(board, best)
        for side, best in zip(("China", "the US"), bests, strict=True)
    )
    return Explanation(
        title=f"Best Chinese model behind the best US model on {row.date:%d %b %Y}, {index} {row.version}",
        formula="1 - best Chinese score ÷ best US score",
        inputs=inputs,
        method=_MODELS,
        worked="1 - {0} ÷ {1}" if all(bests) and row.gap_pct is not None else "",
    )


def explain_catalyst(board: Board, row: Catalyst, field: str) -> Explanation | None:
    """`catalysts[place].days`."""
    if field != "days":
        return None
    return Explanation(
        title=f"Days until: {row.title}",
        formula="day of the event - day of the Board (UTC), in calendar days",
        inputs=(
            Input(
                label="day of the event",
                value=row.days,
                unit="days",
                source=row.source,
                day=row.date,
                note="inferred, not announced" if row.estimated else row.detail,
            ),
            Input(label="day of the Board", value=None, unit="", day=board.as_of.date()),
        ),
        method=_CATALYSTS,
    )


def _members(kept: Mapping[str, Explanation], row: SpreadRow, side: str) -> list[Input]:
    """The multiples of a side's issuers as they are kept for the spread."""
    spread = kept.get(f"spreads.subsectors[{row.subsector}].spread_pct")
    begins = "China," if side == "china" else "peer,"
    return [one for one in (spread.inputs if spread else ()) if (one.note or "").startswith(begins)]


def _score(board: Board, row: ModelRow) -> Input:
    side = {"CN": "China", "US": "US"}.get(row.region, row.region)
    return Input(
        label=f"{side}: {row.model}",
        value=row.score,
        unit="",
        source=board.models.source if row.version == board.models.version else None,
        day=row.date,
        note=row.developer or None,
    )


def _named(row: SpreadRow) -> str:
    return SUBSECTOR_NAMES.get(row.subsector, row.subsector)
