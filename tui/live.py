"""The monitor's engine: runs the feed and turns each Market into one frozen Update. Knows no screen.

The feed publishes Markets; the newest is computed in a thread, older ones that nobody has looked at are
skipped; the result is kept (headlines, last Board) and delivered.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metrics.board import TIMEFRAMES, Board, Timeframe, Trends
from tui import heap
from tui.config import Peers
from tui.options import Settings

if TYPE_CHECKING:
    from providers.market import Market
    from tui.alerts.view import AlertsView
    from tui.compose import Works

log = logging.getLogger("narrows")


@dataclass(frozen=True, eq=False, kw_only=True)
class Update:
    """One Board with its trends, and how the alerts stand on it.

    Attributes:
        again: Whether only the alerts are new.
        remembered: Whether it is the last Board that was kept, because the store does not answer.
    """

    board: Board
    trends: Trends
    alerts: AlertsView | None = None
    again: bool = False
    remembered: bool = False


class Live:
    """Runs until cancelled; every call comes from its own event loop.

    Args:
        settings: What to run.
        deliver: Takes each Update, in the event loop.
    """

    def __init__(self, settings: Settings, deliver: Callable[[Update], None]) -> None:
        self.peers: Peers = settings.peers
        self.timeframe: Timeframe = "1M"
        self._chosen = False
        self._settings = settings
        self._deliver = deliver
        self._works: Works | None = None
        self._market: Market | None = None
        self._stale = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether polling stands still."""
        return self._works is not None and self._works.feed is not None and self._works.feed.paused

    def now(self) -> dt.datetime | None:
        """The instant on the clock in use; `None` while there is none, or where a past day is shown."""
        if self._settings.at is not None:
            return None
        if self._works is not None:
            return self._works.clock.now()
        return None if self._settings.demo else dt.datetime.now(dt.UTC)

    async def run(self) -> None:
        """Build the parts, run the feed, publish, and give everything back at the end.

        Raises:
            ProgramError: when the parts cannot be built.
        """
        heap.keep_small()
        self._works = works = await asyncio.to_thread(_build, self._settings)
        publishing = asyncio.create_task(self._publish(works))
        try:
            if works.feed is None:
                self._arrived(await asyncio.to_thread(works.past_market))
                await publishing
            else:
                await _first_to_fail(publishing, asyncio.create_task(works.feed.run(self._arrived)))
        finally:
            publishing.cancel()
            await asyncio.wait([publishing])
            self._works = None
            await works.close()

    def refresh_now(self) -> None:
        """Ask the providers now instead of at the next poll."""
        if self._works is not None and self._works.feed is not None:
            self._works.feed.refresh_now()

    def toggle_pause(self) -> bool:
        """Stop polling or go on; whether it now stands still."""
        if self._works is None or self._works.feed is None:
            return False
        feed = self._works.feed
        if feed.paused:
            feed.resume()
        else:
            feed.pause()
        return feed.paused

    def toggle_peers(self) -> Peers:
        """Compare with the other peers from now on."""
        self.peers = "us" if self.peers == "global" else "global"
        self._stale.set()
        return self.peers

    def next_timeframe(self) -> Timeframe:
        """Trends of the next timeframe from now on."""
        self._chosen = True
        self.timeframe = TIMEFRAMES[(TIMEFRAMES.index(self.timeframe) + 1) % len(TIMEFRAMES)]
        self._stale.set()
        return self.timeframe

    def _arrived(self, market: Market) -> None:
        self._market = market
        self._stale.set()

    async def _publish(self, works: Works) -> None:
        from metrics.compute import headline_values
        from tui.alerts.desk import Desk
        from tui.publish import Publisher

        publisher = Publisher(works)
        desk = Desk(works, self._stale.set)
        kept: Market | None = None
        try:
            while True:
                await self._stale.wait()
                self._stale.clear()
                market = self._market
                if market is None:
                    continue
                update = await asyncio.to_thread(publisher.publish, market, self.peers, self.timeframe)
                usual = usual_timeframe(update.board)
                if not self._chosen and usual != self.timeframe:
                    self.timeframe = usual
                    update = await asyncio.to_thread(publisher.publish, market, self.peers, usual)
                self._deliver(replace(update, alerts=desk.listed(update.board)))
                if update.remembered:
                    continue  # nothing is new on it
                alerts = await desk.consider(market, update.board)
                if alerts is not None:
                    self._deliver(replace(update, alerts=alerts, again=True))
                if works.feed is not None and market is not kept and update.board.mode == "live":
                    kept = market
                    await works.feed.keep_headlines(market.at, headline_values(update.board))
        finally:
            await desk.close()


def usual_timeframe(board: Board) -> Timeframe:
    """What trends show until somebody chooses.

    Offline there are few closes and no polls of late: the base date is what today can be seen against.
    """
    return "base" if board.mode == "offline" else "1M"


def _build(settings: Settings) -> Works:
    """Build the parts; what they need is imported here, in a thread, so that keys are answered meanwhile."""
    from tui import compose

    return compose.build(settings, patient=True)


async def _first_to_fail(*tasks: asyncio.Task[None]) -> None:
    """Wait for tasks that never end by themselves; when one does, end the others and raise its error."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()
