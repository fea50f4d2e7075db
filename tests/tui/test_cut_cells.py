"""What Rich remembers of cut texts stays little."""

from __future__ import annotations

from rich.segment import Segment

from tui.cut_cells import MOST, forget_if_many


def remembered() -> int:
    return Segment._split_cells.cache_info().currsize


def test_few_cuts_are_remembered_and_many_are_forgotten() -> None:
    Segment._split_cells.cache_clear()
    for number in range(MOST):
        Segment(f"價{number}").split_cells(1)
    kept = remembered()
    forget_if_many()
    assert remembered() == kept > 0
    Segment("價 more").split_cells(1)
    forget_if_many()
    assert remembered() == 0
