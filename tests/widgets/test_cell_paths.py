"""Which figure a cell shows: what is explained is what stands under the cursor."""

from __future__ import annotations

import pytest

from metrics.board import Board, Trends
from metrics.figures import figure
from tests.widgets import boards
from tui.boards import shipped
from widgets.basket import BasketPane
from widgets.capex import CapexPane
from widgets.catalysts import CatalystsPane
from widgets.cell_paths import cell_path, headline_paths
from widgets.models import ModelsPane
from widgets.options import View
from widgets.pane import Pane
from widgets.share import SharePane
from widgets.spreads import SpreadsPane

PANES: tuple[type[Pane], ...] = (BasketPane, SharePane, CapexPane, SpreadsPane, ModelsPane, CatalystsPane)
TEXTS = {
    "basket": {"name", "as_of", "source", "subsector", "currency", "remark"},
    "share": {"name", "group", "dated", "kind", "source"},
    "capex": {"company", "region", "source"},
    "spreads": {"name", "metric", "as_of", "horizon"},
    "models": {"date", "side", "model", "version", "developer"},
    "catalysts": {"title", "kind", "region", "detail", "source"},
}
"""Columns without a number of the Board."""
BESIDE = {"stance", "date", "band"}
"""Columns that show the figure of another column in other words."""


def reference() -> Board:
    found = shipped("default")
    assert found is not None
    return found


def view(of: Board) -> View:
    return View(board=of, trends=Trends(timeframe="1M"), now=of.as_of)


@pytest.mark.parametrize("kind", PANES)
def test_the_figure_of_a_cell_is_what_the_cell_shows(kind: type[Pane]) -> None:
    of, pane = reference(), kind()
    shown = view(of)
    for row in pane.rows(shown):
        for column, cell in zip(pane.columns(shown), row.cells, strict=True):
            path = cell_path(pane.PANE_ID, of, row.key, column.key)
            if path is None:
                assert column.key in TEXTS[pane.PANE_ID] or cell.sort_key is None, (row.key, column.key)
                continue
            found = figure(of, path)
            assert found is not None, path
            if column.key not in BESIDE and cell.text != "loss":
                assert found.value == cell.sort_key, path


@pytest.mark.parametrize("kind", PANES)
def test_a_text_has_no_figure(kind: type[Pane]) -> None:
    of, pane = reference(), kind()
    for row in pane.rows(view(of)):
        for column in TEXTS[pane.PANE_ID]:
            assert cell_path(pane.PANE_ID, of, row.key, column) is None


@pytest.mark.parametrize("kind", PANES)
def test_every_headline_can_be_explained(kind: type[Pane]) -> None:
    of = reference()
    paths = headline_paths(kind.PANE_ID, of)
    assert all(figure(of, path) is not None for path in paths)


@pytest.mark.parametrize("of", [boards.board(), boards.empty_board()])
@pytest.mark.parametrize("kind", PANES)
def test_a_board_that_keeps_no_explanations_breaks_nothing(kind: type[Pane], of: Board) -> None:
    pane = kind()
    shown = view(of)
    for row in pane.rows(shown):
        for column in pane.columns(shown):
            path = cell_path(pane.PANE_ID, of, row.key, column.key)
            if path is not None and (found := figure(of, path)) is not None:
                assert found.path == path
