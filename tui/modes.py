"""What a Board may call itself."""

from __future__ import annotations

import msgspec

from metrics.board import Board

EMBEDDED = "reference"
"""The provider that needs no network."""


def as_it_is(board: Board) -> Board:
    """The Board, called offline as long as no source has answered and every price in it is reference."""
    fresh = board.basket.freshness
    priced = any((fresh.live_pct, fresh.delayed_pct, fresh.close_pct))
    answered = any(provider.last_ok for provider in board.providers if provider.name != EMBEDDED)
    if board.mode == "live" and not priced and not answered:
        return msgspec.structs.replace(board, mode="offline")
    return board
