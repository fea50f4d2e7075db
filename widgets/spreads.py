"""Pane 4: where is the discount, where the premium?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from metrics.board import SpreadRow
from widgets import names
from widgets.lines import Chunk, Line, Span
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

PEERS = {"global": "global ex China", "us": "US only"}
COLUMNS = (
    Column(key="name", title="Subsector", width=17, align="left", grow=8, first_descending=False),
    Column(key="metric", title="Metric", width=7, align="left", priority=4, first_descending=False),
    Column(key="china", title="China", width=6, priority=1),
    Column(key="peers", title="Peers", width=6, priority=1),
    Column(key="spread", title="Spread", width=8, priority=0),
    Column(key="upside", title="Upside", width=7, priority=2),
    Column(key="trend", title="90D pp", width=7, priority=3),
    Column(key="stance", title="Stance", width=8, align="left", priority=5, first_descending=False),
    Column(key="china_median", title="China med", width=9, priority=6),
    Column(key="peers_median", title="Peers med", width=9, priority=6),
    Column(key="china_coverage", title="China cov", width=9, priority=7),
    Column(key="peers_coverage", title="Peers cov", width=9, priority=7),
    Column(key="china_revenue", title="China rev", width=9, priority=8),
    Column(key="peers_revenue", title="Peers rev", width=9, priority=8),
    Column(key="china_earnings", title="China earn", width=10, priority=9),
    Column(key="peers_earnings", title="Peers earn", width=10, priority=9),
    Column(key="as_of", title="As of", width=11, priority=10),
    Column(
        key="horizon", title="Horizon", width=12, align="left", priority=11, grow=20, first_descending=False
    ),
)


class SpreadsPane(Pane):
    """Multiples of both sides by subsector, and what parity would add."""

    PANE_ID: ClassVar[str] = "spreads"
    PANE_KEY: ClassVar[str] = "4"
    TITLE: ClassVar[str] = "Subsector spreads"
    SHORT: ClassVar[str] = "Spreads"
    HEADLINE_LINES: ClassVar[int] = 3
    TREND_PATH: ClassVar[str | None] = "spreads.total.spread_pct"
    EMPTY: ClassVar[str] = "no multiple yet"

    def subtitle(self, view: View) -> str:
        """Who the peers are."""
        return f"China against {PEERS[view.board.spreads.peers]}, upside in USD bn"

    def trend_value(self, view: View, value: float) -> str:
        """Per cent with a sign."""
        return view.fmt.spread(value)

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Total gap, as it is and in China's mix, upside, narrowing; then what is behind it."""
        total, fmt = view.board.spreads.total, view.fmt
        covered = (
            f"{fmt.number(total.china_coverage_pct, 0)} % and {fmt.number(total.peers_coverage_pct, 0)} %"
        )
        return (
            (
                total_gap(view),
                (Span("same mix ", "dim"), Span(fmt.spread(total.matched_spread_pct))),
                (Span("to parity ", "dim"), Span(f"{fmt.signed_billions(total.upside_to_parity_usd)} bn")),
                Span(narrowing(view)),
            ),
            (
                (
                    Span("China ", "dim"),
                    Span(fmt.number(total.china)),
                    Span(" peers ", "dim"),
                    Span(fmt.number(total.peers)),
                ),
                Span(f"covers {covered}", "dim"),
                Span(fmt.day(total.as_of), "dim"),
            ),
        )

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Total gap and the widest subsectors either way."""
        spreads, fmt = view.board.spreads, view.fmt
        known = [row for row in spreads.subsectors if row.spread_pct is not None]
        ordered = sorted(known, key=lambda row: row.spread_pct or 0.0)
        extremes = [ordered[0], ordered[-1]] if len(ordered) > 1 else ordered
        chunks: list[Chunk] = [total_gap(view)]
        chunks += [
            Span(f"{names.subsector(row.subsector, view.options.names)} {fmt.spread(row.spread_pct)}")
            for row in extremes
        ]
        return chunks, (Span(narrowing(view)),)

    def columns(self, view: View) -> tuple[Column, ...]:  # noqa: ARG002 - the same whatever the Board
        """Multiples, spread, upside, then medians, coverage and growth."""
        return COLUMNS

    def rows(self, view: View) -> list[Row]:
        """Subsectors as the Board has them."""
        return [_row(row, view) for row in view.board.spreads.subsectors]


def total_gap(view: View) -> Line:
    """The gap of all subsectors together, marked where it stands on less than half of a side."""
    total = view.board.spreads.total
    gap = (Span(view.fmt.spread(total.spread_pct), "strong"), Span(" total P/E"))
    return (*gap, Span(" thin", "warning")) if total.thin else gap


def narrowing(view: View) -> str:
    """Whether the gap closes, and how fast."""
    slope, fmt = view.board.spreads.total.narrowing_pp_30d, view.fmt
    if slope is None:
        return f"trend {fmt.symbols.missing}"
    rate = round(slope, 1)
    word = "steady" if rate == 0 else "closing" if rate > 0 else "widening"
    return f"{word} {fmt.number(abs(slope))} pp/30d"


def _row(row: SpreadRow, view: View) -> Row:
    fmt = view.fmt
    name = names.subsector(row.subsector, view.options.names)
    covers = [pct for pct in (row.china_coverage_pct, row.peers_coverage_pct) if pct is not None]
    arrow = {"discount": fmt.symbols.down, "premium": fmt.symbols.up}.get(row.stance or "", " ")

    def level(value: float | None) -> Cell:
        return Cell(fmt.number(value), value)

    def growth(value: float | None) -> Cell:
        return Cell(f"{fmt.signed(value, 0)} %" if value is not None else fmt.symbols.missing, value)

    def share(value: float | None) -> Cell:
        return Cell(fmt.percent(value, 0), value)

    return Row(
        row.subsector,
        (
            Cell(name, name.casefold(), note=f"{min(covers):.0f}%" if row.thin and covers else ""),
            Cell(names.METRICS.get(row.multiple, row.multiple), row.multiple, "dim"),
            level(row.china),
            level(row.peers),
            Cell(f"{fmt.spread(row.spread_pct)} {arrow}", row.spread_pct, "strong"),
            Cell(fmt.signed_billions(row.upside_to_parity_usd, 0), row.upside_to_parity_usd),
            Cell(fmt.signed(row.trend_pp_90d), row.trend_pp_90d),
            Cell(row.stance or fmt.symbols.missing, row.stance),
            level(row.china_median),
            level(row.peers_median),
            share(row.china_coverage_pct),
            share(row.peers_coverage_pct),
            growth(row.china_revenue_growth_pct),
            growth(row.peers_revenue_growth_pct),
            growth(row.china_earnings_growth_pct),
            growth(row.peers_earnings_growth_pct),
            Cell(fmt.day(row.as_of), row.as_of.toordinal() if row.as_of else None),
            Cell(row.horizon or fmt.symbols.missing, row.horizon, "dim"),
        ),
    )
