"""Handle: what one provider holds of the HTTP client, with its own limits, cookies and base address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx

from providers.base import BadAnswer
from providers.network_settings import NetworkSettings
from providers.reply import Reply
from providers.wire import Call

if TYPE_CHECKING:
    from providers.http import HttpClient


class ProviderHttp:
    """One provider's way out. Addresses are always the source's real ones; a base address moves them."""

    def __init__(self, client: HttpClient, name: str, service: str, limits: NetworkSettings) -> None:
        self._client = client
        self._name = name
        self._service = service
        self._limits = limits
        self._base = httpx.URL(limits.base_url) if limits.base_url else None
        self._cookies = httpx.Cookies()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
        max_bytes: int | None = None,
    ) -> Reply:
        """Ask for a page.

        Args:
            url: The source's real address.
            params: The query; kept out of every message.
            headers: Beside the User-Agent and the cookies.
            accept: Statuses outside 2xx that are answers here. Redirects are never followed.
            max_bytes: Instead of the provider's cap.

        Raises:
            ProviderError: No usable answer.
        """
        address = _parsed(url, params)
        call = Call(
            service=self._service,
            method="GET",
            url=self._moved(address),
            headers=headers or {},
            accept=accept,
            max_bytes=max_bytes or self._limits.max_bytes,
            timeout=self._limits.timeout,
        )
        return await self._ask(call, address)

    async def post(
        self, url: str, *, form: Sequence[tuple[str, str]], accept: frozenset[int] = frozenset()
    ) -> Reply:
        """Send a form, once: a request that may change something is not repeated.

        Raises:
            ProviderError: No usable answer.
        """
        address = _parsed(url)
        call = Call(
            service=self._service,
            method="POST",
            url=self._moved(address),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode("ascii"),
            accept=accept,
            max_bytes=self._limits.max_bytes,
            timeout=self._limits.timeout,
        )
        return await self._ask(call, address)

    def forget_cookies(self) -> None:
        """Drop every cookie of this provider."""
        self._cookies.clear()

    async def _ask(self, call: Call, address: httpx.URL) -> Reply:
        # Cookies go by the source's real hosts, also where the requests go to a base address.
        origin = httpx.Request(call.method, address)
        # Behind a browser's handshake the browser's own name is sent.
        name = {} if self._limits.browser_tls else {"User-Agent": self._limits.user_agent}
        own = {**name, **self._cookie_header(origin)}
        reply, response = await self._client.send(self._name, call, self._limits, own)
        response.request = origin
        self._cookies.extract_cookies(response)
        return reply

    def _cookie_header(self, origin: httpx.Request) -> dict[str, str]:
        try:
            self._cookies.set_cookie_header(origin)
        except UnicodeError:
            # A cookie that cannot be sent back is of no use to its sender either.
            self._cookies.clear()
        cookie = origin.headers.get("Cookie")
        return {} if cookie is None else {"Cookie": cookie}

    def _moved(self, address: httpx.URL) -> httpx.URL:
        if self._base is None:
            return address
        path = self._base.path.rstrip("/").encode("ascii") + address.raw_path
        return self._base.copy_with(raw_path=path)


def _parsed(url: str, params: Mapping[str, str] | None = None) -> httpx.URL:
    """Return an address; part of it may come from the source (a redirect, a session's number)."""
    try:
        return httpx.URL(url, params=dict(params)) if params else httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise BadAnswer("the source sent on to an address that is none") from error
