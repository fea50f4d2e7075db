"""Outages: what the feed does with real providers whose sources fail, on a clock that stands still.

Each source is a loopback market of its own with one truth behind all. A poll is fifteen seconds.
"""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import cache

import httpx
import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from metrics.board import Board
from metrics.compute import board
from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, ProviderContext, Request
from providers.http import HttpClient
from providers.market import Market, ProviderState
from providers.records import ShareCount
from providers.registry import create
from providers.universe import Issuer, Line, Universe
from tests.feed.support import BASE, TUESDAY_MORNING
from tests.server import MarketServer, Stock, Truth, faults

POLL = 15.0
SOURCES = ("tencent", "yahoo", "ecb")
PLACES = {
    "0700.HK": ("XHKG", "HKD"),
    "688256.SS": ("XSHG", "CNY"),
    "2330.TW": ("XTAI", "TWD"),
    "NVDA": ("XNAS", "USD"),
}
IN_SESSION = ("0700.HK", "688256.SS", "2330.TW")
UNIVERSE = Universe(
    name="outages",
    base_date=BASE,
    issuers=tuple(
        Issuer(
            id=symbol, name=symbol, side="china" if currency in {"HKD", "CNY"} else "peer", region="CN",
            subsector="cloud",
            lines=(Line(symbol=symbol, issuer=symbol, exchange=exchange, currency=currency),),
        )
        for symbol, (exchange, currency) in PLACES.items()
    ),
)  # fmt: skip
QUICK = {
    "401": faults.Status(401), "403": faults.Status(403), "404": faults.Status(404),
    "422": faults.Status(422), "429": faults.Status(429),
    "429 with Retry-After": faults.Status(429, headers={"Retry-After": "20"}),
    "500": faults.Status(500), "502": faults.Status(502), "consent": faults.consent(), "HTML": faults.html(),
    "empty": faults.Body(b""), "null": faults.Body(b"null"), "reset": faults.Reset(),
    "truncated": faults.Truncated(), "huge": faults.Huge(400_000), "noise": faults.Raw(b"\x00\xff nonsense"),
}  # fmt: skip
SLOW = {"hang": faults.Hang(), "trickle": faults.Trickle()}


class Counts(Provider):
    """A reference of share counts and of nothing else."""

    name = "reference"
    offers = {Capability.SHARES: ANY_EXCHANGE}  # noqa: RUF012 - as a provider declares it

    async def fetch(self, _request: Request) -> Answer:
        counts = (ShareCount(source="filing", symbol=symbol, day=BASE, shares=1e9) for symbol in PLACES)
        return Answer(records=tuple(counts))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(exchange for exchange, _ in PLACES.values())
    known.warm(TUESDAY_MORNING)
    return known


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY_MORNING)


@pytest.fixture
def servers(clock: ManualClock) -> Iterator[dict[str, MarketServer]]:
    truth = Truth(now=clock.now)
    for number, symbol in enumerate(PLACES):
        price = 100.0 + number
        truth.add(Stock(symbol=symbol, price=price, previous_close=price, shares=1e9, eps_forward=price / 20))
    truth.stocks["NVDA"].as_of = TUESDAY_MORNING - dt.timedelta(hours=5)
    with ExitStack() as stack:
        yield {name: stack.enter_context(MarketServer(truth)) for name in SOURCES}


@asynccontextmanager
async def feeding(
    servers: dict[str, MarketServer], clock: ManualClock, exchanges: Exchanges, answer_within: float = 5.0
) -> AsyncIterator[Feed]:
    async def at_once(_seconds: float) -> None:
        """Retries and budgets wait for nobody here."""

    http = HttpClient(
        now=clock.now,
        monotonic=lambda: clock.now().timestamp(),
        sleep=at_once,
        transport=httpx.AsyncHTTPTransport(verify=_tls()),
    )
    providers = [
        create(
            name,
            ProviderContext(
                universe=UNIVERSE,
                http=http,
                now=clock.now,
                session_open=exchanges.is_open,
                settings={"base_url": server.url, "timeout": answer_within, "max_bytes": 300_000},
            ),
        )
        for name, server in servers.items()
    ]
    feed = Feed(
        providers=[Counts(), *providers],
        store=None,
        clock=clock,
        exchanges=exchanges,
        universe=UNIVERSE,
        settings=FeedSettings(quotes=POLL),
        mode="live",
        stats=http.stats,
    )
    try:
        yield feed
    finally:
        await feed.close()
        await http.aclose()


