"""Shipped reference Boards, one per universe: what a first start shows before anything has been computed.

`python -m tui.boards` writes them anew from the reference tables; a test proves that they are what it writes.
"""

from __future__ import annotations

from pathlib import Path

from metrics.board import Board
from metrics.contract import decode


def shipped(universe: str) -> Board | None:
    """The Board of a shipped universe, computed from the embedded reference alone; `None` for any other."""
    return decode(place(universe).read_bytes()) if is_shipped(universe) else None


def is_shipped(universe: str) -> bool:
    """Whether there is a shipped Board of that name, which is a name and no path."""
    return "/" not in universe and place(universe).is_file()


def place(universe: str) -> Path:
    """File of a shipped Board."""
    return Path(__file__).with_name(f"{universe}.json")
