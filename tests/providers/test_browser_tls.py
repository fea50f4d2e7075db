"""Browser-like TLS: an extra that is imported when it is wanted, and asked for by name when it is missing."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import httpx
import pytest

from providers import browser_tls
from providers.base import SwitchedOff
from providers.http import HttpClient

URL = "https://source.example/page"


class Curl(httpx.AsyncBaseTransport):
    """In place of the extra's transport: notes how it was made and what it is given to send."""

    made: list[dict[str, object]] = []  # noqa: RUF012 - emptied by the fixture
    sent: list[httpx.Request] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, **settings: object) -> None:
        self.made.append(settings)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(200, content=b"{}")


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> type[Curl]:
    module = ModuleType("httpx_curl_cffi")
    module.__spec__ = ModuleSpec("httpx_curl_cffi", None)
    module.__dict__.update(AsyncCurlTransport=Curl, CurlOpt=SimpleNamespace(FRESH_CONNECT=1))
    monkeypatch.setitem(sys.modules, "httpx_curl_cffi", module)
    Curl.made.clear()
    Curl.sent.clear()
    return Curl


async def test_only_who_wants_it_goes_out_as_a_browser(extra: type[Curl]) -> None:
    plain = httpx.MockTransport(lambda _request: httpx.Response(200, content=b"{}"))
    http = HttpClient(transport=plain)
    await http.for_provider("other", {}).get(URL)
    assert extra.made == []
    await http.for_provider("yahoo", {"browser_tls": True}).get(URL)
    await http.aclose()
    assert extra.made == [{"impersonate": "chrome", "default_headers": True, "curl_options": {1: True}}]
    (request,) = extra.sent
    assert "user-agent" not in request.headers, "the browser's own name is sent"


@pytest.mark.skipif(browser_tls.installed(), reason="the extra is installed here")
async def test_without_the_extra_the_provider_is_off_and_says_what_to_install() -> None:
    http = HttpClient()
    with pytest.raises(SwitchedOff, match=r"install narrows\[browser-tls\]"):
        http.for_provider("yahoo", {"browser_tls": True})
    with pytest.raises(SwitchedOff, match="expected true or false, got 'yes'"):
        http.for_provider("yahoo", {"browser_tls": "yes"})
    await http.aclose()
