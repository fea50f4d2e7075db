"""Eastmoney: one polite batch, whole numbers that are prices, US venues, pauses after failures."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator

import httpx
import pytest

from providers.base import (
    BadAnswer,
    Capability,
    ProviderContext,
    ProviderError,
    Request,
    SwitchedOff,
    Unreachable,
)
from providers.eastmoney import Eastmoney
from providers.eastmoney.rows import scale_of
from providers.http import HttpClient
from providers.records import Quote
from providers.universe import Issuer, Line, Universe
from tests.providers.spoiling import Row
from tests.providers.world import NOW, Clock, against, client, line, session_open
from tests.server import MarketServer, Stock, Truth, faults

MOUTAI = line("600519.SS", "XSHG", "CNY")
HELD = line("0700.HK", "XHKG", "HKD")
ALIBABA = line("BABA", "XNYS")
LINES = (MOUTAI, HELD, ALIBABA)
BATCH = "/api/qt/ulist.np/get"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MarketServer]:
    truth = Truth(now=clock.now)
    truth.add(
        Stock(symbol="600519.SS", price=1302.8, previous_close=1290.0, market_cap=1.63e12, shares=1.2511e9),
        Stock(symbol="0700.HK", price=478.8, previous_close=479.2),
        Stock(symbol="BABA", price=113.24, previous_close=111.81, exchange="NYQ"),
    )
    with MarketServer(truth) as server:
        yield server


def asking(*lines: Line) -> Request:
    return Request(capability=Capability.QUOTES, lines=lines)


async def prices(provider: Eastmoney | object, *lines: Line) -> dict[str, float]:
    assert isinstance(provider, Eastmoney)
    records = (await provider.fetch(asking(*lines))).records
    return {quote.symbol: quote.price for quote in records if isinstance(quote, Quote)}


def of(http: HttpClient, server: MarketServer, clock: Clock, *lines: Line) -> Eastmoney:
    """A provider that knows a universe of these lines."""
    issuers = tuple(
        Issuer(id=each.issuer, name="x", side="china", region="CN", subsector="cloud", lines=(each,))
        for each in lines
    )
    universe = Universe(name="test", base_date=dt.date(2025, 1, 13), issuers=issuers)
    settings = {"base_url": server.url}
    return Eastmoney(
        ProviderContext(
            universe=universe, http=http, now=clock.now, session_open=session_open, settings=settings
        )
    )


def secids(server: MarketServer) -> list[list[str]]:
    return [asked.query["secids"].split(",") for asked in server.log if asked.path == BATCH]


async def test_lines_are_asked_for_in_one_request_with_its_own_page_as_referer(
    server: MarketServer, clock: Clock
) -> None:
    innolight, berkshire = line("300308.SZ", "XSHE", "CNY"), line("BRK-B", "XNYS")
    others = (innolight, line("830799.BJ", "BJSE", "CNY"), line("NVDA", "XNAS"), berkshire)
    async with against("eastmoney", server, clock) as provider:
        await provider.fetch(asking(*LINES, *others, line("2330.TW", "XTAI", "TWD")))
    (asked,) = server.log
    assert asked.query["secids"] == "1.600519,116.00700,106.BABA,0.300308,0.830799,105.NVDA,106.BRK_B"
    assert (asked.query["fltt"], asked.headers["referer"]) == ("2", "https://quote.eastmoney.com/")
    assert asked.headers["user-agent"].startswith("Mozilla/5.0")


@pytest.mark.parametrize("as_object", [False, True])
@pytest.mark.parametrize("minds_fltt", [False, True])
async def test_scaled_whole_numbers_and_objects_give_the_same_prices(
    server: MarketServer, clock: Clock, *, minds_fltt: bool, as_object: bool
) -> None:
    server.eastmoney.minds_fltt, server.eastmoney.as_object = minds_fltt, as_object
    async with against("eastmoney", server, clock) as provider:
        found = {
            quote.symbol: (quote.price, quote.previous_close)
            for quote in (await provider.fetch(asking(*LINES))).records
            if isinstance(quote, Quote)
        }
    assert found == {
        "600519.SS": (1302.8, 1290.0),
        "0700.HK": (478.8, 479.2),
        "BABA": (113.24, 111.81),
    }


@pytest.mark.parametrize(
    ("row", "scale"),
    [
        # The value of all shares tells, whatever else the row says.
        ({"f1": 2, "f2": 150000, "f20": 1.875e12, "f38": 1.25e9}, 100.0),
        ({"f1": 2, "f2": 1500, "f20": 1.875e12, "f38": 1.25e9}, 1.0),
        # A rise from 1,480 to 1,500 is 1.35 %, written as 1.35 or 135.
        ({"f1": 2, "f2": 150000, "f18": 148000, "f3": 135}, 100.0),
        ({"f1": 2, "f2": 1500, "f18": 1480, "f3": 1.35}, 1.0),
        # Nothing tells.
        ({"f1": 3, "f2": 478800, "f18": 478800, "f3": 0}, 1000.0),
        ({"f1": 0, "f2": 478}, 1.0),
        # Without f1, or with an absurd one, the decimals that the market usually has.
        ({"f2": 130280}, 100.0),
        ({"f1": "-", "f2": 130280}, 100.0),
        ({"f1": 400, "f2": 130280}, 100.0),
        ({"f1": 1.5, "f2": 130280}, 100.0),
    ],
)
def test_what_a_whole_number_means(row: Row, scale: float) -> None:
    assert scale_of(row, usual_decimals=2) == scale


async def test_one_batch_serves_all_exchanges_of_a_cycle(server: MarketServer, clock: Clock) -> None:
    async with client(clock) as http:
        provider = of(http, server, clock, *LINES)
        found = await asyncio.gather(*(prices(provider, each) for each in LINES))
        assert found == [{"600519.SS": 1302.8}, {"0700.HK": 478.8}, {"BABA": 113.24}]
        assert server.total(BATCH) == 1
        server.truth.set_price("0700.HK", 480.0)
        clock.forward(5)
        assert await prices(provider, HELD) == {"0700.HK": 480.0}
    assert server.total(BATCH) == 2


async def test_lines_of_the_same_batch_are_no_strangers(server: MarketServer, clock: Clock) -> None:
    async with client(clock) as http:
        unknown = line("600000.SS", "XSHG", "CNY")
        answer = await of(http, server, clock, *LINES).fetch(asking(unknown))
    assert (answer.missing, answer.remarks) == (("600000.SS",), ())


async def test_a_us_line_is_looked_for_on_all_venues_after_its_own(
    server: MarketServer, clock: Clock
) -> None:
    moved = line("BABA", "XNAS")
    async with against("eastmoney", server, clock) as provider:
        assert await prices(provider, moved) == {}
        for _ in range(2):
            clock.forward(15)
            assert await prices(provider, moved) == {"BABA": 113.24}
    assert secids(server) == [["105.BABA"], ["105.BABA", "106.BABA", "107.BABA"], ["106.BABA"]]


async def test_two_requests_are_more_than_a_second_apart(server: MarketServer, clock: Clock) -> None:
    async with against("eastmoney", server, clock) as provider:
        await prices(provider, MOUTAI)
        await prices(provider, HELD)
    assert clock.slept == [pytest.approx(1.2)]


@pytest.mark.parametrize(
    "fault", [faults.Reset(), faults.Body(b""), faults.Status(502), faults.Status(403), faults.Truncated()]
)
async def test_after_two_failures_it_is_left_alone_for_a_quarter_of_an_hour(
    server: MarketServer, clock: Clock, fault: faults.Fault
) -> None:
    server.fail(fault)
    async with against("eastmoney", server, clock) as provider:
        for _ in range(6):
            clock.forward(15)
            with pytest.raises(ProviderError):
                await provider.fetch(asking(MOUTAI))
        assert server.total() == 2
        server.heal()
        clock.forward(900 - 4 * 15 - 1)
        with pytest.raises(ProviderError, match="eastmoney is left alone until"):
            await provider.fetch(asking(MOUTAI))
        clock.forward(2)
        assert await prices(provider, MOUTAI) == {"600519.SS": 1302.8}


async def test_a_dead_source_is_unreachable(server: MarketServer, clock: Clock) -> None:
    server.stop()
    async with against("eastmoney", server, clock) as provider:
        with pytest.raises(Unreachable):
            await provider.fetch(asking(MOUTAI))


async def answered(payload: object, *lines: Line) -> tuple[dict[str, float], list[str]]:
    """Prices and remarks of an answer."""
    clock = Clock()
    page = httpx.MockTransport(lambda _request: httpx.Response(200, content=json.dumps(payload)))
    async with client(clock, page) as http:
        context = ProviderContext(
            universe=Universe(name="test", base_date=NOW.date(), issuers=()),
            http=http,
            now=clock.now,
            session_open=session_open,
        )
        answer = await Eastmoney(context).fetch(asking(*lines))
    found = {quote.symbol: quote.price for quote in answer.records if isinstance(quote, Quote)}
    return found, [remark.text for remark in answer.remarks]


def batch(*rows: Row) -> object:
    return {"rc": 0, "data": {"total": len(rows), "diff": list(rows)}}


GOOD: Row = {"f1": 2, "f2": 1302.8, "f12": "600519", "f13": 1, "f15": 1310, "f16": 1290.5, "f124": 1795489200}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"f2": "-", "f18": 1290}, "halted; the close before was 1290 CNY"),
        ({"f2": None}, "no price"),
        ({"f2": 0}, "no price"),
        ({"f2": 13.02}, "outside of the day's range"),
        ({"f124": "-"}, "does not say when"),
    ],
)
async def test_a_row_without_a_usable_price_says_why(told: Row, words: str) -> None:
    found, remarks = await answered(batch(GOOD | told), MOUTAI)
    assert found == {}
    assert words in remarks[0]


async def test_numbers_may_come_as_text() -> None:
    found, _ = await answered(batch(GOOD | {"f2": "1302.80", "f13": "1", "f124": "1795489200"}), MOUTAI)
    assert found == {"600519.SS": 1302.8}


@pytest.mark.parametrize(
    ("exchange", "symbol", "told", "currency"),
    [
        ("XSHG", "900905.SS", {"f12": "900905"}, "CNY"),
        ("XSHE", "200725.SZ", {"f12": "200725", "f13": 0}, "CNY"),
        ("XHKG", "80700.HK", {"f12": "80700", "f13": 116}, "HKD"),
    ],
)
async def test_lines_that_trade_in_another_currency_than_their_market(
    exchange: str, symbol: str, told: Row, currency: str
) -> None:
    found, remarks = await answered(batch(GOOD | told), line(symbol, exchange, currency))
    assert found == {}
    assert f"a price in {currency} was expected" in remarks[0]


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        {"rc": 0},
        {"rc": -1, "data": None},
        {"rc": {}, "data": None},
        {"rc": 0, "data": []},
        {"rc": 0, "data": {}},
        {"rc": 0, "data": {"diff": "x"}},
    ],
)
async def test_another_shape_is_no_answer(payload: object) -> None:
    with pytest.raises(BadAnswer):
        await answered(payload, MOUTAI)


async def test_where_nothing_is_known_everything_is_missing() -> None:
    assert await answered({"rc": 102, "data": None}, MOUTAI) == ({}, [])


async def test_it_serves_nothing_else(server: MarketServer, clock: Clock) -> None:
    async with against("eastmoney", server, clock) as provider:
        with pytest.raises(SwitchedOff):
            await provider.fetch(Request(capability=Capability.FX, currencies=("CNY",)))


async def test_lines_without_a_code_ask_nothing(server: MarketServer, clock: Clock) -> None:
    taiwanese = line("2330.TW", "XTAI", "TWD")
    async with client(clock) as http:
        provider = of(http, server, clock, *LINES)
        answer = await provider.fetch(asking(taiwanese))
        assert (answer.missing, server.total()) == (("2330.TW",), 0)
        assert await prices(provider, HELD) == {"0700.HK": 478.8}
