"""efinance, which nobody here wrote, reads the same from the loopback market as our providers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.clients.installed import client
from tests.clients.market import BABA, INNOLIGHT, MOUTAI, TENCENT, Price, closes, finished, prices
from tests.providers.world import Clock, against
from tests.server import MarketServer

LINES = {"1.600519": MOUTAI, "0.300308": INNOLIGHT, "116.00700": TENCENT, "106.BABA": BABA}

# It formats days in a way that pandas 3 will give up.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


@pytest.fixture
def getter(way_there: MarketServer) -> Any:
    return client("efinance", "efinance.common.getter")


async def test_prices_closes_and_values_agree(server: MarketServer, getter: Any) -> None:
    table = getter.get_latest_quote(list(LINES)).set_index("行情ID")
    theirs = {
        LINES[name].symbol: Price(float(row["最新价"]), float(row["昨日收盘"]), float(row["总市值"]))
        for name, row in table.iterrows()
    }
    async with against("eastmoney", server, Clock()) as provider:
        ours = await prices(provider, *LINES.values())
    assert ours == theirs
    assert len(ours) == len(LINES)


@pytest.mark.parametrize("name", LINES)
async def test_histories_agree_after_a_split_too(name: str, server: MarketServer, getter: Any) -> None:
    table = getter.get_quote_history_single(name, quote_id_mode=True)
    days = [dt.date.fromisoformat(day) for day in table["日期"]]
    async with against("yahoo", server, Clock()) as provider:
        ours = await closes(provider, LINES[name])
    assert finished(days, table["收盘"]) == pytest.approx(ours)
