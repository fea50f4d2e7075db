"""The engine: from settings to Updates, without a screen."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from metrics.board import Board, Freshness
from providers import registry
from providers.base import Provider, ProviderContext, SwitchedOff
from tests.tui.fakes import FRESH, board
from tui import compose
from tui.config import Config, StoreSettings
from tui.errors import ConfigError, NothingToShow, StoreUnusable
from tui.live import Live, Update
from tui.modes import as_it_is
from tui.options import Settings


class Running:
    """An engine at work, and a way to wait for an Update of one kind."""

    def __init__(self, settings: Settings) -> None:
        self.updates: asyncio.Queue[Update] = asyncio.Queue()
        self.live = Live(settings, self.updates.put_nowait)
        self.task = asyncio.create_task(self.live.run())

    async def until(self, wanted: Callable[[Update], bool]) -> Update:
        while True:
            coming = asyncio.ensure_future(self.updates.get())
            await asyncio.wait([coming, self.task], return_when=asyncio.FIRST_COMPLETED)
            if self.task.done():
                self.task.result()
            if wanted(update := await coming):
                return update

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def test_demo_moves_and_obeys_timeframe_peers_and_pause() -> None:
    seen = Running(Settings(demo=True))
    live = seen.live
    assert live.now() is None
    update = await seen.until(lambda update: update.board.basket.freshness.live_pct is not None)
    assert update.board.mode == "demo"
    assert live.now() is not None
    assert live.next_timeframe() == "3M"
    assert live.toggle_peers() == "us"
    update = await seen.until(lambda update: update.board.spreads.peers == "us")
    assert update.trends.timeframe == "3M"
    live.refresh_now()
    assert live.toggle_pause()
    assert live.paused
    assert not live.toggle_pause()
    await seen.end()
    assert not live.paused


async def test_offline_delivers_the_reference_and_claims_nothing_live() -> None:
    seen = Running(Settings(offline=True))
    update = await seen.until(lambda _: True)
    await seen.end()
    assert update.board.mode == "offline"
    assert not update.board.basket.freshness.live_pct
    assert update.trends.lines


async def test_a_past_day_is_shown_as_of_its_end() -> None:
    seen = Running(Settings(at=dt.date(2026, 1, 5)))
    update = await seen.until(lambda _: True)
    await seen.end()
    assert update.board.as_of.date() == dt.date(2026, 1, 5)
    assert update.board.mode == "offline"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (Settings(config=Config(universe="nowhere"), offline=True), ConfigError),
        (
            Settings(config=Config(store=StoreSettings(url="sqlite:////proc/no/n.db")), offline=True),
            StoreUnusable,
        ),
        (Settings(at=dt.date(1990, 1, 1)), NothingToShow),
    ],
)
async def test_what_cannot_run_says_why(settings: Settings, error: type[Exception]) -> None:
    with pytest.raises(error):
        await Live(settings, lambda _: None).run()


async def test_a_provider_that_is_switched_off_is_left_out_with_a_remark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create = registry.create

    def without_key(name: str, context: ProviderContext) -> Provider:
        if name == "artificial_analysis":
            raise SwitchedOff("no key")
        return create(name, context)

    monkeypatch.setattr(registry, "create", without_key)
    works = compose.build(Settings(config=Config(order=("artificial_analysis", "reference"))))
    assert [provider.name for provider in works.providers] == ["reference"]
    assert [remark.text for remark in works.remarks] == ["artificial_analysis is left out: no key"]
    await works.close()


def with_freshness(fresh: Freshness, *, answered: bool) -> Board:
    shown = board()
    last_ok = shown.as_of if answered else None
    providers = tuple(msgspec.structs.replace(provider, last_ok=last_ok) for provider in shown.providers)
    basket = msgspec.structs.replace(shown.basket, freshness=fresh)
    return msgspec.structs.replace(shown, basket=basket, providers=providers)


@pytest.mark.parametrize(
    ("fresh", "answered", "mode"),
    [
        (Freshness(reference_pct=100.0), False, "offline"),
        (Freshness(), False, "offline"),
        (Freshness(reference_pct=100.0), True, "live"),
        (FRESH, False, "live"),
    ],
)
def test_live_is_not_claimed_before_a_source_has_answered(
    fresh: Freshness,
    answered: bool,  # noqa: FBT001 - a parameter
    mode: str,
) -> None:
    assert as_it_is(with_freshness(fresh, answered=answered)).mode == mode


async def test_offline_the_trends_go_back_to_the_base_date_until_another_is_chosen() -> None:
    seen = Running(Settings(offline=True))
    update = await seen.until(lambda update: update.trends.timeframe == "base")
    assert update.trends.lines["basket.value_usd"].segments
    assert seen.live.next_timeframe() == "1D"
    await seen.until(lambda update: update.trends.timeframe == "1D")
    await seen.end()
