"""akshare, which nobody here wrote, reads the same from the loopback market as our providers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.installed import client
from tests.clients.market import (
    CAMBRICON,
    INNOLIGHT,
    MOUTAI,
    SINCE,
    TENCENT,
    Price,
    closes,
    finished,
    prices,
)
from tests.providers.world import NOW, Clock, against
from tests.server import MarketServer

# It sorts and renumbers in place, which pandas 3 will give up.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

MAINLAND = {"600519": MOUTAI, "688256": CAMBRICON, "300308": INNOLIGHT}
SPAN = {"start_date": f"{SINCE:%Y%m%d}", "end_date": f"{NOW:%Y%m%d}", "adjust": "qfq"}


@pytest.fixture
def akshare(way_there: MarketServer) -> Any:
    return client("akshare", "akshare")


async def test_one_stock_agrees(server: MarketServer, akshare: Any) -> None:
    theirs = akshare.stock_bid_ask_em("600519").set_index("item")["value"]
    async with against("eastmoney", server, Clock()) as provider:
        ours = (await prices(provider, MOUTAI))["600519.SS"]
    assert (ours.price, ours.previous_close) == (theirs["最新"], theirs["昨收"])
    assert theirs["最低"] < theirs["今开"] < ours.price < theirs["最高"]


async def test_the_list_of_the_mainland_agrees(server: MarketServer, akshare: Any) -> None:
    table = akshare.stock_zh_a_spot_em().set_index("代码")
    theirs = {
        MAINLAND[code].symbol: Price(row["最新价"], row["昨收"], row["总市值"])
        for code, row in table.iterrows()
    }
    async with against("eastmoney", server, Clock()) as provider:
        assert await prices(provider, *MAINLAND.values()) == theirs
    async with against("tencent", server, Clock()) as provider:
        tencent = await prices(provider, *MAINLAND.values())
    assert tencent == {symbol: pytest.approx(price) for symbol, price in theirs.items()}
    floating = table["流通市值"] / table["总市值"]
    assert list(floating) == pytest.approx([0.75] * len(MAINLAND))


async def test_the_list_of_hong_kong_agrees(server: MarketServer, akshare: Any) -> None:
    row = akshare.stock_hk_spot_em().set_index("代码").loc["00700"]
    for name in ("eastmoney", "tencent", "sina"):
        async with against(name, server, Clock()) as provider:
            ours = (await prices(provider, TENCENT))["0700.HK"]
        assert (ours.price, ours.previous_close) == (row["最新价"], row["昨收"]), name


async def test_closes_of_hong_kong_agree(server: MarketServer, akshare: Any) -> None:
    table = akshare.stock_hk_hist("00700", **SPAN)
    async with against("yahoo", server, Clock()) as provider:
        ours = await closes(provider, TENCENT)
    assert finished(table["日期"], table["收盘"]) == pytest.approx(ours)


async def test_closes_of_tencent_agree_after_a_split(server: MarketServer, akshare: Any) -> None:
    table = akshare.stock_zh_a_hist_tx("sz300308", **SPAN)
    async with against("yahoo", server, Clock()) as provider:
        ours = await closes(provider, INNOLIGHT)
    assert finished(table["date"], table["close"]) == pytest.approx(ours)
    assert list(table["volume"]) == [1_234_500] * len(table)


async def test_closes_of_eastmoney_agree_after_a_split(server: MarketServer, akshare: Any) -> None:
    table = akshare.stock_zh_a_hist("300308", **SPAN)
    async with against("yahoo", server, Clock()) as provider:
        ours = await closes(provider, INNOLIGHT)
    assert finished(table["日期"], table["收盘"]) == pytest.approx(ours)
