"""The one HTTP client: retries, limits, timeouts, size caps and the breaker live here and nowhere else.

A provider asks `client.for_provider(name, settings)` for its own handle and uses the source's real addresses;
where the configuration sets a `base_url`, the handle sends every request there. Errors are `ProviderError`s.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

import httpx

from providers import browser_tls
from providers.base import BadAnswer, ProviderError, RateLimited, Refused, Unreachable
from providers.breaker import Breaker
from providers.budget import Budget
from providers.faults import from_status
from providers.handle import ProviderHttp
from providers.network_settings import ATTEMPTS, NetworkSettings, read_settings
from providers.reply import Reply
from providers.wire import Call, Wire

# A source that asks for a longer pause than this gets it from the breaker, not from a waiting request.
PATIENCE = 5.0
SHORTEST_WAIT = 1.0

# The libraries log whole addresses, and headers at DEBUG: crumbs, keys and cookies.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True)
class ProviderStats:
    """What the client has seen of one provider. `latency_ms` is that of the newest answer."""

    requests: int = 0
    failures: int = 0
    latency_ms: float | None = None
    last_ok: dt.datetime | None = None
    last_error: str | None = None
    next_try: dt.datetime | None = None


@dataclass
class _Account:
    """Running account of one provider: a circuit per service, a budget per host."""

    stats: ProviderStats = field(default_factory=ProviderStats)
    breakers: dict[str, Breaker] = field(default_factory=dict)
    budgets: dict[str, Budget] = field(default_factory=dict)


class HttpClient:
    """Shared by all providers of the process. Close it with `aclose`.

    Args:
        now: Wall clock, for `Retry-After` dates and for what is shown.
        monotonic: Seconds of a clock that never goes back, for budgets and the breaker.
        sleep: Waits that many seconds.
        jitter: A fraction between 0 and 1, so that clients do not retry in step.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        *,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._jitter = jitter
        self._wire = Wire(lambda: transport)
        self._browser = Wire(browser_tls.transport, own_headers=True)
        self._accounts: dict[str, _Account] = {}

    def for_provider(
        self,
        name: str,
        settings: Mapping[str, object],
        *,
        defaults: NetworkSettings | None = None,
        home: str | None = None,
        service: str = "",
    ) -> ProviderHttp:
        """Return a handle of one provider.

        Args:
            name: The provider's name; its account and budgets.
            settings: The table `[providers.NAME]`.
            defaults: The provider's own defaults.
            home: The usual base address; a `base_url` that says just this moves nothing.
            service: A part of the source that may be out of order while the others work.

        Raises:
            SwitchedOff: A setting is not of its kind.
        """
        limits = read_settings(name, settings, defaults or NetworkSettings())
        if limits.base_url == home:
            limits = replace(limits, base_url=None)
        return ProviderHttp(self, name, service, limits)

    def stats(self, provider: str) -> ProviderStats:
        """Return what has been seen of a provider; all zero before its first request."""
        account = self._account(provider)
        waits = [breaker.wait for breaker in account.breakers.values() if breaker.wait > 0]
        next_try = self._now() + dt.timedelta(seconds=min(waits)) if waits else None
        return replace(account.stats, next_try=next_try)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()
        await self._browser.aclose()

    async def send(
        self, provider: str, call: Call, limits: NetworkSettings, headers: Mapping[str, str]
    ) -> tuple[Reply, httpx.Response]:
        """Send a request of a handle within the budget, with retries, unless the circuit is open.

        Raises:
            ProviderError: No usable answer, or a status that is neither 2xx nor in `call.accept`.
        """
        account = self._account(provider)
        breaker = self._breaker(account, call.service, limits)
        if not await breaker.admits():
            raise self._left_alone(provider, breaker)
        budget = self._budget(account, call.url, limits)
        try:
            whole = replace(call, headers={**headers, **call.headers})
            # A source that failed the last time is asked once: three tries each time would be a stampede.
            tries = 1 if breaker.failing else limits.attempts
            answer = await self._attempts(account, budget, whole, limits, tries)
        except ProviderError as error:
            self._failed(account, breaker, error, strict=limits.strict)
            raise
        except asyncio.CancelledError:
            breaker.abandoned()
            raise
        breaker.succeeded()
        account.stats = replace(account.stats, last_ok=self._now(), last_error=None)
        return answer

    async def _attempts(
        self, account: _Account, budget: Budget, call: Call, limits: NetworkSettings, tries: int
    ) -> tuple[Reply, httpx.Response]:
        left = tries if call.method == "GET" or call.repeatable else 1
        while True:
            left -= 1
            try:
                async with budget.slot():
                    wire = self._browser if limits.browser_tls else self._wire
                    reply, response = await self._attempt(account, call, wire)
                    if limits.strict and not reply.body:
                        raise BadAnswer(f"{reply.where} sent an empty body")
                    return reply, response
            except ProviderError as error:
                pause = self._pause(error, limits.attempts - left)
                if left == 0 or pause is None:
                    raise
            await self._sleep(pause)

    async def _attempt(self, account: _Account, call: Call, wire: Wire) -> tuple[Reply, httpx.Response]:
        account.stats = replace(account.stats, requests=account.stats.requests + 1)
        started = self._monotonic()
        response, body = await wire.exchange(call)
        account.stats = replace(account.stats, latency_ms=(self._monotonic() - started) * 1000.0)
        status, headers = response.status_code, dict(response.headers)
        failure = from_status(status, headers, call.where, self._now())
        if failure is not None and status not in call.accept:
            raise failure
        return Reply(status=status, headers=headers, body=body, where=call.where), response

    def _pause(self, error: ProviderError, attempt: int) -> float | None:
        """Return seconds to wait before the next attempt, `None` when another would be pointless or rude."""
        if isinstance(error, RateLimited):
            wait = error.retry_after
            return max(wait, SHORTEST_WAIT) if wait is not None and wait <= PATIENCE else None
        timed_out = isinstance(error.__cause__, httpx.TimeoutException | TimeoutError)
        cut_short = isinstance(error.__cause__, httpx.RemoteProtocolError)
        if (isinstance(error, Unreachable) and not timed_out) or cut_short:
            return 0.25 * 2.0**attempt * (0.5 + self._jitter())
        return None

    def _left_alone(self, provider: str, breaker: Breaker) -> ProviderError:
        """Return the error of a request that is not made, of the kind that opened the circuit."""
        again = (self._now() + dt.timedelta(seconds=breaker.wait)).strftime("%H:%M:%S UTC")
        message = f"{provider} is left alone until {again}: {breaker.reason}"
        if isinstance(breaker.reason, RateLimited):
            return RateLimited(message, breaker.wait)
        return (Refused if isinstance(breaker.reason, Refused) else Unreachable)(message)

    def _failed(self, account: _Account, breaker: Breaker, error: ProviderError, *, strict: bool) -> None:
        if isinstance(error, RateLimited):
            # Who asks to slow down means all of us, not one service.
            for each in account.breakers.values():
                each.failed(error)
        elif strict or isinstance(error, Unreachable | Refused):
            breaker.failed(error)
        else:
            # It is there and answers; what it said is no reason to stop asking it other things.
            breaker.succeeded()
        account.stats = replace(account.stats, failures=account.stats.failures + 1, last_error=str(error))

    def _account(self, provider: str) -> _Account:
        if provider not in self._accounts:
            self._accounts[provider] = _Account()
        return self._accounts[provider]

    def _breaker(self, account: _Account, service: str, limits: NetworkSettings) -> Breaker:
        if service not in account.breakers:
            account.breakers[service] = Breaker(
                self._monotonic, tolerates=limits.tolerates, outage_pause=limits.outage_pause
            )
        return account.breakers[service]

    def _budget(self, account: _Account, url: httpx.URL, limits: NetworkSettings) -> Budget:
        host = f"{url.host}:{url.port}"
        if host not in account.budgets:
            account.budgets[host] = Budget(
                per_minute=limits.requests_per_minute,
                burst=limits.burst,
                concurrency=limits.concurrency,
                monotonic=self._monotonic,
                sleep=self._sleep,
            )
        return account.budgets[host]


__all__ = ["ATTEMPTS", "HttpClient", "NetworkSettings", "ProviderHttp", "ProviderStats", "Reply"]
