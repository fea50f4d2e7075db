"""Pane 2: how much of global AI is that?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from metrics.board import PrivateRow, RegionRow, ShareRow
from widgets import names
from widgets.format import Format, direction
from widgets.lines import Chunk, Line, Span
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

COLUMNS = (
    Column(key="name", title="Subsector", width=18, align="left", grow=8, first_descending=False),
    Column(key="china", title="China bn", width=8, priority=1),
    Column(key="global", title="Global bn", width=9, priority=1),
    Column(key="share", title="Share", width=7, priority=0),
    Column(key="day", title="1D pp", width=7, priority=2),
    Column(key="group", title="Group", width=9, align="left", priority=3, first_descending=False),
    Column(key="band", title="Low-high bn", width=15, priority=4),
    Column(key="dated", title="Dated", width=11, priority=4),
    Column(key="kind", title="Kind", width=9, align="left", priority=5, first_descending=False),
    Column(key="source", title="Source", width=12, align="left", priority=6, grow=20, first_descending=False),
)


class SharePane(Pane):
    """Listed share, the range with private companies, and what they are made of."""

    PANE_ID: ClassVar[str] = "share"
    PANE_KEY: ClassVar[str] = "2"
    TITLE: ClassVar[str] = "China's share of global AI"
    SHORT: ClassVar[str] = "Share"
    HEADLINE_LINES: ClassVar[int] = 3
    TREND_PATH: ClassVar[str | None] = "share.listed_pct"
    EMPTY: ClassVar[str] = "no listed value yet"

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Share now; share at the last common close and what each side moved since."""
        share, same, fmt = view.board.share, view.board.same_moment, view.fmt
        moment: tuple[Chunk, ...] = (Span("no common close yet", "dim"),)
        if same.at is not None:
            common = fmt.day(same.at, year=False)
            moment = (
                (
                    Span(f"at {common} close ", "dim"),
                    Span(fmt.percent(same.share_listed_pct, 2)),
                ),
                _since("China since", same.china_since_pct, fmt),
                _since("peers", same.peers_since_pct, fmt),
            )
        return (
            (
                (Span(fmt.percent(share.listed_pct), "strong"), Span(" listed")),
                with_private(view),
                Span(fmt.change(share.day_pp, 2, " pp"), direction(share.day_pp, 2)),
            ),
            moment,
        )

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Both shares and the day."""
        share, fmt = view.board.share, view.fmt
        return (
            ((Span(fmt.percent(share.listed_pct), "strong"), Span(" listed")), with_private(view)),
            (Span(fmt.change(share.day_pp, 2, " pp"), direction(share.day_pp, 2)),),
        )

    def columns(self, view: View) -> tuple[Column, ...]:  # noqa: ARG002 - the same whatever the Board
        """Value on both sides and the share."""
        return COLUMNS

    def rows(self, view: View) -> list[Row]:
        """Subsectors, then regions, then private companies."""
        share = view.board.share
        private = sorted(share.private, key=lambda row: -row.value_usd)
        return [
            *(_subsector(row, view) for row in share.by_subsector),
            *(_region(row, view) for row in share.by_region),
            *(_private(row, view) for row in private),
        ]


def with_private(view: View) -> Line:
    """The share with private companies and its range."""
    share, fmt = view.board.share, view.fmt
    low, high = fmt.number(share.with_private_low_pct), fmt.number(share.with_private_high_pct)
    text = f" with private ({low}{fmt.symbols.dash}{high})"
    return (Span(fmt.percent(share.with_private_pct), "strong"), Span(text))


def _since(label: str, pct: float | None, fmt: Format) -> Line:
    return (Span(f"{label} ", "dim"), Span(fmt.signed_percent(pct, 2), direction(pct, 2)))


def _group(text: str) -> Cell:
    return Cell(text, text, "dim")


def _subsector(row: ShareRow, view: View) -> Row:
    fmt = view.fmt
    name = names.subsector(row.subsector, view.options.names)
    return Row(
        f"subsector:{row.subsector}",
        (
            Cell(name, name.casefold()),
            Cell(fmt.billions(row.china_usd, 0), row.china_usd),
            Cell(fmt.billions(row.global_usd, 0), row.global_usd),
            Cell(fmt.percent(row.share_pct), row.share_pct),
            Cell(fmt.change(row.day_pp), row.day_pp, direction(row.day_pp, 2)),
            _group("subsector"),
            Cell(""),
            Cell(""),
            Cell(""),
            Cell(""),
        ),
    )


def _region(row: RegionRow, view: View) -> Row:
    fmt = view.fmt
    name = names.region(row.region, view.options.names)
    china = row.value_usd if row.region == "CN" else None
    return Row(
        f"region:{row.region}",
        (
            Cell(name, name.casefold(), note=f"{row.issuers} listed"),
            Cell(fmt.billions(china, 0) if row.region == "CN" else "", china),
            Cell(fmt.billions(row.value_usd, 0), row.value_usd),
            Cell(fmt.percent(row.share_pct), row.share_pct),
            Cell(""),
            _group("region"),
            Cell(""),
            Cell(""),
            Cell(""),
            Cell(""),
        ),
    )


def _private(row: PrivateRow, view: View) -> Row:
    fmt = view.fmt
    china = row.value_usd if row.side == "china" else None
    band = f"{fmt.billions(row.low_usd, 0)}{fmt.symbols.dash}{fmt.billions(row.high_usd, 0)}"
    value = fmt.estimate(fmt.billions(row.value_usd, 0), estimated=row.kind == "press")
    return Row(
        f"private:{row.company}",
        (
            Cell(row.company, row.company.casefold(), note="private"),
            Cell(value if row.side == "china" else "", china),
            Cell(value, row.value_usd),
            Cell(""),
            Cell(""),
            _group("private"),
            Cell(band, row.low_usd),
            Cell(fmt.day(row.date), row.date.toordinal()),
            Cell(names.kind(row.kind), row.kind, "dim"),
            Cell(row.source, row.source, "dim"),
        ),
    )
