"""The monitor on a made-up market that stands still until a key moves it.

`r` (refresh) delivers another Board in which the price in the first row has risen by a half per cent,
`u` (peers) one in which nothing has changed, `t` (timeframe) one in which every price has moved.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable

import msgspec

from bench.markets import market, polled
from metrics.board import Timeframe, Trends
from metrics.compute import board
from providers.market import Market
from tui.app import NarrowsApp
from tui.config import Peers
from tui.live import Update
from tui.options import Settings

LINES = 150
MOVED = "L0118"


class StillEngine:
    """Delivers a Board when it is asked, and at no other time."""

    def __init__(self, _settings: Settings, deliver: Callable[[Update], None]) -> None:
        self.paused = False
        self._deliver = deliver
        self._market = market(LINES)
        self._polls = 0

    async def run(self) -> None:
        """Show the first state."""
        self._show(self._market)
        await asyncio.Event().wait()

    def now(self) -> dt.datetime:
        """The clock stands."""
        return self._market.at

    def refresh_now(self) -> None:
        """One price rises."""
        quote = self._market.quotes[MOVED]
        risen = msgspec.structs.replace(quote, price=round(quote.price * 1.005, 2))
        self._show(dataclasses.replace(self._market, quotes={**self._market.quotes, MOVED: risen}))

    def toggle_pause(self) -> bool:
        """Nothing to stop."""
        return False

    def toggle_peers(self) -> Peers:
        """The same again."""
        self._show(self._market)
        return "global"

    def next_timeframe(self) -> Timeframe:
        """Every price moves."""
        self._polls += 1
        self._show(polled(self._market, self._polls, share=1.0))
        return "1M"

    def _show(self, state: Market) -> None:
        self._market = state
        self._deliver(Update(board=board(state), trends=Trends(timeframe="1M")))


def main() -> None:
    """Run it."""
    NarrowsApp(Settings(), None, StillEngine).run()


if __name__ == "__main__":
    main()
