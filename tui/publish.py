"""Market → Board → Trends, and what is kept of them. Runs in a thread."""

from __future__ import annotations

import datetime as dt
import logging
import time

import msgspec

from feed.store_errors import StoreError
from metrics.board import Board, Timeframe
from metrics.compute import board as compute_board
from metrics.compute import headline_values
from metrics.contract import encode
from metrics.trends import trends as compute_trends
from providers.market import Market
from tui.compose import Works
from tui.config import Peers
from tui.drawn import MOST, REACH, Drawn
from tui.first_frame import kept_board, last_board
from tui.live import Update
from tui.modes import as_it_is

log = logging.getLogger("narrows")

KEEP_BOARD_SECONDS = 60.0
STORED_SPAN = dt.timedelta(days=1000)


class Publisher:
    """Computes Updates, remembers their headlines, and keeps the last Board of what is live."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._headlines: Drawn | None = None
        self._computed: tuple[Market, Peers, bool, Board] | None = None
        self._kept_at = float("-inf")

    def publish(self, market: Market, peers: Peers, timeframe: Timeframe) -> Update:
        """The Update of a Market; a change of timeframe alone computes no Board. Blocks."""
        unreached = self._unreached
        remembered = unreached and market.mode == "live"
        before = self._computed
        if before is None or before[0] is not market or before[1:3] != (peers, remembered):
            board = as_it_is(compute_board(market, peers=peers))
            board = msgspec.structs.replace(board, remarks=(*self._works.remarks, *board.remarks))
            if remembered:
                board = self._remembered(board)
            else:
                self._remember(board)
            before = self._computed = (market, peers, remembered, board)
        known = () if unreached else self._known().rows
        trends = compute_trends(market, known, timeframe, peers)
        return Update(board=before[3], trends=trends, remembered=remembered)

    @property
    def _unreached(self) -> bool:
        """Whether the store is on a server that has not answered yet."""
        return self._works.store is not None and not self._works.store.reached

    def _remembered(self, board: Board) -> Board:
        """The last Board that was kept, with what this one says of the moment; itself where there is none."""
        kept = kept_board(self._works.settings)
        if kept is None:
            return board
        return msgspec.structs.replace(
            kept,
            sessions=board.sessions,
            providers=board.providers,
            poller=board.poller,
            remarks=board.remarks,
        )

    def _known(self) -> Drawn:
        """Headlines of the store and of this run."""
        if self._headlines is None:
            self._headlines = Drawn()
            for at, values in self._stored():
                self._headlines.add(at, values)
        return self._headlines

    def _stored(self) -> list[tuple[dt.datetime, dict[str, float]]]:
        """Those of the last week; where nobody has polled, the newest of before."""
        store, now = self._works.store, self._works.clock.now()
        if store is None:
            return []
        try:
            return store.headlines(now - REACH, MOST) or store.headlines(now - STORED_SPAN, 1)
        except StoreError as error:
            log.warning("headlines not read: %s", error)
            return []

    def _remember(self, board: Board) -> None:
        if board.mode in ("offline", "replay"):
            return
        self._known().add(board.as_of, headline_values(board))
        now = time.monotonic()
        if self._keeps(board) and now - self._kept_at >= KEEP_BOARD_SECONDS:
            self._kept_at = now
            if not last_board(self._works.settings).keep(encode(board)):
                log.warning("the last Board could not be kept")

    def _keeps(self, board: Board) -> bool:
        """Whoever polls keeps the last Board beside a file; of a server each user keeps one, but no kiosk."""
        store, poller = self._works.store, board.poller
        if board.mode != "live" or poller is None or self._works.settings.kiosk:
            return False
        shared = store is not None and not store.is_file
        return poller.role == "polls" or (shared and poller.role == "follows" and poller.holder is not None)
