"""Pane 5: how far behind are the models?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from metrics.board import ModelRow, Point, PreviousGap, Trend
from widgets import names
from widgets.lines import Chunk, Line, Span, clip
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

COLUMNS = (
    Column(key="date", title="From", width=11, align="left"),
    Column(key="side", title="Side", width=6, align="left", priority=2, first_descending=False),
    Column(
        key="model", title="Best model", width=18, align="left", priority=0, grow=14, first_descending=False
    ),
    Column(key="score", title="Score", width=7, priority=0),
    Column(key="gap", title="Gap", width=7, priority=1),
    Column(key="version", title="Version", width=9, align="left", priority=3, first_descending=False),
    Column(
        key="developer", title="Developer", width=12, align="left", priority=4, grow=8, first_descending=False
    ),
)

BRIEF_NAME = 20
"""Cells of a model's name in the folded line."""


class ModelsPane(Pane):
    """The gap between the best Chinese and the best US model on one index version, never across two."""

    PANE_ID: ClassVar[str] = "models"
    PANE_KEY: ClassVar[str] = "5"
    TITLE: ClassVar[str] = "Model gap"
    SHORT: ClassVar[str] = "Models"
    HEADLINE_LINES: ClassVar[int] = 3
    TREND_PATH: ClassVar[str | None] = "models.gap_pct"
    EMPTY: ClassVar[str] = "no model score yet"

    def day(self, view: View) -> dt.date | None:
        """The day of the scores."""
        return view.board.models.as_of

    def subtitle(self, view: View) -> str:
        """The index, its version and its day."""
        models = view.board.models
        if models.index is None:
            return ""
        return f"{models.index} {models.version or ''}, {view.fmt.day(models.as_of)}"

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Gap and both models; the gap before, or that it cannot be compared."""
        models, fmt = view.board.models, view.fmt
        china, us = models.china, models.us
        if china is None or us is None:
            return (
                (Span(fmt.symbols.missing, "strong"), Span("no score of both sides on one version", "dim")),
            )
        second: list[Chunk] = [*previous(models.previous, view)]
        if models.stale_version:
            second.append(Span(f"version {models.stale_version} is out, no scores of it here", "warning"))
        if models.attribution:
            second.append(Span(models.attribution, "dim"))
        return (
            (
                gap(view),
                (
                    Span(fmt.number(china.score, 0), "strong"),
                    Span(f" {china.model}"),
                    Span(" against ", "dim"),
                    Span(fmt.number(us.score, 0), "strong"),
                    Span(f" {us.model}"),
                ),
            ),
            second,
        )

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Gap, both models and the index."""
        models = view.board.models
        if models.china is None or models.us is None:
            return ((Span(view.fmt.symbols.missing, "strong"),), ())
        return (
            (gap(view), Span(_short_names(models.china.model, models.us.model, view))),
            (Span(models.version or "", "dim"),),
        )

    def trend(self, view: View) -> Trend | None:
        """The gap by version; a version that scores old models again replaces the history of older ones."""
        trend = super().trend(view)
        if trend is None:
            return None
        kept: list[tuple[Point, ...]] = []
        for segment in reversed(trend.segments):
            points = tuple(point for point in segment if not kept or point.at < kept[-1][0].at)
            if points:
                kept.append(points)
        return replace(trend, segments=tuple(reversed(kept)))

    def columns(self, view: View) -> tuple[Column, ...]:  # noqa: ARG002 - the same whatever the Board
        """The frontier step by step."""
        return COLUMNS

    def rows(self, view: View) -> list[Row]:
        """Steps of the frontier by version, the newest first: scores of two versions do not compare."""
        since: dict[str, dt.date] = {}
        for row in view.board.models.history:
            since[row.version] = max(row.date, since.get(row.version, row.date))
        history = sorted(
            view.board.models.history,
            key=lambda row: (since[row.version], row.version, row.date),
            reverse=True,
        )
        return [_row(row, view) for row in history]


def gap(view: View) -> Line:
    """The gap in per cent of the US level; on an Elo board in points with the win rate."""
    models, fmt = view.board.models, view.fmt
    if models.gap_pct is not None:
        return (Span(fmt.percent(models.gap_pct), "strong"),)
    rate = (
        f" points, wins {fmt.percent(models.win_rate_pct, 0)}"
        if models.win_rate_pct is not None
        else " points"
    )
    return (Span(fmt.number(models.gap_points, 0), "strong"), Span(rate))


def _short_names(china: str, us: str, view: View) -> str:
    """Names of both models for one line, cut where they carry the settings of their test run."""
    ellipsis = view.fmt.symbols.ellipsis
    return f"{clip(china, BRIEF_NAME, ellipsis)} / {clip(us, BRIEF_NAME, ellipsis)}"


def previous(before: PreviousGap | None, view: View) -> Sequence[Chunk]:
    """The gap before; across a version break it is shown and not compared."""
    fmt = view.fmt
    if before is None:
        return ()
    day = f", {fmt.day(before.as_of, year=False)}" if before.comparable else ""
    stamp = f" (v{before.version}{day})"
    said: list[Chunk] = [(Span("before ", "dim"), Span(fmt.percent(before.gap_pct)), Span(stamp, "dim"))]
    now = view.board.models.gap_pct
    if not before.comparable:
        said.append(Span(f"{fmt.symbols.version_break} version break, not a move", "dim"))
    elif now is not None and before.gap_pct is not None:
        said.append(Span(f"{fmt.change(now - before.gap_pct, 1)} pp"))
    return said


def key_of(row: ModelRow) -> str:
    """Key of a step's row."""
    return f"{row.version}:{row.region}:{row.date}:{row.model}"


def _row(row: ModelRow, view: View) -> Row:
    fmt = view.fmt
    side = names.region(row.region, view.options.names)
    sign = f" {fmt.symbols.version_break}" if row.version_break else ""
    return Row(
        key_of(row),
        (
            Cell(fmt.day(row.date), row.date.toordinal()),
            Cell(side, side),
            Cell(row.model, row.model.casefold(), note="new version" if row.version_break else ""),
            Cell(fmt.number(row.score), row.score),
            Cell(fmt.percent(row.gap_pct), row.gap_pct),
            Cell(f"{row.version}{sign}", row.version, "dim"),
            Cell(row.developer, row.developer.casefold(), "dim"),
        ),
    )
