"""The loopback market itself: what other tests rely on."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from providers.universe import Line
from tests.server import MarketServer, Stock, Truth, faults
from tests.server.asking import ask, ask_json

SPARK = "/v7/finance/spark?symbols=AAPL,0700.HK,NOPE&range=1d&interval=5m"


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth()
    truth.add(Stock(symbol="AAPL", price=333.7), Stock(symbol="0700.HK", price=478.8))
    with MarketServer(truth) as server:
        yield server


def prices(server: MarketServer) -> dict[str, float]:
    payload: dict[str, Any] = ask_json(server, SPARK)
    metas = [entry["response"][0]["meta"] for entry in payload["spark"]["result"]]
    return {meta["symbol"]: meta["regularMarketPrice"] for meta in metas}


def ask_again(connection: HTTPConnection) -> None:
    connection.request("GET", SPARK)
    connection.getresponse()


def test_a_price_can_change_while_it_runs(server: MarketServer) -> None:
    assert prices(server) == {"AAPL": 333.7, "0700.HK": 478.8}
    server.truth.set_price("AAPL", 340.0)
    assert prices(server)["AAPL"] == 340.0


def test_it_dies_and_comes_back_on_the_same_port(server: MarketServer) -> None:
    port = server.port
    open_connection = HTTPConnection("127.0.0.1", port, timeout=5)
    open_connection.request("GET", SPARK)
    open_connection.getresponse().read()
    server.stop()
    with pytest.raises((OSError, HTTPException)):
        ask_again(open_connection)
    open_connection.close()
    with pytest.raises(ConnectionRefusedError):
        ask(server, SPARK)
    server.start()
    assert server.port == port
    assert prices(server)["AAPL"] == 333.7


def test_it_counts_what_was_asked(server: MarketServer) -> None:
    ask(server, SPARK)
    ask(server, SPARK)
    ask(server, "/nowhere")
    assert server.requests == {"/v7/finance/spark": 2, "/nowhere": 1}
    assert server.total("/v7") == 2
    assert server.log[0].query["symbols"] == "AAPL,0700.HK,NOPE"


def test_a_fault_happens_where_and_as_often_as_it_is_told(server: MarketServer) -> None:
    server.fail(faults.Status(503), "/v7/finance/spark", times=1)
    assert [ask(server, path)[0] for path in (SPARK, "/", SPARK)] == [503, 404, 200]
    server.fail(faults.html())
    assert ask(server, SPARK) == (200, faults.HTML)
    server.heal()
    assert prices(server)


def test_without_a_crumb_the_batch_is_refused(server: MarketServer) -> None:
    status, body = ask(server, "/v7/finance/quote?symbols=AAPL")
    assert (status, json.loads(body)["finance"]["error"]["description"]) == (401, "Invalid Crumb")
    server.yahoo.needs_crumb = False
    assert ask(server, "/v7/finance/quote?symbols=AAPL")[0] == 200


def test_a_split_divides_the_closes_before_it(server: MarketServer) -> None:
    split = dt.date(2026, 11, 10)
    stock = Stock(symbol="X", price=1.0, splits={split: 4.0})
    today = dt.date(2026, 11, 24)
    assert stock.adjusted(dt.date(2026, 11, 9), 100.0, today) == 25.0
    assert stock.adjusted(split, 100.0, today) == 100.0
    assert stock.adjusted(dt.date(2026, 11, 2), 100.0, dt.date(2026, 11, 9)) == 100.0


def test_a_market_of_lines_is_the_same_each_time() -> None:
    lines = [Line(symbol="688981.SS", issuer="smic", exchange="XSHG", currency="CNY")]
    first, second = Truth.of(lines), Truth.of(lines)
    assert first.stocks == second.stocks
    assert first.stocks["688981.SS"].currency == "CNY"


def test_it_runs_as_a_script() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-u", "-m", "tests.server", "--port", str(port), "--move"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as script:  # noqa: S603 - our own module
        try:
            assert script.stdout is not None
            assert script.stdout.readline() == "[providers.yahoo]\n"
            assert script.stdout.readline() == f'base_url = "http://127.0.0.1:{port}"\n'
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                pass
        finally:
            script.terminate()
