"""The monitor against a loopback market: prices are on the screen within a poll, a dead source is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from feed.clock import ManualClock
from providers.http import HttpClient
from tests.end_to_end.test_served_prices import UNIVERSE, prices
from tests.server import MarketServer, Truth
from tui import compose
from tui.app import NarrowsApp
from tui.config import Config, Display, StoreSettings
from tui.options import Settings
from widgets.basket import BasketPane

# A Tuesday, eleven in the morning in Shanghai and Hong Kong: both are in session.
MORNING = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    clock = ManualClock(MORNING)
    monkeypatch.setattr(compose, "clock_of", lambda _: clock)
    virtual = partial(HttpClient, monotonic=lambda: clock.now().timestamp(), sleep=clock.sleep)
    monkeypatch.setattr(compose, "HttpClient", virtual)
    return clock


@pytest.fixture
def market(clock: ManualClock) -> Iterator[MarketServer]:
    truth = Truth(now=clock.now)
    truth.add(*prices())
    with MarketServer(truth) as server:
        yield server


@pytest.fixture
def app(tmp_path: Path, market: MarketServer) -> NarrowsApp:
    universe = tmp_path / "universe.csv"
    universe.write_text(UNIVERSE, encoding="utf-8")
    config = Config(
        universe=str(universe),
        store=StoreSettings(url=f"sqlite:///{tmp_path}/narrows.db"),
        order=("yahoo", "reference"),
        providers={"yahoo": {"base_url": market.url}},
        display=Display(zone="Asia/Hong_Kong"),
    )
    return NarrowsApp(Settings(config=config), None)


async def until(
    pilot: Pilot[None], clock: ManualClock, text: str, seconds: float, patience: int = 25
) -> None:
    """Let the clock run, five seconds at a time, until a text is on the screen.

    Answers come over a real socket: `patience` is how often each step looks, however busy the machine.
    """
    for _ in range(0, int(seconds), 5):
        await clock.advance(5)
        for _ in range(patience):
            await pilot.pause()
            if text in screen(pilot):
                return
    raise AssertionError(f"{text!r} is not on the screen after {seconds} s:\n{screen(pilot)}")


def screen(pilot: Pilot[None]) -> str:
    """What a reader sees."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


@pytest.mark.timeout(180)
async def test_a_price_that_moved_is_on_the_screen_within_one_poll(
    app: NarrowsApp, market: MarketServer, clock: ManualClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, clock, "40.40", 40, 100)
        with market.truth.lock:
            market.truth.stocks["9002.HK"].price = 41.7
        await until(pilot, clock, "41.70", 20, 100)
        assert "live" in screen(pilot).splitlines()[0]


@pytest.mark.timeout(180)
async def test_a_dead_source_is_told_its_values_stay_dated_and_it_recovers_by_itself(
    app: NarrowsApp, market: MarketServer, clock: ManualClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, clock, "40.40", 40, 100)
        market.stop()
        await until(pilot, clock, "yahoo de", 120)
        await until(pilot, clock, "stale", 240)
        assert "40.40" in screen(pilot)
        view = pilot.app.screen.query_one(BasketPane).view
        assert view is not None
        # Shanghai is served without delay, Hong Kong with fifteen minutes that are not up yet.
        assert {one.issuer for one in view.board.basket.constituents if one.stale} == {"red"}
        market.truth.stocks["9002.HK"].price = 42.25
        market.start()
        await until(pilot, clock, "42.25", 400)
        await until(pilot, clock, "yahoo ok", 60)
