"""Desk: alerts beside the engine. Which Board they are asked about, and when again without a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from metrics.board import Board
from metrics.compute import board as compute_board
from providers.market import Market
from tui.alerts.runner import Alerts
from tui.alerts.view import AlertsView
from tui.alerts.watches import watches
from tui.compose import Works
from tui.modes import as_it_is

SOONEST_SECONDS = 0.1


class Desk:
    """The alerts of one run. Close it before the parts.

    Args:
        works: The parts of the run.
        wake: Asks for the last Market to be considered once more.
    """

    def __init__(self, works: Works, wake: Callable[[], None]) -> None:
        settings = works.settings
        running = works.feed is not None and not settings.offline
        acting = running and not settings.demo
        store = works.store if acting else None
        # Who may not keep a state could not know that an alert has been told: it listens to those who may.
        watching = running and not (store is not None and store.read_only)
        self._alerts = Alerts(
            watches(settings.config.alerts, f"{settings.universe_path} {settings.peers}"),
            store=store,
            http=works.http,
            now=works.clock.now,
            watching=watching,
            acting=acting,
        )
        self._peers = settings.peers
        self._clock = works.clock
        self._wake = wake
        self._considered: Market | None = None
        self._view = AlertsView()
        self._timer: asyncio.TimerHandle | None = None
        self._snoozing: set[asyncio.Task[None]] = set()

    def listed(self, shown: Board) -> AlertsView:
        """How the alerts stand on the Board on the screen, at once: the store is not asked."""
        if self._alerts.watches and shown.spreads.peers == self._peers:
            self._view = replace(self._alerts.listed(shown), snooze=self.snooze)
        return replace(self._view, notices=())

    async def consider(self, market: Market, shown: Board) -> AlertsView | None:
        """Ask the alerts about a Market; `None` where there is nothing to add to `listed`.

        `shown` is its Board on the screen, which serves where it has the peers of the configuration.
        """
        if not self._alerts.watches or market is self._considered:
            return None
        board = shown
        if shown.spreads.peers != self._peers:
            board = as_it_is(await asyncio.to_thread(compute_board, market, peers=self._peers))
        before = self._view
        self._view = replace(await self._alerts.consider(board), snooze=self.snooze)
        self._considered = market
        self._set_timer()
        return self._view if self._view.notices or self._view.rows != before.rows else None

    def snooze(self, key: str) -> None:
        """Be quiet about an alert, or no longer; the list shows it at once."""
        task = asyncio.create_task(self._snooze(key))
        self._snoozing.add(task)
        task.add_done_callback(self._snoozing.discard)

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.gather(*self._snoozing, return_exceptions=True)
        await self._alerts.close()

    async def _snooze(self, key: str) -> None:
        await self._alerts.snooze(key)
        self._again()

    def _again(self) -> None:
        self._considered = None
        self._wake()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        moment = self._alerts.next_look()
        if moment is not None:
            seconds = (moment - self._clock.now()).total_seconds() / self._clock.speed
            self._timer = asyncio.get_running_loop().call_later(max(seconds, SOONEST_SECONDS), self._again)
