"""Pane 3: does China invest enough to catch up?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from metrics.board import CapexRow, CapexWindow
from widgets import names
from widgets.lines import Chunk, Line, Span
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

KIND_SIGNS = {"actual": " ", "estimate": "~", "press": "~", "guidance": "g"}
"""One cell after each figure, so that decimals stay in line."""


class CapexPane(Pane):
    """Chinese ÷ US capex by window and by quarter, and every company's figures by period."""

    PANE_ID: ClassVar[str] = "capex"
    PANE_KEY: ClassVar[str] = "3"
    TITLE: ClassVar[str] = "Capex ratio"
    SHORT: ClassVar[str] = "Capex"
    HEADLINE_LINES: ClassVar[int] = 3
    TREND_PATH: ClassVar[str | None] = "capex.quarters"
    EMPTY: ClassVar[str] = "no capex figure yet"

    def day(self, view: View) -> dt.date | None:
        """When the newest figure became known."""
        return view.board.capex.known_as_of

    def subtitle(self, view: View) -> str:
        """What the signs after figures mean, and how current the figures are."""
        known = view.board.capex.known_as_of
        return f"USD bn  ~ estimate, press  g guidance  {view.fmt.day(known)}"

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Ratio by window; the sums of the first one."""
        windows, fmt = view.board.capex.windows, view.fmt
        if not windows:
            return ((Span(fmt.symbols.missing, "strong"), Span("no capex window is complete yet", "dim")),)
        first = windows[0]
        china, us = fmt.billions(first.china_usd, 0), fmt.billions(first.us_usd, 0)
        sums = Span(f"China {china} of US {us} bn in {label(first)}", "dim")
        second: list[Chunk] = [sums]
        if first.ratio_actual_pct is not None:
            second.append((Span("actual only ", "dim"), Span(fmt.percent(first.ratio_actual_pct))))
        second += [
            Span(f"{label(window)} without {', '.join(sorted(window.missing))}", "warning")
            for window in known(windows)
            if window.missing
        ]
        return (ratios(windows, view), second)

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Ratio by window."""
        windows = view.board.capex.windows
        if not windows:
            return ((Span(view.fmt.symbols.missing, "strong"),), ())
        return (ratios(windows, view), ())

    def columns(self, view: View) -> tuple[Column, ...]:
        """Company, then years, the last four quarters, plans; half-years and quarters where there is room."""
        periods = sorted({row.period for row in view.board.capex.companies}, key=_period_order)
        return (
            Column(key="company", title="Company", width=13, align="left", grow=8, first_descending=False),
            *(_period_column(period, periods) for period in periods),
            Column(key="region", title="Region", width=7, align="left", priority=2, first_descending=False),
            Column(
                key="source",
                title="Source",
                width=12,
                align="left",
                priority=90,
                grow=30,
                first_descending=False,
            ),
        )

    def rows(self, view: View) -> list[Row]:
        """One row a company, China first, the largest newest figure first."""
        periods = sorted({row.period for row in view.board.capex.companies}, key=_period_order)
        companies: dict[tuple[str, str], dict[str, CapexRow]] = {}
        for row in view.board.capex.companies:
            companies.setdefault((row.region, row.company), {})[row.period] = row
        return [
            _row(region, company, [facts.get(period) for period in periods], view)
            for (region, company), facts in companies.items()
        ]


def label(window: CapexWindow) -> str:
    """Name of a window, short."""
    if window.label == "newest quarter":
        return f"Q{(window.start.month + 2) // 3} {window.start.year}"
    return window.label.replace("2023-20", "2023-")


def ratios(windows: Sequence[CapexWindow], view: View) -> list[Chunk]:
    """Each window's ratio, the first strong."""
    return [ratio(window, view, strong=number == 0) for number, window in enumerate(known(windows))]


def known(windows: Sequence[CapexWindow]) -> list[CapexWindow]:
    """The first window, and the others of which the ratio is known."""
    return [window for number, window in enumerate(windows) if number == 0 or window.ratio_pct is not None]


def ratio(window: CapexWindow, view: View, *, strong: bool) -> Line:
    """Ratio of one window and how much of the Chinese sum is not actual."""
    fmt = view.fmt
    text = f" {label(window)}"
    if window.estimate_pct and window.ratio_pct is not None:
        text += f" ({fmt.number(window.estimate_pct, 0)} % est.)"
    return (Span(fmt.percent(window.ratio_pct), "strong" if strong else ""), Span(text, "dim"))


def _period_order(period: str) -> tuple[int, str]:
    """Years, the last four quarters, plans for a year, half-years, quarters, plans for other spans."""
    span, _, plan = period.partition(" ")
    if plan:
        return (2 if span.isdigit() else 5, period)
    return (0 if span.isdigit() else 1 if span == "LTM" else 3 if "H" in span else 4, period)


def _period_priority(period: str, periods: Sequence[str]) -> int:
    rank, _ = _period_order(period)
    newest_first = len(periods) - periods.index(period)
    return {0: 0, 1: 0, 2: 1}.get(rank, 10 * rank + newest_first)


def _period_column(period: str, periods: Sequence[str]) -> Column:
    """A period's column; a blank in its title stands over the sign of the figures."""
    title = period[2:] if _period_order(period)[0] == 2 else f"{period} "
    return Column(
        key=period, title=title, width=max(7, len(title)), priority=_period_priority(period, periods)
    )


def _row(region: str, company: str, facts: Sequence[CapexRow | None], view: View) -> Row:
    fmt = view.fmt
    known = [fact for fact in facts if fact is not None]
    sources = ", ".join(dict.fromkeys(fact.source for fact in known))
    place = names.region(region, view.options.names)
    return Row(
        f"{region}:{company}",
        (
            Cell(company, company.casefold()),
            *(
                Cell(f"{fmt.symbols.missing} ")
                if fact is None or fact.capex_usd is None
                else Cell(fmt.billions(fact.capex_usd) + KIND_SIGNS.get(fact.kind, "~"), fact.capex_usd)
                for fact in facts
            ),
            Cell(place, place, "dim"),
            Cell(sources, sources, "dim"),
        ),
    )
