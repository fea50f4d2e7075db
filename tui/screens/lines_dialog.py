"""A dialog of lines in a frame that scrolls where they do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen

from widgets.amounts import plain
from widgets.format import Format
from widgets.lines import Line, Lines, clip

WIDTH = 110
FRAME = 5
"""Cells of a line that border, padding and scrollbar take."""
BORDER_LINES = 2


class LinesDialog(ModalScreen[None]):
    """Base of dialogs that draw lines for their width; each answers `draw`.

    Its inner box takes no focus, so that all keys are the dialog's.
    """

    DEFAULT_CSS = """
    LinesDialog { align: center middle; }
    LinesDialog VerticalScroll {
        width: 110; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
        scrollbar-size: 0 1; scrollbar-gutter: stable;
        &.-ascii { border: ascii ansi_cyan; scrollbar-visibility: hidden; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "close", show=False),
        Binding("pagedown,space,ctrl+f", "page(1)", show=False),
        Binding("pageup,ctrl+b", "page(-1)", show=False),
    ]

    def __init__(self, fmt: Format) -> None:
        super().__init__()
        self.fmt = fmt
        self.box = VerticalScroll(can_focus=False)
        self.text = Lines()

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with self.box:
            yield self.text

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.box.set_class(self.fmt.symbol_set == "ascii", "-ascii")
        self.draw()

    def on_resize(self) -> None:
        """Another width wraps elsewhere."""
        self.draw()

    def draw(self) -> None:
        """Make the lines and show them."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """Cells of a line."""
        return max(1, min(self.size.width, WIDTH) - FRAME)

    def show_lines(self, lines: Sequence[Line], title: str, subtitle: str) -> None:
        """Show lines under a title, with a remark in the lower border."""
        self.text.styles.height = len(lines)
        self.text.draw(lambda _width: lines)
        symbols = self.fmt.symbols
        self.box.border_title = Content(clip(plain(title, self.fmt), self.room, symbols.ellipsis))
        fits = len(lines) <= self.size.height - BORDER_LINES
        more = "" if fits else f"{symbols.above}{symbols.below} more  "
        self.box.border_subtitle = Content(f"{more}{subtitle}")

    def scroll_to_line(self, line: int) -> None:
        """Scroll so far that a line shows."""
        self.box.scroll_to_region(Region(0, line, 1, 1), animate=False)

    def action_scroll_text(self, rows: int) -> None:
        """Scroll by rows."""
        self.box.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by a screenful."""
        self.action_scroll_text(pages * max(1, self.box.size.height - 1))

    def action_edge(self, end: int) -> None:
        """To the top or to the bottom."""
        self.action_scroll_text(end * self.text.size.height)
