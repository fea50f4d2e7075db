"""Shipped reference Boards, one per universe: what a first start shows before anything has been computed.

`python -m tui.boards` writes them anew from the reference tables; a test proves that they are what it writes.
"""

from __future__ import annotations

from importlib import resources

from metrics.board import Board
from metrics.contract import decode


def shipped(universe: str) -> Board | None:
    """The Board of a shipped universe, computed from the embedded reference alone; `None` for any other."""
    file = resources.files("tui.boards") / f"{universe}.json"
    if "/" in universe or not file.is_file():
        return None
    return decode(file.read_bytes())
