"""A frozen world for provider tests: a clock that only sleeping moves, a client that never waits."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache

import httpx

from providers.base import Provider, ProviderContext
from providers.http import HttpClient
from providers.registry import create
from providers.universe import Line, Universe
from tests.server import MarketServer

# Tuesday, 11:00 in Hong Kong: Asia is in session, New York has closed.
NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
UNIVERSE = Universe(name="test", base_date=dt.date(2025, 1, 13), issuers=())
ASIA = {"XHKG", "XSHG", "XSHE", "XTAI", "XKRX", "XTKS"}


class Clock:
    """Wall clock and monotonic clock in one; both stand still until somebody sleeps."""

    def __init__(self, at: dt.datetime = NOW) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.forward(seconds)

    def forward(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


def session_open(exchange: str, at: dt.datetime) -> bool:
    """Asia from 01:30 to 08:00 UTC, Europe and America from 14:30 to 21:00, every day."""
    time = at.astimezone(dt.UTC).time()
    if exchange in ASIA:
        return dt.time(1, 30) <= time < dt.time(8)
    return dt.time(14, 30) <= time < dt.time(21)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@asynccontextmanager
async def client(
    clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[HttpClient]:
    """A client on the frozen clock, straight to loopback or to a transport of the test's own."""
    http = HttpClient(
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        transport=transport or httpx.AsyncHTTPTransport(verify=_tls()),
    )
    try:
        yield http
    finally:
        await http.aclose()


def provider(
    name: str, http: HttpClient, clock: Clock, settings: Mapping[str, object] | None = None
) -> Provider:
    """A provider of the registry in this world."""
    context = ProviderContext(
        universe=UNIVERSE, http=http, now=clock.now, session_open=session_open, settings=settings or {}
    )
    return create(name, context)


@asynccontextmanager
async def against(
    name: str, server: MarketServer, clock: Clock, **settings: object
) -> AsyncIterator[Provider]:
    """A provider whose every request goes to the loopback market."""
    async with client(clock) as http:
        yield provider(name, http, clock, {"base_url": server.url, "timeout": 5.0, **settings})


def line(symbol: str, exchange: str = "XNYS", currency: str = "USD") -> Line:
    """A line of an issuer of the same name."""
    return Line(symbol=symbol, issuer=symbol.lower(), exchange=exchange, currency=currency)
