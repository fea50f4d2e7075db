"""efinance, which nobody here wrote, reads the same prices from the loopback market as our provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from providers.base import Capability, Request
from providers.records import Quote
from tests.providers.world import NOW, Clock, against, line
from tests.server import MarketServer, Stock, Truth

LINES = {
    "1.600519": line("600519.SS", "XSHG", "CNY"),
    "0.300308": line("300308.SZ", "XSHE", "CNY"),
    "116.00700": line("0700.HK", "XHKG", "HKD"),
    "106.BABA": line("BABA", "XNYS"),
}


class Session:
    """Takes efinance's requests to the loopback market."""

    def __init__(self, server: MarketServer) -> None:
        self._server = server

    def get(
        self, url: str, *, headers: Mapping[str, str], params: Sequence[tuple[str, str]]
    ) -> httpx.Response:
        moved = url.replace("https://push2.eastmoney.com", self._server.url)
        with httpx.Client(trust_env=False) as client:
            return client.get(moved, headers=dict(headers), params=dict(params))


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth(now=lambda: NOW)
    truth.add(
        Stock(symbol="600519.SS", price=1302.8, previous_close=1290.0, market_cap=1.63e12),
        Stock(symbol="300308.SZ", price=1280.05, previous_close=1279.0, market_cap=1.42e12),
        Stock(symbol="0700.HK", price=478.8, previous_close=479.2, market_cap=4.35e12),
        Stock(symbol="BABA", price=113.24, previous_close=111.81, market_cap=2.8e11, exchange="NYQ"),
    )
    with MarketServer(truth) as server:
        yield server


@pytest.mark.filterwarnings("ignore")
async def test_prices_closes_and_values_agree(server: MarketServer, monkeypatch: pytest.MonkeyPatch) -> None:
    getter: Any = pytest.importorskip("efinance.common.getter", reason="efinance is not installed")
    monkeypatch.setattr(getter, "session", Session(server))
    table = getter.get_latest_quote(list(LINES)).set_index("行情ID")
    theirs = {
        LINES[name].symbol: (float(row["最新价"]), float(row["昨日收盘"]), float(row["总市值"]))
        for name, row in table.iterrows()
    }
    async with against("eastmoney", server, Clock()) as provider:
        request = Request(capability=Capability.QUOTES, lines=tuple(LINES.values()))
        records = (await provider.fetch(request)).records
    ours = {
        quote.symbol: (quote.price, quote.previous_close, quote.market_cap)
        for quote in records
        if isinstance(quote, Quote)
    }
    assert ours == theirs
    assert len(ours) == len(LINES)
