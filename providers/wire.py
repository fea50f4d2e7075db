"""Wire: one request, one answer, within its time and size. No retries, no accounts, no cookies of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from providers.base import BadAnswer
from providers.faults import from_transport

CONNECT_TIMEOUT = 5.0


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request.

    Attributes:
        service: Which of the provider's services it is for; each has its own circuit.
        url: Where it really goes.
        repeatable: Whether it may be sent again although it is no GET: its receiver can tell a repeat.
        accept: Statuses outside 2xx that are answers here.
        max_bytes: Largest decompressed body.
        timeout: Seconds from the first byte sent to the last byte read.
    """

    service: str
    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    accept: frozenset[int] = frozenset()
    max_bytes: int
    timeout: float
    repeatable: bool = False

    @property
    def where(self) -> str:
        """Host and path, for messages: never the query, which may hold a key or a crumb.

        Some sources take the query as a path, `/q=sh688256,hk00700`: its name is enough.
        """
        path = self.url.path
        name, sign, _ = path.partition("=")
        return f"{self.url.host}{name}=…" if sign and name.rfind("/") == 0 else f"{self.url.host}{path}"


class Wire:
    """Connections to every host, opened at need; proxies and certificates come from the environment.

    Args:
        transport: Makes another way out, when the first request goes.
        own_headers: Whether the way out adds the headers of a browser, so that the library must add none.
    """

    def __init__(
        self,
        transport: Callable[[], httpx.AsyncBaseTransport | None] = lambda: None,
        *,
        own_headers: bool = False,
    ) -> None:
        self._transport = transport
        self._own_headers = own_headers
        self._client: httpx.AsyncClient | None = None

    async def exchange(self, call: Call) -> tuple[httpx.Response, bytes]:
        """Send a request and read its whole answer; redirects are answers.

        Raises:
            ProviderError: No connection, no complete answer in time, or too large a body.
        """
        try:
            # The library's timeouts are per read, so a trickle of bytes would never end by them.
            async with asyncio.timeout(call.timeout):
                return await self._exchange(call)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise from_transport(error, call.where, timeout=call.timeout) from error

    async def aclose(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _exchange(self, call: Call) -> tuple[httpx.Response, bytes]:
        client = self._open()
        timeout = httpx.Timeout(call.timeout, connect=min(CONNECT_TIMEOUT, call.timeout))
        request = client.build_request(
            call.method, call.url, headers=dict(call.headers), content=call.content, timeout=timeout
        )
        response = await client.send(request, stream=True)
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > call.max_bytes:
                    raise BadAnswer(f"{call.where} sent more than {call.max_bytes:,} bytes; it was cut off")
        except httpx.RemoteProtocolError as error:
            raise BadAnswer(f"{call.where} broke off in the middle of its answer") from error
        finally:
            await response.aclose()
        return response, bytes(body)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            # Cookies belong to a provider, so the shared connections keep none.
            no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
            self._client = httpx.AsyncClient(
                cookies=no_cookies,
                follow_redirects=False,
                transport=self._transport(),
                limits=httpx.Limits(max_connections=24, max_keepalive_connections=12, keepalive_expiry=30.0),
            )
            if self._own_headers:
                self._client.headers.clear()
        return self._client
