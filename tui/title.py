"""The terminal's title: the basket's value and its day, so that a list of windows shows them (OSC 2)."""

from __future__ import annotations

from metrics.board import Board
from widgets.format import Format
from widgets.lines import harmless

SAVE = "\x1b[22;2t"
RESTORE = "\x1b[23;2t"
MODES = {"demo": "DEMO ", "replay": "REPLAY ", "offline": "offline "}


def title(board: Board) -> str:
    """`$1.784 tn +0.68% · Narrows`, with the mode before it where the market is not the live one."""
    fmt = Format()
    day = "" if board.basket.day_pct is None else f" {fmt.signed_percent(board.basket.day_pct, 2)}"
    return f"{MODES.get(board.mode, '')}{fmt.money(board.basket.value_usd)}{day} · Narrows"


def sequence(text: str) -> str:
    """What sets a title."""
    return f"\x1b]2;{harmless(text)}\x07"
