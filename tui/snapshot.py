"""`narrows snapshot`: one Board on stdout.

The store's Board while it is younger than two polls, else one poll with all its answers.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import sys

from metrics.board import Board
from metrics.compute import board as compute_board
from providers.market import Market
from tui import checks, compose, logs, printing
from tui.compose import Works
from tui.errors import NothingToShow
from tui.modes import as_it_is
from tui.options import Settings

ANSWER_SECONDS = 60.0


def run(settings: Settings, *, layout: printing.FormatName, pane: str | None) -> int:
    """Print one Board.

    Raises:
        ProgramError: when there is none to print.
    """
    checks.provider_names(settings)
    logs.start(settings.log_file)
    board, warnings = asyncio.run(_board(settings))
    for warning in warnings:
        sys.stderr.write(f"narrows: {warning}\n")
    colour = layout == "table" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size((160, 24)).columns
    sys.stdout.write(printing.render(board, layout, pane, width, colour=colour))
    return 0


async def _board(settings: Settings) -> tuple[Board, list[str]]:
    works = compose.build(settings)
    try:
        market = await market_now(works)
        board = as_it_is(compute_board(market, peers=settings.peers))
    finally:
        await works.close()
    if board.basket.value_usd is None and board.share.listed_pct is None:
        raise NothingToShow("no price is known for any issuer. Check the universe and the providers.")
    return board, [remark.text for remark in works.remarks if remark.severity != "info"]


async def market_now(works: Works) -> Market:
    """The Market to print: of the day of `--at`, from the store while it is fresh, else from one poll."""
    if works.feed is None:
        return await asyncio.to_thread(works.past_market)
    await works.feed.start()
    market = works.feed.market()
    newest = max((quote.received for quote in market.quotes.values()), default=None)
    fresh = dt.timedelta(seconds=2 * works.settings.config.refresh.quotes)
    if newest is not None and works.clock.now() - newest < fresh:
        return market
    if works.settings.demo:
        from providers.demo import SPEED

        # All that is known comes from the simulation, closes too, on a clock that runs faster.
        return await works.feed.poll_once(ANSWER_SECONDS * SPEED)
    return await works.feed.poll_once(ANSWER_SECONDS, fill=False)
