"""What the loopback Yahoo has in common with the real one beyond the values that providers read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.world import NOW
from tests.server import MarketServer, Stock, Truth
from tests.server.accounts import Accounts
from tests.server.asking import ask, ask_json

MONDAY, FRIDAY, BEFORE = dt.date(2026, 11, 23), dt.date(2026, 11, 20), dt.date(2026, 11, 13)
SERIES = "/ws/fundamentals-timeseries/v1/finance/timeseries/BABA"


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth(now=lambda: NOW)
    history = {BEFORE: 105.0, FRIDAY: 110.0, MONDAY: 111.81}
    truth.add(Stock(symbol="BABA", price=113.24, previous_close=111.81, market_cap=2.8e11, history=history))
    ends = [dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 31)]
    truth.accounts["BABA"] = Accounts(currency="CNY", year_begins=4, capex=dict.fromkeys(ends, 5e9))
    with MarketServer(truth) as server:
        server.yahoo.needs_crumb = False
        yield server


def row(server: MarketServer, query: str) -> Any:
    return ask_json(server, f"/v7/finance/quote?symbols=BABA{query}")["quoteResponse"]["result"][0]


def chart(server: MarketServer, query: str) -> Any:
    return ask_json(server, f"/v8/finance/chart/BABA?{query}")["chart"]["result"][0]


def error(server: MarketServer, path: str) -> tuple[int, str, str]:
    status, body = ask(server, path)
    ((_, envelope),) = json.loads(body).items()
    return status, envelope["error"]["code"], envelope["error"]["description"]


def test_numbers_are_objects_only_when_asked_for_formatted(server: MarketServer) -> None:
    assert row(server, "")["regularMarketPrice"] == 113.24
    assert row(server, "&formatted=true")["regularMarketPrice"] == {
        "raw": 113.24, "fmt": "113.24", "longFmt": "113.24"
    }  # fmt: skip


def test_a_filter_leaves_what_always_comes(server: MarketServer) -> None:
    told = row(server, "&fields=marketCap")
    assert {"marketCap", "symbol", "quoteType", "exchangeDataDelayedBy", "gmtOffSetMilliseconds"} <= set(told)
    assert {"longName", "currency", "regularMarketPreviousClose"}.isdisjoint(told)


def test_a_day_has_a_range_and_a_change(server: MarketServer) -> None:
    told = row(server, "")
    low, high = told["regularMarketDayLow"], told["regularMarketDayHigh"]
    assert low < told["regularMarketOpen"] < told["regularMarketPrice"] < high
    assert told["regularMarketChange"] == pytest.approx(1.43)
    assert told["regularMarketChangePercent"] == pytest.approx(1.43 / 111.81 * 100)


@pytest.mark.parametrize("path", ["/v7/finance/quote", "/v7/finance/spark?symbols="])
def test_without_symbols_the_request_is_bad(path: str, server: MarketServer) -> None:
    assert error(server, path) == (400, "Bad Request", "Missing required query parameter=symbols")


@pytest.mark.parametrize("path", ["/v7/finance/quote?symbols=BABA", "/v8/finance/chart/BABA"])
def test_a_client_that_says_it_is_python_is_too_many(path: str, server: MarketServer) -> None:
    assert ask(server, path, User_Agent="python-requests/2.34.2") == (429, b"Too Many Requests\r\n")


def test_the_previous_close_of_a_chart_is_the_one_before_its_range(server: MarketServer) -> None:
    week = chart(server, "range=5d&interval=1d")
    assert week["meta"]["chartPreviousClose"] == 105.0
    assert week["indicators"]["quote"][0]["close"][-2:] == [110.0, 111.81]
    assert len(set(map(len, week["indicators"]["quote"][0].values()))) == 1


def test_bars_within_the_day_are_kept_for_a_while(server: MarketServer) -> None:
    long_ago = int((NOW - dt.timedelta(days=61)).timestamp())
    path = f"/v8/finance/chart/BABA?interval=5m&period1={long_ago}&period2={int(NOW.timestamp())}"
    status, code, words = error(server, path)
    assert (status, code) == (422, "Unprocessable Entity")
    assert words.endswith("The requested range must be within the last 60 days.")


def test_a_summary_needs_a_crumb_and_a_symbol_that_is_listed(server: MarketServer) -> None:
    path = "/v10/finance/quoteSummary/NOPE?modules=price"
    assert error(server, path) == (404, "Not Found", "Quote not found for symbol: NOPE")
    server.yahoo.needs_crumb = True
    assert error(server, path)[:2] == (401, "Unauthorized")


def test_a_series_keeps_to_its_span_and_knows_fiscal_years(server: MarketServer) -> None:
    def ends(kind: str, query: str = "") -> list[str]:
        payload = ask_json(server, f"{SERIES}?type={kind}{query}")
        return [entry["asOfDate"] for entry in payload["timeseries"]["result"][0].get(kind, [])]

    since = int(dt.datetime(2025, 12, 1, tzinfo=dt.UTC).timestamp())
    until = int(dt.datetime(2026, 2, 1, tzinfo=dt.UTC).timestamp())
    span = f"&period1={since}&period2={until}"
    assert ends("quarterlyCapitalExpenditure", span) == ["2025-12-31"]
    assert ends("annualCapitalExpenditure") == ends("trailingCapitalExpenditure") == ["2026-03-31"]
    assert ends("annualTaxProvision") == []
