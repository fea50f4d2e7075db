"""Which figure of the Board a cell of a pane's table shows, as a Board path; and those of its headline.

Row keys and columns are those that the pane's own module gives its table. A cell of text has no path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metrics.board import Board
from widgets.basket import leading_line
from widgets.catalysts import key_of as catalyst_key
from widgets.models import key_of as model_key

BASKET = {
    "day": "day_pct", "cap": "market_cap_usd", "weight": "weight_pct", "day_bn": "day_contribution_usd",
    "since": "since_base_pct", "contribution": "contribution_usd", "forward_pe": "forward_pe",
    "price_sales": "price_sales", "ah": "ah_spread_pct", "price": "price_usd", "fx": "fx_usd",
    "shares": "shares_usd", "new": "new_usd",
}  # fmt: skip
SHARE: Mapping[str, Mapping[str, str]] = {
    "by_subsector": {
        "china": "china_usd", "global": "global_usd", "share": "share_pct", "day": "day_pp",
    },
    "by_region": {"china": "value_usd", "global": "value_usd", "share": "share_pct"},
    "private": {"china": "value_usd", "global": "value_usd", "band": "value_usd"},
}  # fmt: skip
SHARE_LISTS = {"subsector": "by_subsector", "region": "by_region", "private": "private"}
SPREADS = {
    "china": "china", "peers": "peers", "spread": "spread_pct", "upside": "upside_to_parity_usd",
    "trend": "trend_pp_90d", "stance": "spread_pct", "china_median": "china_median",
    "peers_median": "peers_median", "china_coverage": "china_coverage_pct",
    "peers_coverage": "peers_coverage_pct", "china_revenue": "china_revenue_growth_pct",
    "peers_revenue": "peers_revenue_growth_pct", "china_earnings": "china_earnings_growth_pct",
    "peers_earnings": "peers_earnings_growth_pct",
}  # fmt: skip
MODELS = {"score": "score", "gap": "gap_pct"}
CATALYSTS = frozenset({"days", "date"})


def cell_path(pane: str, board: Board, row: str, column: str) -> str | None:
    """Board path of the figure in a cell; `None` for a text, and for a row that the Board does not have."""
    return _CELLS[pane](board, row, column)


def headline_paths(pane: str, board: Board) -> tuple[str, ...]:
    """Board paths of the figures in a pane's headline, the first of them the one that it is about."""
    if pane == "capex":
        windows = [f"capex.windows[{window.label}]" for window in board.capex.windows]
        ratios = [f"{window}.ratio_pct" for window in windows]
        return (*ratios, *(f"{window}.ratio_actual_pct" for window in windows[:1]))
    if pane == "models" and board.models.gap_pct is None:
        return ("models.gap_points", "models.win_rate_pct")
    return _HEADLINES[pane]


_HEADLINES = {
    "basket": (
        "basket.value_usd",
        "basket.day_usd",
        "basket.day_pct",
        "basket.change_usd",
        "basket.change_pct",
        "basket.like_for_like.change_usd",
        "basket.like_for_like.change_pct",
        "basket.attribution.price_usd",
        "basket.attribution.fx_usd",
        "basket.attribution.shares_usd",
        "basket.attribution.new_listings_usd",
        "basket.index_level",
    ),
    "share": (
        "share.listed_pct",
        "share.with_private_pct",
        "share.with_private_low_pct",
        "share.with_private_high_pct",
        "share.day_pp",
        "same_moment.share_listed_pct",
        "same_moment.china_since_pct",
        "same_moment.peers_since_pct",
    ),
    "spreads": (
        "spreads.total.spread_pct",
        "spreads.total.matched_spread_pct",
        "spreads.total.upside_to_parity_usd",
        "spreads.total.narrowing_pp_30d",
    ),
    "models": ("models.gap_pct", "models.gap_points"),
    "catalysts": ("catalysts[0].days",),
}


def _basket(board: Board, row: str, column: str) -> str | None:
    path = f"basket.constituents[{row}]"
    if column in BASKET:
        return f"{path}.{BASKET[column]}"
    if column == "last":
        found = next((one for one in board.basket.constituents if one.issuer == row), None)
        line = leading_line(found) if found is not None else None
        return None if line is None else f"{path}.lines[{line.symbol}].price"
    return None


def _share(board: Board, row: str, column: str) -> str | None:
    group, _, name = row.partition(":")
    rows = SHARE_LISTS[group]
    field = SHARE[rows].get(column)
    chinese = group == "subsector" or row == "region:CN" or _is_chinese(board, name)
    if field is None or (column == "china" and not chinese):
        return None
    return f"share.{rows}[{name}].{field}"


def _is_chinese(board: Board, company: str) -> bool:
    return any((one.company, one.side) == (company, "china") for one in board.share.private)


def _capex(board: Board, row: str, column: str) -> str | None:
    _, _, company = row.partition(":")
    if not any((one.company, one.period) == (company, column) for one in board.capex.companies):
        return None
    return f"capex.companies[{company},{column}].capex_usd"


def _spreads(_: Board, row: str, column: str) -> str | None:
    return f"spreads.subsectors[{row}].{SPREADS[column]}" if column in SPREADS else None


def _models(board: Board, row: str, column: str) -> str | None:
    step = next((one for one in board.models.history if model_key(one) == row), None)
    if step is None or column not in MODELS:
        return None
    return f"models.history[{step.date},{step.version},{step.region}].{MODELS[column]}"


def _catalysts(board: Board, row: str, column: str) -> str | None:
    place = next((at for at, one in enumerate(board.catalysts) if catalyst_key(one) == row), None)
    return None if place is None or column not in CATALYSTS else f"catalysts[{place}].days"


_CELLS: dict[str, Callable[[Board, str, str], str | None]] = {
    "basket": _basket,
    "share": _share,
    "capex": _capex,
    "spreads": _spreads,
    "models": _models,
    "catalysts": _catalysts,
}
