"""The loopback market and the way there for clients that only know the real addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients import market
from tests.clients.installed import client
from tests.server import MarketServer


@pytest.fixture
def server() -> Iterator[MarketServer]:
    with MarketServer(market.truth()) as server:
        yield server


@pytest.fixture
def way_there(server: MarketServer, monkeypatch: pytest.MonkeyPatch) -> MarketServer:
    """Take every request that is made through the library requests to the loopback market.

    The answer keeps the address that was asked for, so that cookies stay with the real hosts.
    """
    adapters = client("requests", "requests.adapters")
    send = adapters.HTTPAdapter.send

    def moved(self: Any, request: Any, **options: Any) -> Any:
        parts = urlsplit(request.url)
        there = request.copy()
        there.url = f"{server.url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        response = send(self, there, **options | {"proxies": {}})
        response.url, response.request = request.url, request
        return response

    monkeypatch.setattr(adapters.HTTPAdapter, "send", moved)
    return server
