"""Pane 6: what could move it next?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from metrics.board import Catalyst
from widgets import names
from widgets.lines import Chunk, Line, Span
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

COLUMNS = (
    Column(key="days", title="In", width=6, first_descending=False),
    Column(key="date", title="Date", width=9, priority=1, first_descending=False),
    Column(key="title", title="Event", width=34, align="left", priority=0, grow=60, first_descending=False),
    Column(key="kind", title="Kind", width=9, align="left", priority=2, first_descending=False),
    Column(key="region", title="Region", width=6, align="left", priority=3, first_descending=False),
    Column(key="detail", title="Detail", width=20, align="left", priority=4, grow=60, first_descending=False),
    Column(key="source", title="Source", width=12, align="left", priority=5, grow=20, first_descending=False),
)


class CatalystsPane(Pane):
    """Dated events, the next one first, past ones after them."""

    PANE_ID: ClassVar[str] = "catalysts"
    PANE_KEY: ClassVar[str] = "6"
    TITLE: ClassVar[str] = "Catalysts"
    SHORT: ClassVar[str] = "Next"
    HEADLINE_LINES: ClassVar[int] = 1
    EMPTY: ClassVar[str] = "no dated event is known"

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """The next event with its countdown."""
        return (upcoming(view),)

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """The next events."""
        return upcoming(view), ()

    def columns(self, view: View) -> tuple[Column, ...]:  # noqa: ARG002 - the same whatever the Board
        """When, what, where."""
        return COLUMNS

    def rows(self, view: View) -> list[Row]:
        """To come, the nearest first; then past ones, the newest first."""
        events = view.board.catalysts
        coming = sorted((event for event in events if _days(event, view) >= 0), key=lambda event: event.date)
        past = sorted(
            (event for event in events if _days(event, view) < 0), key=lambda event: event.date, reverse=True
        )
        return [_row(event, view) for event in [*coming, *past]]


def upcoming(view: View) -> Sequence[Chunk]:
    """The next event with its countdown, then the one after it."""
    coming = sorted(
        (event for event in view.board.catalysts if _days(event, view) >= 0), key=lambda event: event.date
    )
    if not coming:
        return (Span(view.fmt.symbols.missing, "strong"), Span("nothing dated ahead", "dim"))
    first, *later = coming
    chunks: list[Chunk] = [(Span(countdown(first, view), "strong"), Span(f"  {first.title}"))]
    chunks += [Span(f"{countdown(event, view)}  {event.title}", "dim") for event in later[:1]]
    return chunks


def countdown(event: Catalyst, view: View) -> str:
    """Days to an event: `today`, `2 d`, `~38 d` when its day is inferred, `-5 d` when it is past."""
    days = _days(event, view)
    text = "today" if days == 0 else f"{days} d"
    return f"~{text}" if event.estimated else text


def _days(event: Catalyst, view: View) -> int:
    """Days from the Board's day, which the metrics count; without them from the reader's day."""
    if event.days is not None:
        return event.days
    return (event.date - view.now.astimezone(view.options.zone).date()).days


def key_of(event: Catalyst) -> str:
    """Key of an event's row."""
    return f"{event.date}:{event.kind}:{event.title}"


def _row(event: Catalyst, view: View) -> Row:
    fmt, days = view.fmt, _days(event, view)
    tone = "dim" if days < 0 else ""
    this_year = event.date.year == view.now.year
    place = names.region(event.region, view.options.names)
    kind = names.kind(event.kind)
    date = (
        fmt.day(event.date, year=False)
        if this_year
        else f"{fmt.day(event.date, year=False)} {event.date.year % 100:02d}"
    )
    return Row(
        key_of(event),
        (
            Cell(countdown(event, view), days, tone or "strong"),
            Cell(date, event.date.toordinal(), tone),
            Cell(event.title, event.title.casefold(), tone),
            Cell(kind, kind, "dim"),
            Cell(place, place, "dim"),
            Cell(event.detail or "", event.detail, tone),
            Cell(event.source, event.source, "dim"),
        ),
    )
