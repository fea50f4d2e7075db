"""Clocks."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from feed.clock import ManualClock, SimulatedClock, SystemClock
from tests.feed.support import TUESDAY_MORNING


async def test_sleepers_wake_in_the_order_of_their_time_and_at_it() -> None:
    clock = ManualClock(TUESDAY_MORNING)
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, (clock.now() - TUESDAY_MORNING).total_seconds()))

    tasks = [
        asyncio.create_task(sleeper(name, seconds)) for name, seconds in (("b", 20), ("a", 10), ("c", 40))
    ]
    await clock.advance(30)
    assert tuple(woken) == (("a", 10), ("b", 20))
    assert clock.now() == TUESDAY_MORNING + dt.timedelta(seconds=30)
    await clock.advance(10)
    assert tuple(woken[2:]) == (("c", 40),)
    await asyncio.gather(*tasks)


async def test_a_sleeper_that_sleeps_again_wakes_again_within_one_advance() -> None:
    clock = ManualClock(TUESDAY_MORNING)
    ticks: list[dt.datetime] = []

    async def ticking() -> None:
        while True:
            await clock.sleep(10)
            ticks.append(clock.now())

    task = asyncio.create_task(ticking())
    await clock.advance(35)
    task.cancel()
    assert [(tick - TUESDAY_MORNING).total_seconds() for tick in ticks] == [10, 20, 30]


async def test_virtual_time_runs_as_much_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monotonic, slept = 100.0, []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("feed.clock.time.monotonic", lambda: monotonic)
    monkeypatch.setattr("feed.clock.asyncio.sleep", sleep)
    clock = SimulatedClock(TUESDAY_MORNING, 60)
    monotonic = 102.0
    assert clock.now() == TUESDAY_MORNING + dt.timedelta(minutes=2)
    await clock.sleep(90)
    assert slept == [1.5]


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="above 0"):
        SimulatedClock(TUESDAY_MORNING, 0)


def test_the_machine_tells_utc() -> None:
    assert SystemClock().now().tzinfo is dt.UTC
