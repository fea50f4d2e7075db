"""A webhook as a sink: the notice as JSON in a POST, through the shared HTTP client.

Whoever knows the address may post to it, so messages name its host and nothing else. A connection that fails
is tried again; the `Idempotency-Key` stays the same, for the receiver to tell a repeat.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from providers.base import ProviderError
from providers.http import HttpClient, NetworkSettings
from providers.secret import Secret, SecretError
from providers.wire import Call
from tui.alerts import SinkError
from tui.alerts.checks import ADDRESS, is_address
from tui.alerts.notice import Notice

ACCOUNT = "alerts"
LIMITS = NetworkSettings(timeout=10.0, max_bytes=100_000, requests_per_minute=60.0)


@dataclass(frozen=True, kw_only=True)
class _Post(Call):
    """A request whose path may be as secret as a query."""

    @property
    def where(self) -> str:
        """The host."""
        return str(self.url.host)


async def send(notice: Notice, given: str | Secret, http: HttpClient) -> None:
    """Post a notice to an address, or to the one that is kept elsewhere.

    Raises:
        SinkError: when no 2xx came back, or there is no address.
    """
    try:
        address = httpx.URL(given if isinstance(given, str) else await _kept(given))
        host = address.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SinkError(f"webhook: expected {ADDRESS}, got something else") from error
    call = _Post(
        service=host,
        method="POST",
        url=address,
        headers={
            "User-Agent": LIMITS.user_agent,
            "Content-Type": "application/json",
            "Idempotency-Key": notice.identity,
        },
        content=notice.json(),
        max_bytes=LIMITS.max_bytes,
        timeout=LIMITS.timeout,
        repeatable=True,
    )
    try:
        await http.send(ACCOUNT, call, LIMITS, {})
    except ProviderError as error:
        raise SinkError(f"webhook: {error}") from error


async def _kept(place: Secret) -> str:
    """The address that is kept elsewhere; it may change while the program runs."""
    try:
        found = await asyncio.to_thread(place.text)
    except SecretError as error:
        raise SinkError(f"webhook: {error}") from error
    if not is_address(found):
        raise SinkError(f"webhook: {place.place}: expected {ADDRESS}, got something else")
    return found
