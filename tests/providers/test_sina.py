"""Sina: its Referer, its clocks, and what is no price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest

from providers.base import Answer, BadAnswer, Capability, Refused, Request, SwitchedOff
from providers.records import Quote
from providers.universe import Line
from tests.providers.records_of import SINA, Record
from tests.providers.world import Clock, against, client, line, provider
from tests.server import MarketServer, Stock, Truth, faults
from tests.server.tencent import row

BANK = line("600000.SS", "XSHG", "CNY")
HELD = line("0700.HK", "XHKG", "HKD")
NVIDIA = line("NVDA", "XNAS")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MarketServer]:
    truth = Truth(now=clock.now)
    truth.add(Stock(symbol="600000.SS", price=6.94))
    with MarketServer(truth) as server:
        yield server


def asking(*lines: Line) -> Request:
    return Request(capability=Capability.QUOTES, lines=lines)


async def answered(body: bytes, *lines: Line) -> Answer:
    clock = Clock()
    page = httpx.MockTransport(lambda _request: httpx.Response(200, content=body))
    async with client(clock, page) as http:
        return await provider("sina", http, clock).fetch(asking(*lines))


async def quote(which: Line, record: Record) -> Quote:
    (found,) = (await answered(SINA.write(record), which)).records
    assert isinstance(found, Quote)
    return found


def mainland(**more: str) -> Record:
    told = {0: "浦发银行", 2: "6.780", 3: "6.940", 4: "6.980", 5: "6.830", 30: "2022-11-11", 31: "15:00:00"}
    return Record("sh600000", row(33, told | {int(name[1:]): text for name, text in more.items()}))


def us(**more: str) -> Record:
    told = {
        0: "英伟达", 1: "218.29", 3: "2026-09-12 09:49:31", 6: "222.0", 7: "218.15", 12: "5260789014625",
        25: "Sep 11 04:00PM EDT", 26: "218.36", 29: "2026",
    }  # fmt: skip
    return Record("gb_nvda", row(36, told | {int(name[1:]): text for name, text in more.items()}))


async def test_it_is_asked_with_its_own_page_as_referer(server: MarketServer, clock: Clock) -> None:
    lines = (BANK, line("300308.SZ", "XSHE", "CNY"), HELD, line("BRK-B"), line("830799.BJ", "BJSE", "CNY"))
    async with against("sina", server, clock) as source:
        answer = await source.fetch(asking(*lines))
    (asked,) = server.log
    assert asked.path == "/list=sh600000,sz300308,rt_hk00700,gb_brk$b"
    assert asked.headers["referer"] == "https://finance.sina.com.cn"
    assert set(answer.missing) == {"300308.SZ", "0700.HK", "BRK-B", "830799.BJ"}
    assert answer.remarks == ()


async def test_a_refusal_says_what_may_be_wrong(server: MarketServer, clock: Clock) -> None:
    server.fail(faults.Status(403, b"Forbidden"))
    async with against("sina", server, clock) as source:
        with pytest.raises(Refused, match=r"Referer https://finance\.sina\.com\.cn, which a proxy"):
            await source.fetch(asking(BANK))


async def test_mainland_rows_are_of_beijing_time() -> None:
    found = await quote(BANK, mainland())
    assert (found.price, found.previous_close, found.market_cap) == (6.94, 6.78, None)
    assert found.as_of == dt.datetime(2022, 11, 11, 7, 0, tzinfo=dt.UTC)


async def test_hong_kong_rows_say_hours_and_minutes() -> None:
    told = {
        0: "TENCENT",
        1: "腾讯控股",
        3: "479.2",
        4: "483.2",
        5: "475.4",
        6: "478.8",
        17: "2026/08/07",
        18: "16:08",
    }
    found = await quote(HELD, Record("rt_hk00700", row(19, told)))
    assert (found.price, found.previous_close) == (478.8, 479.2)
    assert found.as_of == dt.datetime(2026, 8, 7, 8, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("more", "as_of"),
    [
        # After the close the row's own time runs on; the price is of the close.
        ({}, dt.datetime(2026, 9, 11, 20, 0, tzinfo=dt.UTC)),
        ({"f25": "Sep 11 12:05PM EDT"}, dt.datetime(2026, 9, 11, 16, 5, tzinfo=dt.UTC)),
        ({"f25": ""}, dt.datetime(2026, 9, 12, 1, 49, 31, tzinfo=dt.UTC)),
        ({"f25": "Sep 31 04:00PM EDT"}, dt.datetime(2026, 9, 12, 1, 49, 31, tzinfo=dt.UTC)),
        ({"f29": "1e300"}, dt.datetime(2026, 9, 12, 1, 49, 31, tzinfo=dt.UTC)),
        # A regular time that is later than the row itself is of another year.
        ({"f29": "2027"}, dt.datetime(2026, 9, 12, 1, 49, 31, tzinfo=dt.UTC)),
    ],
)
async def test_us_rows_are_of_beijing_time_but_no_later_than_the_last_regular_trade(
    more: dict[str, str], as_of: dt.datetime
) -> None:
    found = await quote(NVIDIA, us(**more))
    assert found.as_of == as_of
    assert (found.price, found.previous_close, found.market_cap) == (218.29, 218.36, 5_260_789_014_625)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"f3": "0.000"}, "halted; the close before was 6.78 CNY"),
        ({"f3": "69.40"}, "outside of the day's range"),
        ({"f30": "15:00:00", "f31": "00"}, "does not say when"),
        ({"f31": ""}, "does not say when"),
    ],
)
async def test_a_row_without_a_usable_price_says_why(more: dict[str, str], words: str) -> None:
    answer = await answered(SINA.write(mainland(**more)), BANK)
    assert answer.missing == ("600000.SS",)
    assert words in answer.remarks[0].text


async def test_a_comma_in_a_name_moves_every_field_and_is_refused() -> None:
    answer = await answered(SINA.write(us(f0="Nvidia, Inc")), NVIDIA)
    assert (answer.records, answer.missing) == ((), ("NVDA",))


async def test_a_b_share_is_not_priced_in_yuan() -> None:
    record = mainland()
    record.name = "sh900905"
    answer = await answered(SINA.write(record), line("900905.SS", "XSHG", "CNY"))
    assert "a price in CNY was expected, there the line trades in USD" in answer.remarks[0].text


@pytest.mark.parametrize("body", [b"", b"Forbidden", b'var hq_str_sh600000="x', b'x var hq_str_sh600000="";'])
async def test_something_else_is_no_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        await answered(body, BANK)


async def test_it_serves_nothing_else(server: MarketServer, clock: Clock) -> None:
    async with against("sina", server, clock) as source:
        with pytest.raises(SwitchedOff):
            await source.fetch(Request(capability=Capability.SHARES, lines=(BANK,)))
