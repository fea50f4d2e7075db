"""Forgets how figures were cut: Rich remembers 16,384 cuts of texts, and a figure seldom comes again.

The memory is bounded, but takes weeks and 6 MB to fill.
"""

from __future__ import annotations

from rich.segment import Segment

MOST = 1_000


def forget_if_many() -> None:
    """Begin anew once there are more than a few screens need."""
    remembered = Segment._split_cells  # noqa: SLF001 - Rich offers no other way to it
    if remembered.cache_info().currsize > MOST:
        remembered.cache_clear()
