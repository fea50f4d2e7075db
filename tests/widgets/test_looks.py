"""How the panes look: a picture of each, one zoomed, one accordion, one light theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult

from tests.widgets import boards
from tests.widgets.boards import HKT, NOW
from widgets.basket import BasketPane
from widgets.capex import CapexPane
from widgets.catalysts import CatalystsPane
from widgets.footer import Footer
from widgets.format import SymbolSet
from widgets.header import Header
from widgets.models import ModelsPane
from widgets.options import DisplayOptions
from widgets.pane import Form, Pane
from widgets.ribbon import Ribbon
from widgets.share import SharePane
from widgets.spreads import SpreadsPane

OPTIONS = DisplayOptions(zone=HKT)
PANES: tuple[type[Pane], ...] = (BasketPane, SharePane, CapexPane, SpreadsPane, ModelsPane, CatalystsPane)
SnapCompare = Callable[..., bool]


class Screenful(App[None]):
    """Panes under header and ribbon, one of them open or zoomed, others folded."""

    CSS = "Screen { background: ansi_default; }"

    def __init__(self, *panes: Pane, theme: str = "ansi-dark", options: DisplayOptions = OPTIONS) -> None:
        super().__init__()
        self.panes = panes
        self.options = options
        self.wanted_theme = theme

    def compose(self) -> ComposeResult:
        yield Header()
        yield Ribbon()
        yield from self.panes
        yield Footer()

    def on_mount(self) -> None:
        self.theme = self.wanted_theme
        board, trends = boards.yahoo_down(boards.board()), boards.trends()
        for pane in self.panes:
            pane.show(board, trends, NOW, self.options)
        self.query_one(Header).show(board, NOW, self.options)
        self.query_one(Ribbon).show(board, NOW, self.options, right="3.1 kB/min")
        self.query_one(Footer).show([("1-6", "pane"), ("z", "zoom"), ("s", "sort"), ("q", "quit")])
        next(pane for pane in self.panes if pane.form != "folded").table.focus()


def of_form(kind: type[Pane], form: Form) -> Pane:
    pane = kind()
    pane.form = form
    return pane


@pytest.mark.parametrize("kind", PANES)
def test_each_pane(snap_compare: SnapCompare, kind: type[Pane]) -> None:
    assert snap_compare(Screenful(kind()), terminal_size=(62, 22))


def test_the_basket_zoomed(snap_compare: SnapCompare) -> None:
    assert snap_compare(Screenful(of_form(BasketPane, "zoomed")), terminal_size=(160, 40))


@pytest.mark.parametrize("symbols", ["blocks", "ascii"])
def test_the_basket_zoomed_without_braille(snap_compare: SnapCompare, symbols: SymbolSet) -> None:
    app = Screenful(of_form(BasketPane, "zoomed"), options=DisplayOptions(zone=HKT, symbols=symbols))
    assert snap_compare(app, terminal_size=(110, 34))


def test_the_accordion_in_eighty_columns(snap_compare: SnapCompare) -> None:
    panes: list[Any] = [of_form(kind, "full" if kind is SpreadsPane else "folded") for kind in PANES]
    assert snap_compare(Screenful(*panes), terminal_size=(80, 24))


def test_a_light_theme(snap_compare: SnapCompare) -> None:
    assert snap_compare(Screenful(BasketPane(), theme="textual-light"), terminal_size=(62, 22))
