"""What is on the screen before pandas, httpx, SQLAlchemy and the calendars are imported.

The last Board that was kept of the store, else the shipped reference Board, else nothing. Which of them
it is stands in the Board itself: its mode, its dates, its freshness.
"""

from __future__ import annotations

import msgspec

from feed.last_board import LastBoard
from metrics.board import Board
from metrics.contract import decode
from tui import folders
from tui.boards import shipped
from tui.options import Settings


def first_board(settings: Settings) -> Board | None:
    """The Board to paint at once; `None` when there is none for this universe and day.

    Session states are left out: they are of another moment.
    """
    if settings.at is not None:
        return None
    board = None if settings.demo or settings.offline else kept_board(settings)
    board = board or shipped(settings.universe_path)
    if board is None:
        return None
    mode = "demo" if settings.demo else board.mode
    return msgspec.structs.replace(board, mode=mode, sessions=(), providers=(), poller=None)


def last_board(settings: Settings) -> LastBoard:
    """Where the last Board of this store and universe is kept."""
    return LastBoard(settings.store_url, settings.universe_path, folders.state_folder())


def kept_board(settings: Settings) -> Board | None:
    """The last Board that was kept of this store and universe; `None` where there is none to read."""
    kept = last_board(settings).read()
    if kept is None:
        return None
    try:
        return decode(kept)
    except ValueError:
        # Written by another version: the feed will replace it.
        return None
