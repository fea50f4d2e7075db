"""The area of the six panes, laid out by `tui.layout`."""

from __future__ import annotations

import datetime as dt

from textual.app import ComposeResult
from textual.layout import Layout
from textual.widget import Widget

from metrics.board import Board, Trends
from tui.layout import MOVES, PaneLayout
from widgets.basket import BasketPane
from widgets.capex import CapexPane
from widgets.catalysts import CatalystsPane
from widgets.models import ModelsPane
from widgets.moves import Moves
from widgets.options import DisplayOptions, View
from widgets.pane import Pane
from widgets.share import SharePane
from widgets.spreads import SpreadsPane


class PaneArea(Widget):
    """Holds the panes, in the order of their keys, and the day's largest moves."""

    DEFAULT_CSS = "PaneArea { height: 1fr; width: 1fr; overflow: hidden hidden; }"

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.places = PaneLayout()
        found = (BasketPane(), SharePane(), CapexPane(), SpreadsPane(), ModelsPane(), CatalystsPane())
        self.panes: dict[str, Pane] = {pane.PANE_ID: pane for pane in found}
        self.moves = Moves()

    @property
    def layout(self) -> Layout:
        """The layout of the panes, whatever the style sheet says."""
        return self.places

    def compose(self) -> ComposeResult:
        """The panes, and the moves."""
        yield from self.panes.values()
        yield self.moves

    def show(self, board: Board, trends: Trends, now: dt.datetime, options: DisplayOptions) -> None:
        """Show one Board in every part."""
        for pane in self.panes.values():
            pane.show(board, trends, now, options)
        self.moves.show(View(board=board, trends=trends, now=now, options=options))

    def arrange_anew(self, active: str, *, zoomed: bool) -> None:
        """Give every pane the form and the place that it has when `active` is in use."""
        self.places.active = active
        self.places.zoomed = zoomed
        forms = self.places.forms(self.screen.size)
        self.moves.display = MOVES in forms
        for name, pane in self.panes.items():
            pane.display = name in forms
            if name in forms:
                pane.form = forms[name]
            pane.refresh(layout=True)
