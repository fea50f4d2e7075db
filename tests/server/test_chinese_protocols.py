"""What the loopback Eastmoney, Tencent and Sina have in common with the real ones beyond prices."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.world import NOW
from tests.server import MarketServer, Stock, Truth
from tests.server.asking import ask, ask_json

DAYS = {dt.date(2026, 11, 19): 200.0, dt.date(2026, 11, 20): 101.0}
REFERER = {"Referer": "https://finance.sina.com.cn"}


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth(now=lambda: NOW)
    figures: dict[str, Any] = {"previous_close": 100.0, "market_cap": 5e11, "shares": 5e9, "history": DAYS}
    truth.add(
        Stock(symbol="600519.SS", price=102.5, **figures),
        Stock(symbol="688256.SS", price=102.5, **figures),
        Stock(symbol="300308.SZ", price=102.5, splits={dt.date(2026, 11, 20): 2.0}, **figures),
        Stock(symbol="0700.HK", price=102.5, **figures),
        Stock(symbol="NVDA", price=102.5, **figures),
        Stock(symbol="QQQ", price=102.5, quote_type="ETF"),
    )
    with MarketServer(truth) as server:
        yield server


def tencent(server: MarketServer, name: str) -> list[str]:
    body = ask(server, f"/q={name}")[1].decode("gbk")
    start = f'v_{name}="'
    assert body.startswith(start)
    return body.removeprefix(start).removesuffix('";\n').split("~")


def sina(server: MarketServer, name: str) -> list[str]:
    text = ask(server, f"/list={name}", **REFERER)[1].decode("gb18030")
    return text.split('"')[1].split(",")


def klines(server: MarketServer, basis: str) -> list[list[str]]:
    fields = "f51,f52,f53,f54,f55"
    path = f"/api/qt/stock/kline/get?secid=0.300308&fields2={fields}&klt=101&fqt={basis}&end=20261123"
    return [line.split(",") for line in ask_json(server, path)["data"]["klines"]]


def test_eastmoney_answers_in_the_order_of_the_fields_numbers(server: MarketServer) -> None:
    (row,) = ask_json(server, "/api/qt/ulist.np/get?secids=1.600519&fltt=2&fields=f18,f12,f128,f2")["data"][
        "diff"
    ]
    assert list(row) == ["f2", "f12", "f18", "f128", "f140", "f141"]


def test_eastmoney_lists_a_market_page_by_page(server: MarketServer) -> None:
    def page(number: int, numbered: str) -> Any:
        path = f"/api/qt/clist/get?pn={number}&pz=2&po=0&np={numbered}&fltt=2&fs=m:0+t:6,m:1+t:2&fields=f12"
        return ask_json(server, path)["data"]

    assert page(1, "1") == {"total": 3, "diff": [{"f12": "300308"}, {"f12": "600519"}]}
    assert page(2, "0") == {"total": 3, "diff": {"0": {"f12": "688256"}}}
    assert page(3, "1") is None


def test_eastmoney_scales_one_stock_unless_told_otherwise(server: MarketServer) -> None:
    path = "/api/qt/stock/get?secid=116.00700&fields=f43,f59,f60,f152,f170"
    scaled = {"f43": 102500, "f59": 3, "f60": 100000, "f152": 2, "f170": 250}
    assert ask_json(server, path)["data"] == scaled
    assert ask_json(server, f"{path}&fltt=2")["data"] == scaled | {"f43": 102.5, "f60": 100.0, "f170": 2.5}
    assert ask_json(server, path.replace("00700", "09999"))["rc"] == 102


def test_eastmoneys_days_are_open_close_high_low(server: MarketServer) -> None:
    day, opened, close, high, low = klines(server, "0")[0]
    assert (day, close) == ("2026-11-19", "200.0")
    assert float(low) < float(opened) < float(close) < float(high)
    assert [line[2] for line in klines(server, "1")] == ["100.0", "101.0"]


def test_the_floating_value_is_not_the_whole(server: MarketServer) -> None:
    for name, floating, shares in (("sh600519", 72, 73), ("hk00700", 69, 70)):
        fields = tencent(server, name)
        assert (float(fields[44]), float(fields[45])) == (3750.0, 5000.0)
        assert (float(fields[floating]), float(fields[shares])) == (3.75e9, 5e9)
    path = "/api/qt/ulist.np/get?secids=1.600519&fltt=2&fields=f20,f21,f38,f39"
    (row,) = ask_json(server, path)["data"]["diff"]
    assert row == {"f20": 5e11, "f21": 3.75e11, "f38": 5e9, "f39": 3.75e9}


def test_tencents_volume_is_in_lots_but_on_the_star_market(server: MarketServer) -> None:
    assert [tencent(server, name)[6] for name in ("sh600519", "sz300308")] == ["12345", "12345"]
    assert [tencent(server, name)[6] for name in ("sh688256", "hk00700", "usNVDA")] == ["1234500"] * 3


def test_tencent_names_change_and_what_was_asked(server: MarketServer) -> None:
    fields = tencent(server, "r_hk00700")
    assert (fields[31], fields[32]) == ("2.5", "2.5")
    assert float(fields[34]) < float(fields[5]) < float(fields[3]) < float(fields[33])


def test_tencent_has_no_values_of_a_fund(server: MarketServer) -> None:
    fields = tencent(server, "usQQQ")
    assert (fields[39], fields[44], fields[45], fields[56]) == ("", "", "", "GP-ETF")


def test_tencents_days_have_a_series_of_their_own_after_a_split(server: MarketServer) -> None:
    def days(name: str) -> Any:
        path = f"/ifzqgtimg/appstock/app/newfqkline/get?_var=k&param={name},day,,2026-11-22,320,qfq"
        status, body = ask(server, path)
        assert status == 200
        return json.loads(body.removeprefix(b"k="))["data"][name]

    assert [day[2] for day in days("sz300308")["qfqday"]] == ["100.0000", "101.0000"]
    assert [day[2] for day in days("usNVDA.OQ")["day"]] == ["200.0000", "101.0000"]


def test_sina_answers_an_unknown_kind_of_code_with_an_empty_record(server: MarketServer) -> None:
    assert ask(server, "/list=xx123", **REFERER) == (200, b'var hq_str_xx123="";\n')
    assert ask(server, "/list=sh600519") == (403, b"Forbidden")


def test_sinas_regular_time_is_in_new_yorks_own(server: MarketServer) -> None:
    assert sina(server, "gb_nvda")[25] == "Nov 23 10:00PM EST"


@pytest.mark.parametrize(
    ("name", "at"), [("sh600519", (5, 1, 3, 4)), ("rt_hk00700", (5, 2, 6, 4)), ("gb_nvda", (7, 5, 1, 6))]
)
def test_sinas_fields_are_low_open_last_high(name: str, at: tuple[int, ...], server: MarketServer) -> None:
    fields = sina(server, name)
    low, opened, last, high = (float(fields[position]) for position in at)
    assert low < opened < last == 102.5 < high
