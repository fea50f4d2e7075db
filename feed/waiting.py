"""Waiting for tasks or events, but no longer than so many real seconds: answers come in real time.

The clock in use still does the waiting, so that a test with a manual clock waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from feed.clock import Clock


async def finish(tasks: Collection[asyncio.Task[Any]], seconds: float, clock: Clock) -> bool:
    """Wait until all tasks are done; `False` when time ran out first. Neither cancels nor raises for them."""
    timer = asyncio.ensure_future(clock.sleep(seconds * clock.speed))
    try:
        pending = {task for task in tasks if not task.done()}
        while pending and not timer.done():
            await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
            pending = {task for task in pending if not task.done()}
        return not pending
    finally:
        timer.cancel()


async def happens(event: asyncio.Event, seconds: float, clock: Clock) -> bool:
    """Wait for an event; `False` when time ran out first."""
    waiter = asyncio.create_task(event.wait())
    try:
        return await finish({waiter}, seconds, clock)
    finally:
        waiter.cancel()
