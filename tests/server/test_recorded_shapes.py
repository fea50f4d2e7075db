"""The loopback market names no field that the recorded answers of the real services do not have."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.providers.world import NOW
from tests.server import MarketServer, Stock, Truth
from tests.server.accounts import Accounts
from tests.server.asking import ask, ask_json

FOLDER = os.environ.get("NARROWS_PAYLOADS")
pytestmark = [
    pytest.mark.payloads,
    pytest.mark.skipif(FOLDER is None, reason="NARROWS_PAYLOADS does not say where the recorded answers are"),
]


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth(now=lambda: NOW)
    figures: dict[str, Any] = {"previous_close": 111.0, "market_cap": 2.8e11, "shares": 2.4e9}
    history = {dt.date(2026, 11, 23): 113.0}
    truth.add(
        Stock(symbol="AAPL", price=113.24, history=history, eps_forward=8.3, book_value=4.0, **figures),
        Stock(symbol="0700.HK", price=478.8, **figures),
    )
    truth.accounts["AAPL"] = Accounts(cik=1652044, capex={dt.date(2025, 12, 31): 1e9})
    with MarketServer(truth) as server:
        server.yahoo.needs_crumb = False
        yield server


def load(name: str) -> Any:
    payload = json.loads((Path(FOLDER or "") / name).read_bytes())
    return payload["response"]["bodyJson"] if "response" in payload else payload


def test_a_row_of_the_batch(server: MarketServer) -> None:
    real = load("yahoo/recorded/quote-AAPL-BABA.json")["quoteResponse"]["result"][0]
    (ours,) = ask_json(server, "/v7/finance/quote?symbols=AAPL")["quoteResponse"]["result"]
    assert set(ours) <= set(real)
    texts = {name for name, value in real.items() if isinstance(value, str)}
    assert texts & set(ours) == {name for name, value in ours.items() if isinstance(value, str)}


def test_a_filtered_row(server: MarketServer) -> None:
    real = load("yahoo/recorded/quote-TSLA-fields-symbol.json")["quoteResponse"]["result"][0]
    (ours,) = ask_json(server, "/v7/finance/quote?symbols=AAPL&fields=symbol")["quoteResponse"]["result"]
    assert set(ours) <= set(real)


def test_a_chart(server: MarketServer) -> None:
    (real,) = load("yahoo/recorded/chart-BABA-2020-01-01-to-2020-01-03.json")["chart"]["result"]
    (ours,) = ask_json(server, "/v8/finance/chart/AAPL?range=5d&interval=1d")["chart"]["result"]
    assert set(ours) == set(real)
    assert set(ours["meta"]) <= set(real["meta"])
    assert set(ours["meta"]["currentTradingPeriod"]["pre"]) == {"timezone", "start", "end", "gmtoffset"}
    assert set(ours["indicators"]["quote"][0]) == set(real["indicators"]["quote"][0])


def test_a_spark(server: MarketServer) -> None:
    real = load("yahoo/captured/spark_v7_MSFT_AAPL_20260727.json")["spark"]["result"][0]
    (ours,) = ask_json(server, "/v7/finance/spark?symbols=AAPL&range=1d")["spark"]["result"]
    # The capture leaves out the time zone, which the meta of a chart has, and the bars.
    left_out = {"exchangeTimezoneName", "priceHint"}
    assert set(ours["response"][0]["meta"]) <= set(real["response"][0]["meta"]) | left_out


def test_a_series(server: MarketServer) -> None:
    real = load("yahoo/recorded/fundamentalsTimeSeries-AAPL-capex-quarterly.json")["timeseries"]["result"][0]
    path = "/ws/fundamentals-timeseries/v1/finance/timeseries/AAPL?type=quarterlyCapitalExpenditure"
    (ours,) = ask_json(server, path)["timeseries"]["result"]
    kind = "quarterlyCapitalExpenditure"
    assert (set(ours), set(ours[kind][0])) == (set(real), set(real[kind][0]))
    assert ours[kind][0]["reportedValue"]["raw"] < 0 > real[kind][0]["reportedValue"]["raw"]


def test_facts(server: MarketServer) -> None:
    def flows(payload: Any) -> Any:
        return payload["facts"]["us-gaap"]["PaymentsToAcquirePropertyPlantAndEquipment"]

    real = flows(load("sec/companyfacts_CIK0001652044_capex_and_shares.json"))
    path = "/api/xbrl/companyfacts/CIK0001652044.json"
    ours = flows(ask_json(server, path, User_Agent="Ann ann@example.org"))
    assert set(ours) == set(real)
    assert {name for row in ours["units"]["USD"] for name in row} <= {
        name for row in real["units"]["USD"] for name in row
    }


def test_one_stock_of_eastmoney(server: MarketServer) -> None:
    real = load("eastmoney/stock_get_116.00700_scaled_20260921.json")["data"]
    ours = ask_json(server, f"/api/qt/stock/get?secid=116.00700&fields={','.join(real)}")["data"]
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(value) for name, value in real.items()
    }


def test_rows_of_tencent(server: MarketServer) -> None:
    recorded = (Path(FOLDER or "") / "tencent/quotes.gbk").read_bytes().decode("gbk").splitlines()
    (real,) = (line.split("~") for line in recorded if line.startswith("v_hk00700"))
    ours = ask(server, "/q=hk00700")[1].decode("gbk").split("~")
    assert len(ours) == len(real)
    assert [ours[at] for at in (63, 75)] == [real[at] for at in (63, 75)]
