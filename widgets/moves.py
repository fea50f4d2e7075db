"""The largest moves of the day: what a wide screen has room to say beside the six panes."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from metrics.board import Constituent
from widgets import names
from widgets.format import direction
from widgets.lines import Line, Lines, Span, clip, pad
from widgets.options import View

TITLE = "Largest moves today"
SUBTITLE = "USD bn"
PERCENT_WIDTH, USD_WIDTH = 10, 8


class Moves(Lines):
    """Constituents by the size of what they added to the basket's value today, or took from it."""

    DEFAULT_CSS = """
    Moves {
        height: 1fr;
        border: round ansi_bright_black;
        border-title-style: bold;
        border-title-color: ansi_default;
        border-subtitle-color: ansi_default;
        border-subtitle-style: dim;
        border-subtitle-align: right;
        &.-ascii { border: ascii ansi_bright_black; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="moves")
        self.border_title, self.border_subtitle = Content(TITLE), Content(SUBTITLE)

    def show(self, view: View) -> None:
        """Show the moves of a Board."""
        self.set_class(view.options.symbols == "ascii", "-ascii")
        self.set_up_colour(view.options.up)
        self.draw(lambda width: moves_lines(view, width))


def moves_lines(view: View, width: int) -> list[Line]:
    """One line each: name, day in per cent, contribution in USD bn; the largest first."""
    moved = [row for row in view.board.basket.constituents if row.day_contribution_usd]
    moved.sort(key=lambda row: -abs(row.day_contribution_usd or 0.0))
    if not moved:
        return [(Span(" nothing has moved today, as far as is known", "dim"),)]
    return [_line(row, view, width) for row in moved]


def _line(row: Constituent, view: View, width: int) -> Line:
    fmt, tone = view.fmt, direction(row.day_contribution_usd, 1)
    figures = pad(fmt.change(row.day_pct, 2), PERCENT_WIDTH, "right") + pad(
        fmt.signed_billions(row.day_contribution_usd, 2), USD_WIDTH, "right"
    )
    room = max(0, width - cell_len(figures) - 2)
    name = clip(names.constituent(row, view.options.names), room, fmt.symbols.ellipsis)
    return (Span(" " + pad(name, room, "left")), Span(figures, tone), Span(" "))
