"""Recorded answers of Tencent, Eastmoney and Sina parse to the values that they state."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from providers.base import Answer, Capability, ProviderContext, Refused, Request
from providers.records import Quote, ShareCount
from providers.registry import create
from providers.universe import Issuer, Line, Universe
from tests.providers.world import Clock, client, line, session_open

FOLDER = os.environ.get("NARROWS_PAYLOADS")
pytestmark = [
    pytest.mark.payloads,
    pytest.mark.skipif(FOLDER is None, reason="NARROWS_PAYLOADS does not say where the recorded answers are"),
]
TENCENT = line("0700.HK", "XHKG", "HKD")
CAMBRICON = line("688256.SS", "XSHG", "CNY")
SMIC = line("688981.SS", "XSHG", "CNY")
SMIC_HK = Line(symbol="0981.HK", issuer=SMIC.issuer, exchange="XHKG", currency="HKD")
ALIBABA = line("BABA")
MOUTAI = line("600519.SS", "XSHG", "CNY")
BANK = line("000001.SZ", "XSHE", "CNY")
AT = dt.datetime(2026, 9, 25, tzinfo=dt.UTC)


def payload(name: str) -> bytes:
    return (Path(FOLDER or "") / name).read_bytes()


async def ask(
    name: str, body: bytes, *lines: Line, capability: Capability = Capability.QUOTES, status: int = 200
) -> Answer:
    """Ask a provider, in a universe of these lines, of a network that says only this."""
    clock = Clock(AT)
    of = {
        each.issuer: tuple(other for other in (*lines, SMIC_HK) if other.issuer == each.issuer)
        for each in lines
    }
    issuers = tuple(
        Issuer(id=name, name="x", side="china", region="CN", subsector="cloud", lines=theirs)
        for name, theirs in of.items()
    )
    page = httpx.MockTransport(lambda _request: httpx.Response(status, content=body))
    async with client(clock, page) as http:
        universe = Universe(name="test", base_date=AT.date(), issuers=issuers)
        context = ProviderContext(universe=universe, http=http, now=clock.now, session_open=session_open)
        return await create(name, context).fetch(Request(capability=capability, lines=lines))


def rows(answer: Answer) -> dict[str, Quote]:
    return {quote.symbol: quote for quote in answer.records if isinstance(quote, Quote)}


async def test_tencent_s_quotes() -> None:
    lines = (TENCENT, CAMBRICON, SMIC, ALIBABA, line("QQQ", "XNAS"))
    answer = await ask("tencent", payload("tencent/quotes.gbk"), *lines)
    found = rows(answer)
    assert (found["688256.SS"].price, found["688256.SS"].previous_close) == (1378.10, 1300.00)
    assert found["688256.SS"].market_cap == pytest.approx(8658.51e8)
    assert found["688256.SS"].as_of == dt.datetime(2026, 6, 3, 7, 50, 49, tzinfo=dt.UTC)
    assert (found["0700.HK"].price, found["0700.HK"].currency) == (478.8, "HKD")
    assert found["0700.HK"].market_cap == pytest.approx(43_488.0714e8)
    assert found["0700.HK"].as_of == dt.datetime(2026, 8, 7, 8, 8, 23, tzinfo=dt.UTC)
    # 16:04:38 in New York.
    assert (found["BABA"].price, found["BABA"].previous_close) == (113.24, 111.81)
    assert found["BABA"].as_of == dt.datetime(2026, 9, 4, 20, 4, 38, tzinfo=dt.UTC)
    assert found["BABA"].market_cap == pytest.approx(2814.72018e8)
    # The A price × all shares, those in Hong Kong included; the floating ones would be 2,400.31.
    assert found["688981.SS"].price == 119.98
    assert found["688981.SS"].market_cap == pytest.approx(10_273.01e8)
    # A fund.
    assert answer.missing == ("QQQ",)


async def test_tencent_s_share_counts() -> None:
    lines = (TENCENT, CAMBRICON, SMIC, ALIBABA)
    answer = await ask("tencent", payload("tencent/quotes.gbk"), *lines, capability=Capability.SHARES)
    counts = {count.symbol: count.shares for count in answer.records if isinstance(count, ShareCount)}
    assert counts == {
        "0700.HK": 9_082_721_689.0,
        "688256.SS": 628_292_969.0,
        "BABA": 2_485_623_615.0,
    }
    # 8.56bn shares in Shanghai and Hong Kong together.
    assert answer.missing == ("688981.SS",)


async def test_tencent_knows_none_of_the_codes() -> None:
    answer = await ask("tencent", payload("tencent/none_match.txt"), TENCENT, CAMBRICON)
    assert (answer.records, answer.missing, answer.remarks) == ((), ("0700.HK", "688256.SS"), ())


async def test_eastmoney_s_decimals() -> None:
    fund = line("515880.SS", "XSHG", "CNY")
    body = payload("eastmoney/ulist_fltt2_00700_515880_20260812.json")
    found = rows(await ask("eastmoney", body, TENCENT, fund))
    assert (found["0700.HK"].price, found["515880.SS"].price) == (461.6, 0.643)
    assert found["0700.HK"].as_of == dt.datetime.fromtimestamp(1_786_522_086, dt.UTC)


async def test_eastmoney_s_halted_line() -> None:
    answer = await ask("eastmoney", payload("eastmoney/ulist_fltt2_halted_dash.json"), MOUTAI, TENCENT)
    assert (rows(answer)["600519.SS"].price, rows(answer)["600519.SS"].previous_close) == (1500.25, 1478.08)
    assert answer.missing == ("0700.HK",)
    assert "halted; the close before was 600 HKD" in answer.remarks[0].text


async def test_eastmoney_s_scaled_numbers() -> None:
    # The recording holds only the fields that its author had asked for: markets and times are added.
    scaled: dict[str, Any] = json.loads(payload("eastmoney/ulist_scaled_3codes_2026.json"))
    for row, market in zip(scaled["data"]["diff"], (1, 0, 116), strict=True):
        row |= {"f13": market, "f124": 1_786_522_086}
    found = rows(await ask("eastmoney", json.dumps(scaled).encode(), MOUTAI, BANK, TENCENT))
    assert {symbol: quote.price for symbol, quote in found.items()} == {
        "600519.SS": 1302.80,
        "000001.SZ": 11.73,
        "0700.HK": 445.400,
    }


async def test_eastmoney_s_scaled_numbers_without_a_time_are_no_quotes() -> None:
    answer = await ask("eastmoney", payload("eastmoney/ulist_scaled_3codes_2026.json"), MOUTAI, BANK, TENCENT)
    assert (answer.records, len(answer.missing)) == ((), 3)


async def test_eastmoney_knows_none_of_the_codes() -> None:
    answer = await ask("eastmoney", payload("eastmoney/ulist_all_invalid_rc102.json"), MOUTAI, TENCENT)
    assert (answer.records, answer.missing) == ((), ("600519.SS", "0700.HK"))


async def test_sina_s_quotes() -> None:
    nvidia, bank, empty = (
        line("NVDA", "XNAS"),
        line("600000.SS", "XSHG", "CNY"),
        line("688801.SS", "XSHG", "CNY"),
    )
    answer = await ask("sina", payload("sina/quotes.gbk"), nvidia, bank, empty)
    found = rows(answer)
    assert (found["NVDA"].price, found["NVDA"].previous_close) == (218.29, 218.36)
    assert found["NVDA"].market_cap == 5_260_789_014_625
    assert found["NVDA"].as_of == dt.datetime(2026, 9, 11, 20, 0, tzinfo=dt.UTC)
    assert (found["600000.SS"].price, found["600000.SS"].previous_close) == (6.94, 6.78)
    assert found["600000.SS"].as_of == dt.datetime(2022, 11, 11, 7, 0, tzinfo=dt.UTC)
    assert answer.missing == ("688801.SS",)


async def test_sina_without_a_referer() -> None:
    with pytest.raises(Refused, match="answers only with the Referer"):
        await ask("sina", payload("sina/no_referer_403.txt"), MOUTAI, status=403)
