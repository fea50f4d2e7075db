"""The providers screen: what `P` opens, and that it keeps up."""

from __future__ import annotations

import datetime as dt
from typing import cast

import msgspec
from textual.screen import Screen

from metrics.board import ProviderView
from tests.tui.fakes import NOW, FakeEngine, board, trends
from tui.app import NarrowsApp
from tui.config import Config
from tui.live import Update
from tui.options import Settings
from tui.screens.providers import ProvidersScreen

YAHOO = ProviderView(
    name="yahoo",
    state="degraded",
    last_ok=NOW,
    last_error="429 too many requests",
    requests=812,
    latency_ms=83.0,
    next_try=NOW + dt.timedelta(seconds=42),
    allowed=2000,
    delay_minutes={"XHKG": 15.0},
)


def on_top(app: NarrowsApp) -> Screen[object]:
    return app.screen


def text(app: NarrowsApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_p_shows_every_source_and_follows_the_feed() -> None:
    shown = msgspec.structs.replace(board(), providers=(YAHOO,))
    app = NarrowsApp(Settings(config=Config()), shown, FakeEngine)
    async with app.run_test(size=(120, 30)) as pilot:
        engine = cast("FakeEngine", app.engine)
        engine.deliver(Update(board=shown, trends=trends("1M")))
        await pilot.press("P")
        await pilot.pause()
        screen = on_top(app)
        assert isinstance(screen, ProvidersScreen)
        assert "812 of 2,000" in text(app)
        assert "HKEX 15m" in text(app)
        assert "429 too many requests; next try 0:42" in text(app)
        well = msgspec.structs.replace(YAHOO, state="ok", last_error=None, next_try=None, requests=813)
        engine.deliver(Update(board=msgspec.structs.replace(shown, providers=(well,)), trends=trends("1M")))
        await pilot.pause()
        screen._refresh_text()
        await pilot.pause()
        assert "813 of 2,000" in text(app)
        assert "429" not in text(app)
        await pilot.press("P")
        await pilot.pause()
        assert on_top(app) is app.monitor


async def test_p_in_a_narrow_terminal_cuts_and_does_not_wrap() -> None:
    app = NarrowsApp(
        Settings(config=Config()), msgspec.structs.replace(board(), providers=(YAHOO,)), FakeEngine
    )
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("P")
        await pilot.pause()
        assert sum("│ yahoo" in line for line in text(app).splitlines()) == 1
