"""Where each pane stands on a screen of a given size: pure arithmetic, and the Textual layout that obeys it.

Below 100 columns or 30 rows the panes are an accordion: the active one open, the others one line each; where
that would leave the open one no row, it stands alone. From
100 columns there are two columns of panes, from 180 three. A zoomed pane has the screen to itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement

from tui.keymap import PANES

if TYPE_CHECKING:
    from textual.widget import Widget

Form = Literal["full", "folded", "zoomed"]

ACCORDION_BELOW = Size(100, 30)
LOWEST_OPEN = 6
"""Lines of a pane with a frame, two lines of headline, its trend and one row."""
THREE_COLUMNS_FROM = 180
MOVES = "moves"
"""Beside the panes, where there are three columns: no pane, so no key leads there."""

_TWO = (
    (0.48, (("basket", 20), ("models", 7), ("catalysts", 8))),
    (0.52, (("share", 11), ("capex", 9), ("spreads", 15))),
)
_THREE = (
    (0.46, (("basket", 1),)),
    (0.31, (("share", 14), ("capex", 14), ("spreads", 16))),
    (0.23, (("catalysts", 18), ("models", 14), (MOVES, 12))),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Region of one pane within the area of the panes, and the form that it takes there."""

    region: Region
    form: Form


def places(size: Size, screen: Size, active: str, *, zoomed: bool) -> dict[str, Place]:
    """Place of every pane that shows, and of the day's largest moves where there are three columns.

    Args:
        size: Area of the panes: the screen without header and footer.
        screen: The whole terminal, which decides how many columns of panes there are.
        active: The pane in use.
        zoomed: Whether the active pane has the area to itself.
    """
    if zoomed:
        return {active: Place(region=Region(0, 0, size.width, size.height), form="zoomed")}
    if screen.width < ACCORDION_BELOW.width or screen.height < ACCORDION_BELOW.height:
        return _accordion(size, active)
    return _columns(size, _THREE if screen.width >= THREE_COLUMNS_FROM else _TWO)


def _accordion(size: Size, active: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    top = 0
    opened = size.height - (len(PANES) - 1)
    if opened < LOWEST_OPEN:
        return {active: Place(region=Region(0, 0, size.width, size.height), form="full")}
    for pane in PANES:
        height = opened if pane == active else 1
        form: Form = "full" if pane == active else "folded"
        found[pane] = Place(region=Region(0, top, size.width, height), form=form)
        top += height
    return found


def _columns(size: Size, columns: Sequence[tuple[float, Sequence[tuple[str, int]]]]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    widths = shared(size.width, [share for share, _ in columns])
    left = 0
    for width, (_, panes) in zip(widths, columns, strict=True):
        heights = shared(size.height, [weight for _, weight in panes])
        top = 0
        for height, (pane, _) in zip(heights, panes, strict=True):
            found[pane] = Place(region=Region(left, top, width, height), form="full")
            top += height
        left += width
    return found


def shared(total: int, weights: Sequence[float]) -> list[int]:
    """Whole cells in proportion to the weights; they add up to `total` exactly."""
    whole = sum(weights)
    edges = [round(total * sum(weights[:count]) / whole) for count in range(len(weights) + 1)]
    return [after - before for before, after in itertools.pairwise(edges)]


class PaneLayout(Layout):
    """Lays the children of a container out at the places that it is given, by their `id`."""

    name = "panes"

    def __init__(self) -> None:
        self.active = PANES[0]
        self.zoomed = False

    def forms(self, screen: Size) -> dict[str, Form]:
        """Form of every pane that shows on a terminal of that size."""
        found = places(screen, screen, self.active, zoomed=self.zoomed)
        return {pane: place.form for pane, place in found.items()}

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002, FBT001, FBT002 - Textual's signature
    ) -> ArrangeResult:
        """Place the children; those without a place do not show."""
        found = places(size, parent.screen.size, self.active, zoomed=self.zoomed)
        return [
            WidgetPlacement(found[child.id].region, Offset(), Spacing(), child)
            for child in children
            if child.id in found
        ]
