"""A Board that says that the engine behind it has stopped."""

from __future__ import annotations

import datetime as dt

import msgspec

from metrics.board import Board, ProviderView

ENGINE = "engine"


def engine_down(board: Board, reason: str, next_try: dt.datetime) -> Board:
    """The Board with the engine among its providers: down, why, and when it is started again."""
    engine = ProviderView(
        name=ENGINE,
        state="down",
        last_ok=None,
        last_error=reason,
        requests=0,
        latency_ms=None,
        next_try=next_try,
    )
    others = (view for view in board.providers if view.name != ENGINE)
    return msgspec.structs.replace(board, providers=(engine, *others))
