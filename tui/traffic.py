"""Bytes sent to the terminal in the last minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0


class Traffic:
    """Adds up what is written. `now` is a clock in seconds that only runs forward."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sent: deque[tuple[float, int]] = deque()

    def add(self, size: int) -> None:
        """Count `size` bytes as sent now."""
        self._sent.append((self._now(), size))
        self._forget()

    @property
    def last_minute(self) -> int:
        """Bytes of the last minute."""
        self._forget()
        return sum(size for _, size in self._sent)

    def words(self) -> str:
        """`3.1 kB/min`; empty before anything has been counted."""
        return f"{self.last_minute / 1000:.1f} kB/min" if self._sent else ""

    def _forget(self) -> None:
        oldest = self._now() - WINDOW_SECONDS
        while self._sent and self._sent[0][0] < oldest:
            self._sent.popleft()
