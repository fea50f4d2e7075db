"""Market of a tape → Board → Trends. Frames that were shown make the trend of the day. Runs in a thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from metrics.board import Board, Headline, RemarkView, Timeframe
from metrics.compute import board as compute_board
from metrics.compute import headline_values
from metrics.trends import trends as compute_trends
from providers.market import Market
from providers.records import Remark
from tui.config import Peers
from tui.live import Update

MOST_HEADLINES = 8_000


class ReplayPublisher:
    """Computes Updates, and remembers their headlines."""

    def __init__(self) -> None:
        self._headlines: dict[tuple[dt.datetime, Peers], Headline] = {}
        self._computed: tuple[Market, Peers, Board] | None = None

    def publish(self, market: Market, notes: Sequence[Remark], peers: Peers, timeframe: Timeframe) -> Update:
        """The Update of a Market; `notes` is what the recording process said besides."""
        if self._computed is None or self._computed[0] is not market or self._computed[1] != peers:
            board = board_of(market, notes, peers)
            self._computed = (market, peers, board)
            self._headlines[board.as_of, peers] = Headline(at=board.as_of, values=headline_values(board))
            while len(self._headlines) > MOST_HEADLINES:
                del self._headlines[next(iter(self._headlines))]
        headlines = list(self._headlines.values())
        return Update(board=self._computed[2], trends=compute_trends(market, headlines, timeframe, peers))


def board_of(market: Market, notes: Sequence[Remark], peers: Peers) -> Board:
    """The Board of a Market of a tape, with the notes of the process that recorded it."""
    board = compute_board(market, peers=peers)
    said = tuple(
        RemarkView(subject=n.subject, text=n.text, at=n.at, severity=n.severity, source=n.source or "narrows")
        for n in notes
    )
    return msgspec.structs.replace(board, remarks=(*said, *board.remarks))
