"""How long one poll takes from the arrival of its quotes to the screen: Market, Board, widgets."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterator

from textual.app import App, ComposeResult

from bench import programs
from bench.measure import Measure, Options
from metrics.board import Board, Trends
from widgets.basket import BasketPane
from widgets.options import DisplayOptions
from widgets.share import SharePane
from widgets.spreads import SpreadsPane

BUDGETS = {200: 50.0, 5000: 300.0}
TRENDS = Trends(timeframe="1M")


class PanesApp(App[None]):
    """The three panes whose figures change with every poll."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = (BasketPane(), SharePane(), SpreadsPane())

    def compose(self) -> ComposeResult:
        """The panes alone."""
        yield from self.panes

    async def shown(self, board: Board) -> None:
        """Show a Board as the monitor does, and wait until it is painted."""
        painted = asyncio.Event()
        for pane in self.panes:
            pane.show(board, TRENDS, board.as_of, DisplayOptions(zone=dt.UTC))
        self.screen.call_after_refresh(painted.set)
        await painted.wait()


def poll(options: Options) -> Iterator[Measure]:
    """One poll in which half of all quotes moved, for each size of universe."""
    for lines in options.lines:
        first, compute, paint = asyncio.run(_polls(lines, options.runs))
        yield Measure(
            name=f"poll to screen, {lines:,} lines",
            unit="ms",
            value=compute + paint,
            budget=BUDGETS.get(lines),
            note=f"Board {compute:.0f} ms, widgets {paint:.0f} ms; the very first Board took {first:.0f} ms",
        )


async def _polls(lines: int, runs: int) -> tuple[float, float, float]:
    """Milliseconds: the first Board, the median of the next ones, the median of their painting."""
    from bench import markets
    from metrics import compute

    market = markets.market(lines)
    app = PanesApp()
    boards, paints = [], []
    async with app.run_test(size=programs.SIZE):
        for number in range(runs + 1):
            market = markets.polled(market, number)
            began = time.perf_counter()
            board = compute.board(market)
            boards.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            await app.shown(board)
            paints.append(1000 * (time.perf_counter() - began))
    return boards[0], programs.median(boards[1:]), programs.median(paints[1:])
