"""yfinance, which nobody here wrote, reads the same from the loopback market as our provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import CapexFact, Split
from tests.clients.installed import client
from tests.clients.market import (
    ALIBABA,
    BABA,
    INNOLIGHT,
    ISSUERS,
    NVIDIA,
    OCADO,
    QUARTERS,
    SINCE,
    SPLIT,
    TENCENT,
    Price,
    closes,
    finished,
    prices,
)
from tests.providers.slow_world import slow
from tests.providers.world import Clock, against
from tests.server import MarketServer

# It sorts in place, which pandas 3 will give up.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

LINES = (BABA, NVIDIA, TENCENT, OCADO)
MINOR = {"GBp": ("GBP", 100.0)}


@pytest.fixture
def yfinance(way_there: MarketServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """yfinance by way of the library requests, without a session or a cookie from before."""
    monkeypatch.setenv("YF_DISABLE_CURL_CFFI", "1")
    yfinance = client("yfinance", "yfinance")
    monkeypatch.setattr(yfinance.data.SingletonMeta, "_instances", {})
    monkeypatch.setattr(yfinance.cache, "get_cookie_cache", yfinance.cache._CookieCacheDummy)
    yfinance.set_tz_cache_location(str(tmp_path))
    return yfinance


async def test_a_batch_agrees(server: MarketServer, yfinance: Any) -> None:
    symbols = ",".join(line.symbol for line in LINES)
    address = "https://query1.finance.yahoo.com/v7/finance/quote"
    payload = yfinance.data.YfData().get_raw_json(address, params={"symbols": symbols})
    assert server.requests["/v1/test/getcrumb"] == 1
    theirs = {row["symbol"]: _price(row) for row in payload["quoteResponse"]["result"]}
    async with against("yahoo", server, Clock()) as provider:
        assert await prices(provider, *LINES) == theirs


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.symbol)
async def test_a_summary_agrees(line: Any, server: MarketServer, yfinance: Any) -> None:
    info = yfinance.Ticker(line.symbol).info
    assert server.requests[f"/v10/finance/quoteSummary/{line.symbol}"] == 1
    assert info["financialCurrency"] == ("CNY" if line == BABA else line.currency)
    async with against("yahoo", server, Clock()) as provider:
        assert await prices(provider, line) == {line.symbol: _price(info)}


@pytest.mark.parametrize("line", [BABA, TENCENT, INNOLIGHT, OCADO], ids=lambda line: line.symbol)
async def test_closes_and_splits_agree(line: Any, server: MarketServer, yfinance: Any) -> None:
    ticker = yfinance.Ticker(line.symbol)
    table = ticker.history(start=str(SINCE), end="2026-11-25", auto_adjust=False)
    _, unit = MINOR.get(ticker.history_metadata["currency"], (line.currency, 1.0))
    async with against("yahoo", server, Clock()) as provider:
        ours = await closes(provider, line)
        answer = await provider.fetch(Request(capability=Capability.CLOSES, lines=(line,), since=SINCE))
    theirs = finished(list(table.index.date), table["Close"])
    assert {day: close / unit for day, close in theirs.items()} == pytest.approx(ours)
    splits = {record.day: record.ratio for record in answer.records if isinstance(record, Split)}
    assert {day.date(): ratio for day, ratio in ticker.splits.items()} == splits
    assert splits == ({SPLIT: 2.0} if line == INNOLIGHT else {})


async def test_capex_agrees(server: MarketServer, yfinance: Any, tmp_path: Path) -> None:
    row = yfinance.Ticker("BABA").quarterly_cashflow.loc["Capital Expenditure"]
    theirs = {day.date(): -amount for day, amount in row.items()}
    async with slow("yahoo", server, Clock(), tmp_path, *ISSUERS) as provider:
        answer = await provider.fetch(Request(capability=Capability.CAPEX, lines=ALIBABA.lines))
    facts = [record for record in answer.records if isinstance(record, CapexFact)]
    ours = {fact.end: fact.amount for fact in facts}
    assert {fact.currency for fact in facts} == {"CNY"}
    assert {day: amount for day, amount in ours.items() if day in theirs} == theirs
    assert list(ours) == QUARTERS


def _price(row: dict[str, Any]) -> Price:
    """Read a row in major units; a market value is never in minor ones."""
    unit = MINOR.get(row["currency"], ("", 1.0))[1]
    return Price(row["regularMarketPrice"] / unit, row["regularMarketPreviousClose"] / unit, row["marketCap"])


async def test_the_way_by_consent_agrees(server: MarketServer, yfinance: Any) -> None:
    server.yahoo.wants_consent = True
    info = yfinance.Ticker("BABA").info
    async with against("yahoo", server, Clock()) as provider:
        assert await prices(provider, BABA) == {"BABA": _price(info)}
    assert server.requests["/v2/collectConsent"] == 2


async def test_a_crumb_that_has_expired_is_renewed(server: MarketServer, yfinance: Any) -> None:
    assert yfinance.Ticker("BABA").info["marketCap"] == 2.8147e11
    server.yahoo.expire()
    assert yfinance.Ticker("NVDA").info["marketCap"] == 5.4595e12
