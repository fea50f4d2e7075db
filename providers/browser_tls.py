"""Browser-like TLS, for sources that refuse a client by its handshake: an optional extra, `browser-tls`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_MODULE = "httpx_curl_cffi"


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec(_MODULE) is not None


def transport() -> httpx.AsyncBaseTransport:
    """A transport that shakes hands as a browser does; it knows no proxy from the environment."""
    module = import_module(_MODULE)
    # Requests at the same time must not share a connection (the extra's own advice).
    options = {module.CurlOpt.FRESH_CONNECT: True}
    made: httpx.AsyncBaseTransport = module.AsyncCurlTransport(
        impersonate="chrome", default_headers=True, curl_options=options
    )
    return made
