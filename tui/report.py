"""A Board as plain tables, one section per pane: what `snapshot` prints as table, CSV and markdown.

Cells keep the Board's own values (`None` where it has none): CSV has full precision, the printed table
its fixed decimals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from metrics.board import Board
from widgets import names
from widgets.format import Format
from widgets.lines import harmless

Value = float | str | dt.date | None
Style = Callable[[Format, object], str]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A headline or a column: its path below the Board or the row, its name, and how it is written."""

    path: str
    title: str
    style: Style | None = None

    def value(self, owner: object) -> Value:
        """The figure in a Board or in a row; `None` where any step of the path is absent."""
        found: object = owner
        for step in self.path.split("."):
            if isinstance(found, tuple):
                found = found[int(step)] if int(step) < len(found) else None
            else:
                found = getattr(found, step, None)
        if isinstance(found, str):
            return harmless(found)
        return found if isinstance(found, float | int | dt.date) else None

    def text(self, value: Value, fmt: Format) -> str:
        """A value as it is printed."""
        if value is None:
            return fmt.symbols.missing
        if self.style is not None:
            return self.style(fmt, value)
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%MZ")
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One pane: its headlines with their values, then its table."""

    pane: str
    title: str
    headlines: tuple[tuple[Figure, Value], ...]
    columns: tuple[Figure, ...]
    rows: tuple[tuple[Value, ...], ...]


def _number(style: Callable[[Format, float], str]) -> Style:
    return lambda fmt, value: style(fmt, value) if isinstance(value, float | int) else str(value)


_MONEY = _number(Format.money)
_BILLIONS = _number(Format.billions)
_CHANGE_BN = _number(Format.signed_billions)
_PERCENT = _number(Format.percent)
_MULTIPLE = _number(Format.number)
_PRICE = _number(Format.price)
_SPREAD = _number(Format.spread)
_CHANGE = _number(lambda fmt, value: fmt.change(value, unit="%"))
_POINTS = _number(lambda fmt, value: fmt.change(value, unit=" pp"))


def _figures(*rows: tuple[str, str] | tuple[str, str, Style]) -> tuple[Figure, ...]:
    return tuple(Figure(path=row[0], title=row[1], style=row[2] if len(row) == 3 else None) for row in rows)


def _subsector(_: Format, value: object) -> str:
    return names.subsector(str(value), "en")


def _multiple(_: Format, value: object) -> str:
    return names.METRICS.get(str(value), str(value))


def _kind(_: Format, value: object) -> str:
    return names.kind(str(value))


HEADLINES = {
    "basket": _figures(
        ("basket.value_usd", "value", _MONEY),
        ("basket.day_pct", "today", _CHANGE),
        ("basket.change_usd", "since base, bn", _CHANGE_BN),
        ("basket.change_pct", "since base", _CHANGE),
        ("basket.like_for_like.change_usd", "same names, bn", _CHANGE_BN),
        ("basket.like_for_like.change_pct", "same names", _CHANGE),
        ("basket.attribution.price_usd", "price, bn", _CHANGE_BN),
        ("basket.attribution.fx_usd", "FX, bn", _CHANGE_BN),
        ("basket.attribution.shares_usd", "shares, bn", _CHANGE_BN),
        ("basket.new_listings_usd", "new listings, bn", _CHANGE_BN),
        ("basket.coverage.priced", "priced"),
        ("basket.coverage.issuers", "issuers"),
    ),
    "share": _figures(
        ("share.listed_pct", "listed", _PERCENT),
        ("share.with_private_pct", "with private", _PERCENT),
        ("share.with_private_low_pct", "low", _PERCENT),
        ("share.with_private_high_pct", "high", _PERCENT),
        ("share.china_listed_usd", "China listed", _MONEY),
        ("share.global_listed_usd", "all listed", _MONEY),
    ),
    "spreads": _figures(
        ("spreads.total.spread_pct", "total P/E", _SPREAD),
        ("spreads.total.matched_spread_pct", "same mix", _SPREAD),
        ("spreads.total.china", "China P/E", _MULTIPLE),
        ("spreads.total.peers", "peers P/E", _MULTIPLE),
        ("spreads.total.china_coverage_pct", "covers of China", _PERCENT),
        ("spreads.total.peers_coverage_pct", "of peers", _PERCENT),
        ("spreads.total.narrowing_pp_30d", "narrowing in 30 days", _POINTS),
        ("spreads.total.upside_to_parity_usd", "upside to parity", _MONEY),
    ),
    "models": _figures(
        ("models.gap_pct", "gap", _PERCENT),
        ("models.gap_points", "points", _MULTIPLE),
        ("models.china.model", "China"),
        ("models.us.model", "US"),
        ("models.index", "index"),
        ("models.version", "version"),
        ("models.as_of", "as of"),
    ),
    "catalysts": (),
}
COLUMNS = {
    "basket": _figures(
        ("name", "Name"),
        ("lines.0.price", "Last", _PRICE),
        ("lines.0.currency", "Cur"),
        ("day_pct", "Day", _CHANGE),
        ("market_cap_usd", "Cap bn", _BILLIONS),
        ("weight_pct", "Weight", _PERCENT),
        ("since_base_pct", "Since base", _CHANGE),
        ("contribution_usd", "Contr bn", _CHANGE_BN),
        ("subsector", "Subsector", _subsector),
        ("lines.0.as_of", "As of"),
        ("lines.0.source", "Source"),
    ),
    "share": _figures(
        ("subsector", "Subsector", _subsector),
        ("china_usd", "China bn", _BILLIONS),
        ("global_usd", "Global bn", _BILLIONS),
        ("share_pct", "Share", _PERCENT),
        ("day_pp", "Today", _POINTS),
    ),
    "capex": _figures(
        ("company", "Company"),
        ("region", "Region"),
        ("period", "Period"),
        ("capex_usd", "USD bn", _BILLIONS),
        ("kind", "Kind", _kind),
        ("known_on", "Known on"),
        ("source", "Source"),
    ),
    "spreads": _figures(
        ("subsector", "Subsector", _subsector),
        ("multiple", "Multiple", _multiple),
        ("china", "China", _MULTIPLE),
        ("peers", "Peers", _MULTIPLE),
        ("spread_pct", "Spread", _SPREAD),
        ("stance", "Stance"),
        ("china_coverage_pct", "China cover", _PERCENT),
        ("peers_coverage_pct", "Peers cover", _PERCENT),
        ("upside_to_parity_usd", "Upside bn", _CHANGE_BN),
    ),
    "models": _figures(
        ("date", "Date"),
        ("version", "Version"),
        ("region", "Region"),
        ("model", "Model"),
        ("developer", "Developer"),
        ("score", "Score", _MULTIPLE),
        ("gap_pct", "Gap", _PERCENT),
    ),
    "catalysts": _figures(
        ("date", "Date"),
        ("kind", "Kind", _kind),
        ("region", "Region"),
        ("title", "Title"),
        ("source", "Source"),
    ),
}


def sections(board: Board) -> dict[str, Section]:
    """Every pane of a Board, in their order."""
    peers = "US peers" if board.spreads.peers == "us" else "global peers outside China"
    tables: dict[str, tuple[str, tuple[object, ...]]] = {
        "basket": (f"Basket value, base {board.basket.base_date}", board.basket.constituents),
        "share": ("China's share of global AI", board.share.by_subsector),
        "capex": ("Capex ratio, China to US", board.capex.companies),
        "spreads": (f"Subsector spreads against {peers}", board.spreads.subsectors),
        "models": ("Model gap", board.models.history),
        "catalysts": ("Catalysts", board.catalysts),
    }
    windows = _figures(
        *((f"capex.windows.{n}.ratio_pct", w.label, _PERCENT) for n, w in enumerate(board.capex.windows))
    )
    return {
        pane: Section(
            pane=pane,
            title=title,
            headlines=tuple((figure, figure.value(board)) for figure in HEADLINES.get(pane, windows)),
            columns=COLUMNS[pane],
            rows=tuple(tuple(column.value(row) for column in COLUMNS[pane]) for row in rows),
        )
        for pane, (title, rows) in tables.items()
    }
