"""Alerts beside the engine: with every Market, on the configured peers, and again when a snooze ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tui.alerts.settings import Alert
from tui.alerts.view import AlertsView
from tui.config import Config
from tui.live import Live, Update
from tui.options import Settings

ALWAYS_TRUE = "share.listed_pct >= 0"


class Seen:
    """What an engine at work delivers about alerts."""

    def __init__(self, live: Live, updates: asyncio.Queue[Update]) -> None:
        self.live = live
        self._updates = updates

    async def until(self, wanted: Callable[[AlertsView], bool]) -> AlertsView:
        while True:
            view = (await self._updates.get()).alerts
            if view is not None and wanted(view):
                return view


@asynccontextmanager
async def engine(*alerts: Alert, offline: bool = False) -> AsyncIterator[Seen]:
    updates: asyncio.Queue[Update] = asyncio.Queue()
    live = Live(Settings(config=Config(alerts=alerts), demo=not offline, offline=offline), updates.put_nowait)
    running = asyncio.create_task(live.run())
    try:
        yield Seen(live, updates)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_alerts_go_with_the_demo(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="narrows")
    alerts = (
        Alert(when=ALWAYS_TRUE, name="Always", repeat="always", snooze=1, command=("/nonexistent",)),
        Alert(when="spreads.peers == us"),
    )
    async with engine(*alerts) as seen:
        view = await seen.until(lambda view: bool(view.notices))
        # They are told on the screen and in the log alone: a simulated market is not worth a command.
        assert view.notices[0].text.startswith("Always: now ")
        assert not view.aloud
        await seen.until(lambda view: not view.notices)

        # They ask the configured peers, whichever are shown.
        assert seen.live.toggle_peers() == "us"
        for _ in range(2):
            view = await seen.until(lambda _: True)
            assert (view.rows[1].now, view.notices) == ("global", ())

        # A snooze shows at once, and ends without a new Market.
        seen.live.toggle_pause()
        view.snooze(view.rows[0].watch.rule.key)
        await seen.until(lambda view: view.rows[0].standing == "snoozed")
        await seen.until(lambda view: view.rows[0].standing == "holds")
    assert "alert: Always: now " in caplog.text
    assert "/nonexistent" not in caplog.text


async def test_offline_nothing_fires() -> None:
    async with engine(Alert(when=ALWAYS_TRUE), Alert(when="providers any off"), offline=True) as seen:
        view = await seen.until(lambda _: True)
    assert [row.standing for row in view.rows] == ["early", "armed"]
    assert view.notices == ()


async def test_without_alerts_there_is_nothing_to_list() -> None:
    async with engine() as seen:
        assert (await seen.until(lambda _: True)).rows == ()
