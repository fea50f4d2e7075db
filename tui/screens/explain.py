"""The explanation of a figure: its formula, its inputs with source and time, and the line that is copied.

It stays with the Board that it was opened on: what is read, and what is copied, does not change meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from metrics.board import Board
from metrics.figures import Figure
from tui.screens.lines_dialog import LinesDialog
from widgets.explain import explained, wrapped
from widgets.format import Format
from widgets.lines import Line, Span


class ExplainScreen(LinesDialog):
    """One figure at a time of those at hand: that under the cursor, then those of the headline.

    Args:
        figures: At least one; the first is shown first.
        board: The Board that they are of.
        quote: The line of a figure that is copied.
        copy: Copies the line of a figure.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "dismiss", "close", id="view.explain", show=False),
        Binding("y", "copy", "copy", id="view.copy", show=False),
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l", "step(1)", "next", show=False),
        Binding("down,j", "scroll_text(1)", show=False),
        Binding("up,k", "scroll_text(-1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
    ]

    def __init__(  # noqa: PLR0913 - what it shows and how, by name
        self,
        figures: Sequence[Figure],
        board: Board,
        fmt: Format,
        *,
        quote: Callable[[Figure], str],
        copy: Callable[[Figure], None],
        copy_key: str = "y",
    ) -> None:
        super().__init__(fmt)
        self._figures = figures
        self._board = board
        self._quote = quote
        self._copy = copy
        self._copy_key = copy_key
        self._place = 0
        self._copied = False

    @property
    def figure(self) -> Figure:
        """The figure on the screen."""
        return self._figures[self._place]

    def action_step(self, steps: int) -> None:
        """The next figure, or the one before."""
        self._place = (self._place + steps) % len(self._figures)
        self._copied = False
        self.box.scroll_home(animate=False)
        self.draw()

    def action_copy(self) -> None:
        """Copy the line that is shown."""
        if self.figure.value is not None:
            self._copy(self.figure)
            self._copied = True
            self.draw()

    def draw(self) -> None:
        """The figure and the line that is copied."""
        symbols, count = self.fmt.symbols, len(self._figures)
        lines = [*explained(self.figure, self._board, self.fmt, self.room), *self._line()]
        place = f"{symbols.left} {self._place + 1} of {count} {symbols.right}  " if count > 1 else ""
        stays = f"stays at {self.fmt.clock(self._board.as_of)}"
        self.show_lines(lines, self.figure.explanation.title, f"{place}{stays}  Esc closes")

    def _line(self) -> list[Line]:
        """The line that is copied, under what copies it or that it has been."""
        if self.figure.value is None:
            return []
        head: Line = (Span(self._copy_key, "focus"), Span(" copies this line", "dim"))
        if self._copied:
            head = (Span("copied", "focus"),)
        return [(), head, *((Span(text),) for text in wrapped(self._quote(self.figure), self.room))]
