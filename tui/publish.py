"""Market → Board → Trends, and what is kept of them. Runs in a thread."""

from __future__ import annotations

import datetime as dt
import logging
import time

import msgspec

from feed import last_board
from feed.store import StoreError
from metrics.board import Board, Headline, Timeframe
from metrics.compute import board as compute_board
from metrics.compute import headline_values
from metrics.contract import encode
from metrics.trends import trends as compute_trends
from providers.market import Market
from tui.compose import Works
from tui.config import Peers
from tui.live import Update
from tui.options import Settings

log = logging.getLogger("narrows")

KEEP_BOARD_SECONDS = 60.0


class Publisher:
    """Computes Updates, and keeps headlines and the last Board of what is live."""

    def __init__(self, works: Works, settings: Settings) -> None:
        self._works = works
        self._settings = settings
        self._kept_market: Market | None = None
        self._board: tuple[Market, Peers, Board] | None = None
        self._board_kept = float("-inf")

    def publish(self, market: Market, peers: Peers, timeframe: Timeframe) -> Update:
        """The Update of a Market; a change of timeframe alone computes no Board."""
        board = self._computed(market, peers)
        self._keep(market, board)
        lines = compute_trends(market, self._headlines(market.at), timeframe, peers)
        return Update(board=board, trends=lines)

    def _computed(self, market: Market, peers: Peers) -> Board:
        if self._board is None or self._board[:2] != (market, peers):
            board = compute_board(market, peers=peers)
            board = msgspec.structs.replace(board, remarks=(*self._works.remarks, *board.remarks))
            self._board = (market, peers, board)
        return self._board[2]

    def _keep(self, market: Market, board: Board) -> None:
        if market is self._kept_market or board.mode != "live":
            return
        self._kept_market = market
        try:
            self._works.store.save_headlines(market.at, headline_values(board))
        except StoreError as error:
            log.warning("headlines not kept: %s", error)
        now = time.monotonic()
        if now - self._board_kept >= KEEP_BOARD_SECONDS and not self._works.scratch:
            self._board_kept = now
            last_board.keep(self._settings.store_url, self._settings.universe_path, encode(board))

    def _headlines(self, at: dt.datetime) -> tuple[Headline, ...]:
        try:
            found = self._works.store.headlines(at - dt.timedelta(days=1000))
        except StoreError as error:
            log.warning("headlines not read: %s", error)
            return ()
        return tuple(Headline(at=when, values=values) for when, values in found)
