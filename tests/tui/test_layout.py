"""Where panes stand: they fill the area, overlap nowhere, and fold where the terminal is small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from tui.keymap import PANES
from tui.layout import places, shared

panes = st.sampled_from(PANES)
sizes = st.builds(Size, st.integers(20, 300), st.integers(10, 120))


@given(screen=sizes, active=panes, zoomed=st.booleans())
def test_panes_cover_the_area_once(screen: Size, active: str, zoomed: bool) -> None:  # noqa: FBT001 - drawn
    area = Size(screen.width, screen.height - 3)
    found = places(area, screen, active, zoomed=zoomed)
    assert sum(place.region.area for place in found.values()) == area.area
    assert all(area.region.contains_region(place.region) for place in found.values())
    regions = [place.region for place in found.values()]
    assert not any(a.overlaps(b) for n, a in enumerate(regions) for b in regions[:n])
    assert active in found


@pytest.mark.parametrize(
    ("screen", "folded"),
    [
        (Size(80, 24), True),
        (Size(99, 40), True),
        (Size(120, 29), True),
        (Size(100, 30), False),
        (Size(200, 60), False),
    ],
)
def test_small_terminals_fold(screen: Size, folded: bool) -> None:  # noqa: FBT001 - a parameter
    found = places(screen, screen, "capex", zoomed=False)
    assert (found["basket"].form == "folded") is folded
    assert found["capex"].form == "full"


@pytest.mark.parametrize(("height", "shown"), [(24, 6), (14, 6), (13, 1), (10, 1)])
def test_where_an_accordion_would_open_on_nothing_the_pane_in_use_stands_alone(
    height: int, shown: int
) -> None:
    found = places(Size(40, height - 3), Size(40, height), "capex", zoomed=False)
    assert (len(found), found["capex"].form) == (shown, "full")


def test_columns_by_width() -> None:
    for width, columns in ((120, 2), (200, 3)):
        size = Size(width, 60)
        assert (
            len({place.region.x for place in places(size, size, "basket", zoomed=False).values()}) == columns
        )


@given(st.integers(0, 500), st.lists(st.floats(0.1, 100), min_size=1, max_size=8))
def test_shares_add_up(total: int, weights: list[float]) -> None:
    assert sum(shared(total, weights)) == total
