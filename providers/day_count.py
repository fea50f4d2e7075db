"""Day count: how many requests of a daily allowance are used, over all processes and restarts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from providers.base import RateLimited
from providers.files import revise


class DayCount:
    """Counts by UTC day in a file. Where that cannot be written, this process counts alone.

    Args:
        limit: Requests a day.
        name: Whose allowance it is, for the message.
    """

    def __init__(self, path: Path, limit: int, name: str, now: Callable[[], dt.datetime]) -> None:
        self._path = path
        self._limit = limit
        self._name = name
        self._now = now
        self._alone = b""

    def spend(self) -> None:
        """Use one request.

        Raises:
            RateLimited: None is left today.
        """
        now = self._now().astimezone(dt.UTC)
        used = 0

        def count(known: bytes) -> bytes:
            nonlocal used
            used = _used(known, now.date())
            return f"{now.date()} {min(used + 1, self._limit)}".encode("ascii")

        try:
            revise(self._path, count)
        except OSError:
            self._alone = count(self._alone)
        if used >= self._limit:
            midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
            raise RateLimited(
                f"{self._name} allows {self._limit} requests a day, which are used until 00:00 UTC",
                (midnight - now).total_seconds(),
            )


def _used(known: bytes, today: dt.date) -> int:
    """Return the count of today; a file that is damaged or of another day counts nothing."""
    day, _, used = known.decode("ascii", "replace").partition(" ")
    return int(used) if day == str(today) and used.isascii() and used.isdigit() else 0
