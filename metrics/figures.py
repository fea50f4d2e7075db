"""Figures by Board path: value, unit, how it came about, and how much of its value is behind it.

`figure(board, "share.listed_pct")` takes what the Board keeps in `explain`; what it does not keep, such as
the cap of one constituent, is put together from the Board when somebody asks. A path that leads to no number,
or to one of which nothing can be said, gives `None`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from metrics.alert_paths import Attribute, Chosen, PathError, parse
from metrics.alert_values import chosen
from metrics.board import (
    Board,
    CapexRow,
    CapexWindow,
    Catalyst,
    Constituent,
    Explanation,
    LineView,
    ModelRow,
    Part,
    PrivateRow,
    RegionRow,
    SameMoment,
    Share,
    ShareRow,
    SpreadRow,
    SpreadTotal,
)
from metrics.constituents_explained import explain_constituent, explain_line
from metrics.figure_coverage import coverage_words
from metrics.rows_explained import (
    explain_capex,
    explain_catalyst,
    explain_model,
    explain_spread_row,
    explain_spread_total,
    explain_window,
)
from metrics.share_rows_explained import (
    explain_private,
    explain_region,
    explain_same_moment,
    explain_share,
    explain_subsector_share,
)

_NTH_CATALYST = re.compile(r"catalysts\[(\d+)\]\.days")
_UNITS = (
    (re.compile(r"_usd$"), "USD"),
    (re.compile(r"_pct$"), "%"),
    (re.compile(r"_pp_30d$"), "pp/30d"),
    (re.compile(r"_pp(_90d)?$"), "pp"),
    (re.compile(r"^(china|peers)(_median)?$|^forward_pe$|^price_sales$"), "×"),
    (re.compile(r"_points$"), "points"),
    (re.compile(r"^days$"), "days"),
)
_EXPLAIN: dict[type, Callable[[Board, Any, str], Explanation | None]] = {
    Constituent: explain_constituent,
    LineView: explain_line,
    SameMoment: explain_same_moment,
    Share: explain_share,
    ShareRow: explain_subsector_share,
    RegionRow: explain_region,
    PrivateRow: explain_private,
    CapexWindow: explain_window,
    CapexRow: explain_capex,
    SpreadTotal: explain_spread_total,
    SpreadRow: explain_spread_row,
    ModelRow: explain_model,
    Catalyst: explain_catalyst,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """One number of a Board.

    Attributes:
        value: As the Board has it; `None` is missing.
        unit: `USD`, `%`, `pp`, `pp/30d`, `×`, `points`, `days`, an ISO currency, or empty.
        coverage: What stands behind it, in words; empty for a single fact.
    """

    path: str
    value: float | None
    unit: str
    explanation: Explanation
    coverage: str = ""


def figure(board: Board, path: str) -> Figure | None:
    """The figure at a path; `None` where there is none that can be explained."""
    place = _place(board, path)
    if place is None:
        return None
    row, field = place
    explanation = board.explain.get(path)
    if explanation is None and type(row) in _EXPLAIN:
        explanation = _EXPLAIN[type(row)](board, row, field)
    if explanation is None:
        return None
    value = getattr(row, field)
    return Figure(
        path=path,
        value=None if value is None else float(value),
        unit=row.currency if isinstance(row, LineView) else _unit(field),
        explanation=explanation,
        coverage=coverage_words(board, row, path),
    )


def _place(board: Board, path: str) -> tuple[Part, str] | None:
    """The part that a path leads into, and the field in it that is a number."""
    if nth := _NTH_CATALYST.fullmatch(path):
        place = int(nth[1])
        return (board.catalysts[place], "days") if place < len(board.catalysts) else None
    try:
        parsed = parse(path)
    except PathError:
        return None
    *steps, last = parsed.steps
    if parsed.kind != "number" or not isinstance(last, Attribute):
        return None
    here: object = board
    for step in steps:
        match step:
            case Attribute(name):
                here = getattr(here, name)
            case Chosen(keys, fields) if isinstance(here, tuple):
                rows = chosen(here, keys, fields)
                here = rows[0] if len(rows) == 1 else None
        if here is None:
            return None
    return (here, last.name) if isinstance(here, Part) else None


def _unit(field: str) -> str:
    return next((unit for shape, unit in _UNITS if shape.search(field)), "")
