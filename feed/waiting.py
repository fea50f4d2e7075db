"""Waiting for tasks or events, but no longer than so many real seconds: answers come in real time.

The clock in use still does the waiting, so that a test with a manual clock waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any, TypeVar

from feed.clock import Clock

T = TypeVar("T")


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


async def carried_through(work: Coroutine[Any, Any, T], seconds: float = 1.0) -> T:
    """Wait for work that goes on, for so many real seconds at most, when the waiting is cancelled."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=seconds)
        if task.done() and not task.cancelled():
            task.exception()  # nobody is left to hear of it
        raise
