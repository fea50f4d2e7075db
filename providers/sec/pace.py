"""Pace: how fast EDGAR is asked by all processes of this machine together.

EDGAR allows ten requests a second "regardless of the number of machines". The processes share one number in
a file: the instant from which the next request may be sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

from providers.base import RateLimited
from providers.files import revise
from providers.numbers import number

PER_SECOND = 8.0
# What EDGAR itself says about how long it keeps a client out that was too fast.
BAN = 600.0
# A longer queue than this is no queue but a ban.
PATIENCE = 20.0


class Pace:
    """Gives turns.

    Args:
        path: The shared file. Where it cannot be written, this process keeps the pace alone.
        now: Wall clock, the same for all processes.
        sleep: Waits that many seconds.
    """

    def __init__(
        self, path: Path, now: Callable[[], dt.datetime], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._path = path
        self._now = now
        self._sleep = sleep
        self._alone = b""

    async def turn(self) -> None:
        """Wait for a turn.

        Raises:
            RateLimited: EDGAR has asked one of the processes to stay away, and that time is not over.
        """
        wait = 0.0

        def claim(known: bytes) -> bytes:
            nonlocal wait
            now = self._now().timestamp()
            free = max(_instant(known, now), now)
            wait = free - now
            return str(free if wait > PATIENCE else free + 1.0 / PER_SECOND).encode("ascii")

        self._revise(claim)
        if wait > PATIENCE:
            raise RateLimited(f"EDGAR asked to slow down; it is left alone for another {wait:.0f} s", wait)
        if wait > 0:
            await self._sleep(wait)

    def rest(self, seconds: float) -> None:
        """Let no process send a request for a while."""
        until = self._now().timestamp() + seconds
        self._revise(lambda _: str(until).encode("ascii"))

    def _revise(self, change: Callable[[bytes], bytes]) -> None:
        try:
            revise(self._path, change)
        except OSError:
            self._alone = change(self._alone)


def _instant(known: bytes, now: float) -> float:
    """Return the shared instant; one that is damaged or of a clock that was ahead is none."""
    found = number(known.decode("ascii", "replace"))
    return found if found is not None and found <= now + BAN + PATIENCE else now
