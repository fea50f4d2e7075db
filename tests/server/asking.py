"""Asking the loopback market directly, as a client with no provider in between."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

from tests.server import MarketServer


def ask(server: MarketServer, path: str, **headers: str) -> tuple[int, bytes]:
    """Return status and body."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def ask_json(server: MarketServer, path: str, **headers: str) -> Any:
    """Return the payload of a good answer."""
    status, body = ask(server, path, **headers)
    assert status == 200, body
    return json.loads(body)
