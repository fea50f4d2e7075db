"""Circuit breaker: a source that keeps failing is left alone for a while, then probed once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from providers.base import ProviderError, RateLimited, Refused

# The feed spaces its questions by itself, farther the longer an outage lasts: this pause only keeps the many
# questions of one moment from waiting for a dead source one after the other, and must be over when the feed
# asks again. A source that said "slow down" or "go away" without saying for how long is left alone for a
# fifth of the time that it has been saying so: what lasts a minute is soon over, a ban is not argued with.
OUTAGE_PAUSE = (5.0, 10.0)
BAN_PAUSE = (10.0, 900.0)
BAN_SHARE = 0.2


class Breaker:
    """State of the circuit to one service of a provider.

    Closed until so many failures in a row, or one rate limit; then open for a pause that grows with every
    failed probe; one success closes it.

    Args:
        monotonic: Seconds of a clock that never goes back.
        tolerates: Failures in a row that open it.
        outage_pause: First and longest pause of an outage, seconds.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        tolerates: int = 3,
        outage_pause: tuple[float, float] = OUTAGE_PAUSE,
    ) -> None:
        self._monotonic = monotonic
        self._tolerates = tolerates
        self._outage_pause = outage_pause
        self._failures = 0
        self._openings = 0
        self._opened_until = 0.0
        self._failing_since = 0.0
        self._probe: asyncio.Event | None = None
        self.reason: ProviderError | None = None

    @property
    def wait(self) -> float:
        """Seconds until the next try; 0 when requests may pass."""
        return max(0.0, self._opened_until - self._monotonic())

    @property
    def failing(self) -> bool:
        """Whether the newest request got no answer."""
        return self._failures > 0

    async def admits(self) -> bool:
        """Whether a request may pass. After a pause one goes first; the others wait for its outcome."""
        while self.wait == 0:
            if not self._openings:
                return True
            if self._probe is None:
                self._probe = asyncio.Event()
                return True
            await self._probe.wait()
        return False

    def succeeded(self) -> None:
        """Note an answer, of whatever kind: the source is there and talks to us."""
        self._failures = self._openings = 0
        self._opened_until = 0.0
        self.reason = None
        self._end_probe()

    def failed(self, error: ProviderError) -> None:
        """Note a request that got no answer."""
        if not self._failures:
            self._failing_since = self._monotonic()
        self._failures += 1
        self.reason = error
        patient = self._openings == 0 and not isinstance(error, RateLimited)
        if patient and self._failures < self._tolerates:
            self._end_probe()
            return
        banned = isinstance(error, RateLimited | Refused)
        first, ceiling = max(BAN_PAUSE, self._outage_pause) if banned else self._outage_pause
        if banned:
            pause = max(first, BAN_SHARE * (self._monotonic() - self._failing_since))
        else:
            pause = first * 2.0 ** min(self._openings, 16)
        pause = min(ceiling, pause)
        if isinstance(error, RateLimited) and error.retry_after is not None:
            pause = max(error.retry_after, 1.0)
        self._openings += 1
        self._opened_until = self._monotonic() + pause
        self._end_probe()

    def abandoned(self) -> None:
        """Note a request that was cancelled before its outcome was known."""
        self._end_probe()

    def _end_probe(self) -> None:
        if self._probe is not None:
            self._probe.set()
            self._probe = None
