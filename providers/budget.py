"""Budget: how fast, and how many at a time, one host is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Budget:
    """A token bucket with a limit on concurrency.

    Tokens refill evenly, `per_minute` a minute, up to `burst`. Waiters are served in the order they came.

    Args:
        monotonic: Seconds of a clock that never goes back.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        *,
        per_minute: float,
        burst: int,
        concurrency: int,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._rate = per_minute / 60.0
        self._burst = float(burst)
        self._monotonic = monotonic
        self._sleep = sleep
        self._tokens = float(burst)
        self._filled = monotonic()
        self._places = asyncio.Semaphore(concurrency)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one place and spend one token, waiting for both."""
        async with self._places:
            await self._spend()
            yield

    async def _spend(self) -> None:
        async with self._turn:
            self._refill()
            if self._tokens < 1.0:
                await self._sleep((1.0 - self._tokens) / self._rate)
                self._refill()
            self._tokens = max(0.0, self._tokens - 1.0)

    def _refill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
