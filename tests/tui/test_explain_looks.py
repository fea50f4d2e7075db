"""How the explanation looks: a picture of it at the two common sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App

from metrics.figures import figure
from tui.boards import shipped
from tui.screens.explain import ExplainScreen
from widgets.citation import cited
from widgets.format import Format

SnapCompare = Callable[..., bool]


class Explained(App[None]):
    """The dialog over nothing."""

    CSS = "Screen { background: ansi_default; }"

    def __init__(self, *paths: str) -> None:
        super().__init__()
        self.paths = paths

    def on_mount(self) -> None:
        self.theme = "ansi-dark"
        of, fmt = shipped("default"), Format()
        assert of is not None
        figures = [found for path in self.paths if (found := figure(of, path))]
        self.push_screen(
            ExplainScreen(
                figures, of, fmt, quote=lambda one: cited(one, of, fmt, "Narrows 0.1.0"), copy=lambda _: None
            )
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_share(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(Explained("share.listed_pct", "share.with_private_pct"), terminal_size=size)


def test_a_cap_of_two_lines(snap_compare: SnapCompare) -> None:
    assert snap_compare(
        Explained("basket.constituents[smic].market_cap_usd"), terminal_size=(80, 24), press=["y"]
    )
