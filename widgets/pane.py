"""Pane: one question of the Board with its headline, trend and table, in three forms.

`full`: framed, headline, trend line, table. `folded`: one line of an accordion, its headline still live.
`zoomed`: the whole screen, with a chart in place of the trend line and room for every column.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from metrics.board import Board, Trend, Trends
from widgets.chart import Chart, Mark
from widgets.lines import Chunk, Line, Lines, Span, clip, ends, fit, flow, harmless
from widgets.live_table import LiveTable
from widgets.options import DisplayOptions, View
from widgets.table_layout import Column, Row
from widgets.trend_line import TrendLine

Form = Literal["full", "folded", "zoomed"]
LABEL_WIDTH = 11
BORDER_CELLS = 6
"""Corners, a stroke of the border and a blank at both ends of a title."""
MIN_HEADLINE = 2
BELOW_HEADLINE = 3
"""Lines that a headline leaves to the trend and the table where the pane is low."""
MARKED_KINDS = frozenset({"policy", "ipo", "model", "export_control", "index", "research"})


class Pane(Widget):
    """Base of the six panes; it needs no arguments, and shows nothing until `show`.

    Class attributes:
        PANE_ID: Its part of the Board.
        PANE_KEY: The number key that jumps to it.
        TITLE: In the border, after the key.
        SHORT: Its name when folded.
        HEADLINE_LINES: The most lines above the trend; a headline wraps into them.
        TREND_PATH: Board path of its trend; `None`: it has none.
        EMPTY: What the table says when it has no row.
    """

    DEFAULT_CSS = """
    Pane {
        layout: vertical;
        height: 1fr;
        background: transparent;
        border: round ansi_bright_black;
        border-title-style: bold;
        border-title-color: ansi_default;
        border-subtitle-color: ansi_default;
        border-subtitle-style: dim;
        border-subtitle-align: right;
        Chart { display: none; }
        .pane--brief { display: none; height: 1; }
        &:focus-within { border: round ansi_cyan; border-title-color: ansi_cyan; }
        &.-folded {
            border: none;
            height: 1;
            LiveTable, TrendLine, .pane--headline { display: none; }
            .pane--brief { display: block; }
        }
        &.-zoomed {
            TrendLine { display: none; }
            Chart { display: block; }
            LiveTable { height: auto; max-height: 65%; }
        }
        &.-no-trend {
            TrendLine, Chart { display: none; }
            LiveTable { height: 1fr; max-height: 100%; }
        }
        &.-ascii { border: ascii ansi_bright_black; }
        &.-ascii:focus-within { border: ascii ansi_cyan; }
        &.-ascii.-folded { border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "open", id="pane.open", show=False)]

    PANE_ID: ClassVar[str]
    PANE_KEY: ClassVar[str]
    TITLE: ClassVar[str]
    SHORT: ClassVar[str]
    HEADLINE_LINES: ClassVar[int] = 2
    TREND_PATH: ClassVar[str | None] = None
    EMPTY: ClassVar[str] = "nothing to show yet"

    form: reactive[Form] = reactive[Form]("full", init=False)

    class PaneMessage(Message):
        """Base of messages about a pane."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> Pane:
            """The pane that sent it."""
            return self.pane

    class ZoomRequested(PaneMessage):
        """The title was clicked: show this pane alone, or bring it back."""

    class OpenRequested(PaneMessage):
        """A folded pane was clicked, or Enter pressed on it: unfold it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id or self.PANE_ID, classes=classes)
        self.headline_lines = Lines(classes="pane--headline")
        self.headline_lines.styles.height = 1
        self._headline_height = ((0, 0), 0)
        self.trend_line = TrendLine()
        self.chart = Chart()
        self.table = LiveTable()
        self.table.empty = self.EMPTY
        self.brief_line = Lines(classes="pane--brief")
        self.view: View | None = None
        self.set_class(self.TREND_PATH is None, "-no-trend")
        self._framed = ("", "")
        self._frame(f"{self.PANE_KEY} {self.TITLE}", "")

    # What a pane says: each subclass answers these

    @abstractmethod
    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Pieces of each headline line, the most important first."""

    @abstractmethod
    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Pieces of the folded line, and what stands at its right end."""

    @abstractmethod
    def columns(self, view: View) -> tuple[Column, ...]:
        """Columns of the table."""

    @abstractmethod
    def rows(self, view: View) -> list[Row]:
        """Rows of the table in their own order."""

    def day(self, view: View) -> dt.date | None:
        """The day that the headline is of when nothing in it is live: that of most reference prices."""
        return view.board.reference_date

    def subtitle(self, view: View) -> str:  # noqa: ARG002 - subclasses read the view
        """A remark in the lower border: what does not change from poll to poll."""
        return ""

    def trend(self, view: View) -> Trend | None:
        """The trend under the headline."""
        return view.trend(self.TREND_PATH) if self.TREND_PATH else None

    def trend_value(self, view: View, value: float) -> str:
        """One value of the trend as text."""
        return view.fmt.percent(value)

    # What others call

    def show(self, board: Board, trends: Trends, now: dt.datetime, options: DisplayOptions) -> None:
        """Show one Board. Cells that differ from what is on the screen are sent, nothing else."""
        self.view = View(board=board, trends=trends, now=now, options=options)
        self._update()

    # Plumbing

    def compose(self) -> ComposeResult:
        """Headline, trend, chart, table, and the folded line."""
        yield self.headline_lines
        yield self.trend_line
        yield self.chart
        yield self.table
        yield self.brief_line

    def watch_form(self, form: Form) -> None:
        """Take another form; a folded pane can hold the focus itself."""
        self.set_class(form == "folded", "-folded")
        self.set_class(form == "zoomed", "-zoomed")
        self.can_focus = form == "folded"
        self._update()

    def _update(self) -> None:
        view = self.view
        if view is None:
            return
        for painted in (self.headline_lines, self.trend_line, self.chart, self.table, self.brief_line):
            painted.set_up_colour(view.options.up)
        self.set_class(view.options.symbols == "ascii", "-ascii")
        self.table.marks = view.options.marks
        self.table.symbol_set = view.options.symbols
        self.table.show(self.rows(view), self.columns(view))
        if self.form == "folded":
            self.brief_line.draw(lambda width: [self._brief(view, width)])
            return
        self.headline_lines.draw(lambda width: self._headline(view, width))
        date = reference_date(view, self.day(view))
        self._frame(f"{self.PANE_KEY} {self.TITLE}{f', {date}' if date else ''}", self.subtitle(view))
        if self.TREND_PATH is None:
            return
        trend = self.trend(view)

        def value(number: float) -> str:
            return self.trend_value(view, number)

        if self.form == "zoomed":
            self.chart.show(trend, marks(view), value, view.fmt)
        else:
            self.trend_line.show(trend, value, view.options.symbols)

    def _frame(self, title: str, subtitle: str) -> None:
        """Write into the border, which repaints the pane, only what is new there; cut by our own sign."""
        self._labels = (title, subtitle)
        ellipsis = self.view.fmt.symbols.ellipsis if self.view else "…"
        room = max(1, self.outer_size.width - BORDER_CELLS)
        cut = (clip(harmless(title), room, ellipsis), clip(harmless(subtitle), room, ellipsis))
        if cut != self._framed:
            self._framed = cut
            self.border_title, self.border_subtitle = Content(cut[0]), Content(cut[1])

    def _headline(self, view: View, width: int) -> list[Line]:
        limit = min(self.HEADLINE_LINES, max(MIN_HEADLINE, self.size.height - BELOW_HEADLINE))
        flowed = flow(self.headline(view), width - 2, limit, ellipsis=view.fmt.symbols.ellipsis)
        # A figure that grows by a digit may wrap; the table below must not jump back and forth with it.
        room, height = self._headline_height
        height = max(len(flowed), height) if room == (width, limit) else len(flowed)
        self._headline_height = ((width, limit), height)
        self.headline_lines.styles.height = height
        return [(Span(" "), *line) for line in flowed]

    def _brief(self, view: View, width: int) -> Line:
        symbols = view.fmt.symbols
        chunks, right = self.brief(view)
        if date := reference_date(view, self.day(view)):
            right = (Span(date, "warning"),)
        tone = "focus" if self.has_focus else "strong"
        label = Span(
            f"{symbols.cursor if self.has_focus else ' '}{self.PANE_KEY} {self.SHORT}".ljust(LABEL_WIDTH),
            tone,
        )
        room = width - LABEL_WIDTH - sum(len(span.text) for span in right) - 2
        middle = fit(chunks, room, gap=f" {symbols.dot} ", ellipsis=symbols.ellipsis)
        return ends((label, *middle), (*right, Span(" ")), width, symbols.ellipsis)

    def on_resize(self) -> None:
        """The height decides how many lines the headline may take, the width what the border says."""
        self.headline_lines.redraw()
        self._frame(*self._labels)

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Mark the folded line, or take the mark off."""
        super().watch_has_focus(has_focus)
        self.brief_line.redraw()

    def action_open(self) -> None:
        """Ask to be unfolded."""
        if self.form == "folded":
            self.post_message(self.OpenRequested(self))

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        if self.form == "folded":
            self.post_message(self.OpenRequested(self))
        elif event.widget is self and event.y == 0:
            self.post_message(self.ZoomRequested(self))


def reference_date(view: View, day: dt.date | None) -> str:
    """What a headline says of its day when nothing in it is newer than the reference; empty otherwise."""
    if view.board.mode != "offline" or view.board.reference_date is None or day is None:
        return ""
    return f"ref {view.fmt.day(day)}"


def marks(view: View) -> list[Mark]:
    """Past catalysts that a chart marks; earnings and the like are too many."""
    return [
        Mark(
            at=dt.datetime.combine(event.date, dt.time(12), dt.UTC),
            text=f"{view.fmt.day(event.date)} {event.title}",
        )
        for event in view.board.catalysts
        if event.kind in MARKED_KINDS
    ]