async def poll(feed: Feed, clock: ManualClock) -> Market:
    await clock.advance(POLL)
    return await feed.poll_once(10)


def check(made: Board) -> None:
    """No pane is empty and every number is dated."""
    assert made.basket.value_usd is not None
    assert made.share.listed_pct is not None
    assert made.basket.coverage.missing == ()
    for one in made.basket.constituents:
        for line in one.lines:
            assert line.price is not None
            assert line.as_of is not None
            assert line.source in SOURCES


def fresh(market: Market) -> bool:
    """Whether every line in session has a price of this poll."""
    return all(market.at - market.quotes[symbol].as_of <= dt.timedelta(seconds=POLL) for symbol in IN_SESSION)


def state(market: Market, name: str) -> ProviderState:
    return next(one.state for one in market.providers if one.name == name)


@pytest.mark.parametrize("source", ["tencent", "yahoo"])
@pytest.mark.parametrize("fault", QUICK | SLOW)
async def test_one_source_dead_for_ten_polls(
    servers: dict[str, MarketServer], clock: ManualClock, exchanges: Exchanges, source: str, fault: str
) -> None:
    async with feeding(servers, clock, exchanges, 0.3 if fault in SLOW else 5.0) as feed:
        check(board(await feed.poll_once(10)))
        servers[source].fail((QUICK | SLOW)[fault])
        for _ in range(10):
            market = await poll(feed, clock)
            check(board(market))
            if source == "tencent":
                assert fresh(market), "the next in order serves within the same poll"
                assert {market.quotes[symbol].source for symbol in IN_SESSION} == {"yahoo"}
        assert state(market, source) in {"degraded", "down"}
        servers[source].heal()
        recovered = [fresh(await poll(feed, clock)) for _ in range(2)]
        assert recovered[-1], "within two polls of the source's return"
        for _ in range(6):
            market = await poll(feed, clock)
        assert state(market, source) == "ok"
        assert market.quotes["0700.HK"].source == "tencent"


@pytest.mark.parametrize("fault", ["500", "truncated"])
async def test_rates_outlive_their_source(
    servers: dict[str, MarketServer], clock: ManualClock, exchanges: Exchanges, fault: str
) -> None:
    async with feeding(servers, clock, exchanges) as feed:
        check(board(await feed.poll_once(10)))
        servers["ecb"].fail(QUICK[fault])
        servers["yahoo"].fail(QUICK[fault], "/v7")
        for _ in range(10):
            check(board(await poll(feed, clock)))


@pytest.mark.parametrize("fault", ["500", "HTML", "429"])
async def test_all_sources_dead_leave_the_last_values_and_are_asked_ever_less(
    servers: dict[str, MarketServer], clock: ManualClock, exchanges: Exchanges, fault: str
) -> None:
    async with feeding(servers, clock, exchanges) as feed:
        before = await feed.poll_once(10)
        for server in servers.values():
            server.fail(QUICK[fault])
        asked = []
        for _ in range(6):
            start = servers["tencent"].total()
            for _ in range(40):
                market = await poll(feed, clock)
                check(board(market))
            asked.append(servers["tencent"].total() - start)
        assert {symbol: one.as_of for symbol, one in market.quotes.items()} == {
            symbol: one.as_of for symbol, one in before.quotes.items()
        }
        made = board(market)
        assert made.basket.freshness.stale_pct == pytest.approx(100)
        assert made.basket.freshness.oldest_as_of == min(
            market.quotes[symbol].as_of for symbol in ("0700.HK", "688256.SS")
        )
        assert asked[0] < 30, f"forty polls; a connection that breaks is tried three times: {asked}"
        assert asked[-1] <= 3 * 2, f"every five minutes: {asked}"
