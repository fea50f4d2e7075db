"""The explanation of a figure: its formula, its inputs with source and time, and the line that is copied.

It stays with the Board that it was opened on: what is read, and what is copied, does not change meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from metrics.board import Board
from metrics.figures import Figure
from widgets.amounts import plain
from widgets.explain import explained, wrapped
from widgets.format import Format
from widgets.lines import Line, Lines, Span, clip

WIDTH = 110
FRAME = 5
"""Cells of a line that border, padding and scrollbar take."""


class ExplainScreen(ModalScreen[None]):
    """One figure at a time of those at hand: that under the cursor, then those of the headline.

    Args:
        figures: At least one; the first is shown first.
        board: The Board that they are of.
        quote: The line of a figure that is copied.
        copy: Copies the line of a figure.
    """

    CSS = """
    ExplainScreen { align: center middle; }
    ExplainScreen VerticalScroll {
        width: 110; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
        scrollbar-size: 0 1; scrollbar-gutter: stable;
        &.-ascii { border: ascii ansi_cyan; scrollbar-visibility: hidden; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "close", show=False),
        Binding("x", "dismiss", "close", id="view.explain", show=False),
        Binding("y", "copy", "copy", id="view.copy", show=False),
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l", "step(1)", "next", show=False),
        Binding("down,j", "scroll_text(1)", show=False),
        Binding("up,k", "scroll_text(-1)", show=False),
        Binding("pagedown,space,ctrl+f", "page(1)", show=False),
        Binding("pageup,ctrl+b", "page(-1)", show=False),
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
        super().__init__()
        self._figures = figures
        self._board = board
        self._fmt = fmt
        self._quote = quote
        self._copy = copy
        self._copy_key = copy_key
        self._place = 0
        self._copied = False
        self._box = VerticalScroll(can_focus=False)
        self._text = Lines()

    @property
    def figure(self) -> Figure:
        """The figure on the screen."""
        return self._figures[self._place]

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with self._box:
            yield self._text

    def on_mount(self) -> None:
        """Show the first figure."""
        self._box.set_class(self._fmt.symbol_set == "ascii", "-ascii")
        self._show()

    def on_resize(self) -> None:
        """Another width wraps elsewhere."""
        self._show()

    def action_step(self, steps: int) -> None:
        """The next figure, or the one before."""
        self._place = (self._place + steps) % len(self._figures)
        self._copied = False
        self._box.scroll_home(animate=False)
        self._show()

    def action_copy(self) -> None:
        """Copy the line that is shown."""
        if self.figure.value is not None:
            self._copy(self.figure)
            self._copied = True
            self._show()

    def action_scroll_text(self, rows: int) -> None:
        """Scroll by rows."""
        self._box.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by a screenful."""
        self.action_scroll_text(pages * max(1, self._box.size.height - 1))

    def action_edge(self, end: int) -> None:
        """To the top or to the bottom."""
        self.action_scroll_text(end * self._text.size.height)

    def _show(self) -> None:
        width = max(1, min(self.size.width, WIDTH) - FRAME)
        lines = [*explained(self.figure, self._board, self._fmt, width), *self._line(width)]
        self._text.styles.height = len(lines)
        self._text.draw(lambda _width: lines)
        symbols = self._fmt.symbols
        title = clip(plain(self.figure.explanation.title, self._fmt), width, symbols.ellipsis)
        place = f"{symbols.left} {self._place + 1} of {len(self._figures)} {symbols.right}  "
        several = place if len(self._figures) > 1 else ""
        self._box.border_title = Content(title)
        longer = f"{symbols.above}{symbols.below} more  " if len(lines) > self.size.height - 2 else ""
        self._box.border_subtitle = Content(
            f"{longer}{several}stays at {self._fmt.clock(self._board.as_of)}  Esc closes"
        )

    def _line(self, width: int) -> list[Line]:
        """The line that is copied, under what copies it or that it has been."""
        if self.figure.value is None:
            return []
        head: Line = (Span(self._copy_key, "focus"), Span(" copies this line", "dim"))
        if self._copied:
            head = (Span("copied", "focus"),)
        return [(), head, *((Span(text),) for text in wrapped(self._quote(self.figure), width))]
