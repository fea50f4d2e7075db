"""Explaining and copying on the monitor: which figures are meant, and where their line goes.

A figure is copied through the terminal (OSC 52), so that it arrives on the reader's own machine over SSH too.
The first frame needs nothing of this, so what it is made of is imported with the first key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from metrics.board import Board
from tui.screens.foot import Foot
from widgets.format import Format
from widgets.options import Names
from widgets.pane import Pane

if TYPE_CHECKING:
    from metrics.figures import Figure

NOTHING = "there is none here yet"


class Explaining:
    """Explains and copies the figure under the cursor of the pane in use, or its headline.

    Args:
        monitor: The screen whose figures they are.
        foot: Says what has been copied.
        look: The Board on the screen and the pane in use.
        copy_key: The key that copies, as people write it.
    """

    def __init__(
        self,
        monitor: Screen[object],
        foot: Foot,
        fmt: Format,
        *,
        look: Callable[[], tuple[Board | None, Pane]],
        copy_key: str,
    ) -> None:
        self._monitor = monitor
        self._foot = foot
        self._fmt = fmt
        self._look = look
        self._copy_key = copy_key

    def open(self) -> None:
        """Open the explanation."""
        from tui.screens.explain import ExplainScreen

        board, pane = self._look()
        found = figures_at(board, pane) if board is not None else []
        if board is None or not found:
            self._foot.note("no figure", NOTHING)
            return
        shown = ExplainScreen(
            found,
            board,
            self._fmt,
            quote=lambda one: self._line(one, board),
            copy=lambda one: self._copy(one, board),
            copy_key=self._copy_key,
        )
        self._monitor.app.push_screen(shown)

    def copy(self) -> None:
        """Copy the figure as one line."""
        board, pane = self._look()
        found = figures_at(board, pane) if board is not None else []
        if board is None or not found or found[0].value is None:
            self._foot.note("not copied", NOTHING)
            return
        self._copy(found[0], board)

    def suppose(self, language: Names) -> None:
        """Open the what-if."""
        from tui.screens.what_if import WhatIfScreen

        board, _ = self._look()
        if board is None:
            self._foot.note("no figure", NOTHING)
            return
        shown = WhatIfScreen(
            board,
            self._fmt,
            language=language,
            copy=self._send,
            program=_program(),
            copy_key=self._copy_key,
        )
        self._monitor.app.push_screen(shown)

    def _copy(self, one: Figure, board: Board) -> None:
        self._send(self._line(one, board))

    def _send(self, line: str) -> None:
        self._monitor.app.copy_to_clipboard(line)
        self._foot.note("copied", line)

    def _line(self, one: Figure, board: Board) -> str:
        from widgets.citation import cited

        return cited(one, board, self._fmt, _program())


def _program() -> str:
    """Name and version, which a line that is copied ends with."""
    from tui.cli import version

    return version().capitalize()


def figures_at(board: Board, pane: Pane) -> list[Figure]:
    """The figure under the cursor, where it is one, then those of the headline; each once."""
    from metrics.figures import figure
    from widgets.cell_paths import cell_path, headline_paths

    table = pane.table
    cell = None
    if table.cursor_row is not None and table.cursor_column is not None:
        cell = cell_path(pane.PANE_ID, board, table.cursor_row, table.cursor_column)
    headline = headline_paths(pane.PANE_ID, board)
    paths = dict.fromkeys((cell, *headline) if cell is not None else headline)
    return [one for path in paths if (one := figure(board, path)) is not None]
