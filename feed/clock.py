"""Clocks. The feed never asks the system for the time: live, replay and tests differ in their clock."""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
import itertools
import time
from typing import Protocol

_SETTLE_ROUNDS = 50


class Clock(Protocol):
    """Tells the time and waits."""

    @property
    def speed(self) -> float:
        """Seconds of this clock in one real second: what limits the wait for a real answer counts by it."""

    def now(self) -> dt.datetime:
        """The instant, aware, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""


class SystemClock:
    """The machine's own time."""

    speed = 1.0

    def now(self) -> dt.datetime:
        """The instant, aware, UTC."""
        return dt.datetime.now(dt.UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait; a negative wait is none."""
        await asyncio.sleep(max(seconds, 0.0))


class SimulatedClock:
    """Virtual time that starts at `start` and runs `speed` times as fast as real time."""

    def __init__(self, start: dt.datetime, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"A clock runs forward: expected a speed above 0, got {speed}.")
        self.speed = speed
        self._start = start.astimezone(dt.UTC)
        self._origin = time.monotonic()

    def now(self) -> dt.datetime:
        """The virtual instant, aware, UTC."""
        return self._start + dt.timedelta(seconds=(time.monotonic() - self._origin) * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many virtual seconds."""
        await asyncio.sleep(max(seconds, 0.0) / self.speed)


class ManualClock:
    """A clock that stands until it is advanced. Sleepers wake in the order of their time."""

    speed = 1.0

    def __init__(self, start: dt.datetime) -> None:
        self._now = start.astimezone(dt.UTC)
        self._sleepers: list[tuple[dt.datetime, int, asyncio.Future[None]]] = []
        self._turn = itertools.count()

    def now(self) -> dt.datetime:
        """The instant at which the clock stands, aware, UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been advanced so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + dt.timedelta(seconds=seconds), next(self._turn), waiter))
        await waiter

    def set(self, moment: dt.datetime) -> None:
        """Put the clock to another time, as on a machine that slept: who waits goes on waiting as long."""
        shift = moment.astimezone(dt.UTC) - self._now
        self._sleepers = [(due + shift, turn, waiter) for due, turn, waiter in self._sleepers]
        self._now += shift

    async def advance(self, seconds: float) -> None:
        """Move on; each sleeper that is due wakes at its own time and runs until it waits again."""
        target = self._now + dt.timedelta(seconds=seconds)
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, waiter = heapq.heappop(self._sleepers)
            if waiter.done():
                continue
            self._now = due
            waiter.set_result(None)
            await _settle()
        self._now = target
        await _settle()


async def _settle() -> None:
    """Let every task that can run do so, as far as that needs no input from outside the event loop."""
    for _ in range(_SETTLE_ROUNDS):
        await asyncio.sleep(0)
