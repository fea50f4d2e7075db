"""Recorded answers of the real services parse to the values that they state."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from providers.base import Answer, BadAnswer, Capability, ProviderError, RateLimited, Refused, Request
from providers.records import Close, FxRate, Quote, Valuation
from providers.universe import Line
from tests.providers.world import Clock, client, line, provider

FOLDER = os.environ.get("NARROWS_PAYLOADS")
pytestmark = [
    pytest.mark.payloads,
    pytest.mark.skipif(FOLDER is None, reason="NARROWS_PAYLOADS does not say where the recorded answers are"),
]
Pages = Mapping[str, httpx.Response]


def recorded(name: str) -> httpx.Response:
    """A recording of request and response."""
    response = json.loads((Path(FOLDER or "") / "yahoo/recorded" / name).read_bytes())["response"]
    body = json.dumps(response["bodyJson"]) if "bodyJson" in response else response["body"]
    return httpx.Response(response["status"], text=body)


def captured(name: str, status: int = 200) -> httpx.Response:
    """A body that somebody wrote down."""
    return httpx.Response(status, content=(Path(FOLDER or "") / "yahoo/captured" / name).read_bytes())


def ecb(name: str) -> httpx.Response:
    return httpx.Response(200, content=(Path(FOLDER or "") / "ecb" / name).read_bytes())


async def fetch(name: str, request: Request, pages: Pages, at: str) -> Answer:
    """Ask a provider of a network that holds only these pages, by the beginning of their path."""

    def page(asked: httpx.Request) -> httpx.Response:
        for path, response in {"/v1/test/getcrumb": recorded("getCrumb-getcrumb.json"), **pages}.items():
            if asked.url.path.startswith(path):
                return httpx.Response(response.status_code, content=response.content)
        return httpx.Response(404)

    clock = Clock(dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC))
    async with client(clock, httpx.MockTransport(page)) as http:
        return await provider(name, http, clock).fetch(request)


async def quotes(*lines: Line, batch: httpx.Response, at: str = "2025-02-17T11:11") -> Answer:
    request = Request(capability=Capability.QUOTES, lines=lines)
    return await fetch("yahoo", request, {"/v7/finance/quote": batch}, at)


def rows(answer: Answer) -> dict[str, dict[str, Any]]:
    return {
        r.symbol: {name: getattr(r, name) for name in r.__struct_fields__}
        for r in answer.records
        if isinstance(r, Quote)
    }


async def test_apple_and_alibaba() -> None:
    answer = await quotes(line("AAPL"), line("BABA"), batch=recorded("quote-AAPL-BABA.json"))
    found = rows(answer)
    assert answer.missing == ()
    assert found["BABA"]["price"] == 124.73
    assert found["BABA"]["previous_close"] == 119.54
    assert found["BABA"]["market_cap"] == 302_870_626_304
    assert found["BABA"]["as_of"] == dt.datetime.fromtimestamp(1_739_566_802, dt.UTC)
    assert found["BABA"]["delay_minutes"] == 0.0
    assert found["BABA"]["market_state"] == "closed"
    assert found["AAPL"]["market_cap"] == 3_674_405_863_424
    assert found["AAPL"]["currency"] == "USD"


async def test_ocado_is_quoted_in_pence_and_valued_in_pounds() -> None:
    answer = await quotes(line("OCDO.L", "XLON", "GBP"), batch=recorded("quote-OCDO.L.json"))
    row = rows(answer)["OCDO.L"]
    assert (row["price"], row["currency"], row["market_cap"]) == (3.088, "GBP", 2_554_603_520)
    assert row["delay_minutes"] == 15.0


@pytest.mark.parametrize(
    ("symbol", "name"),
    [("APS.AX", "quote-APS.AX.json"), ("ADH", "quote-ADH.json"), ("TSLA", "quote-TSLA-fields-symbol.json")],
)
async def test_unknown_delisted_and_unpriced_symbols_are_missing(symbol: str, name: str) -> None:
    answer = await quotes(line(symbol), batch=recorded(name))
    assert (answer.records, answer.missing) == ((), (symbol,))


async def test_an_unknown_symbol_gives_an_empty_answer() -> None:
    answer = await quotes(line("NOPE"), batch=captured("quote_unknown_empty.json"))
    assert answer.missing == ("NOPE",)


@pytest.mark.parametrize(
    ("symbol", "currency", "price"), [("BTC-USD", "USD", 96_077.45), ("0P000071W8.TO", "CAD", 152.63)]
)
async def test_other_kinds_of_paper(symbol: str, currency: str, price: float) -> None:
    row = rows(await quotes(line(symbol, currency=currency), batch=recorded(f"quote-{symbol}.json")))
    assert row[symbol]["price"] == price


async def test_a_rate_spelled_the_other_way_round() -> None:
    request = Request(capability=Capability.FX, currencies=("EUR", "CNY"))
    pages = {"/v7/finance/quote": recorded("quote-EURUSD=X.json")}
    answer = await fetch("yahoo", request, pages, "2025-02-17T11:11")
    (rate,) = answer.records
    assert isinstance(rate, FxRate)
    assert rate.per_usd == pytest.approx(1 / 1.0489877)
    assert answer.missing == ("CNY",)


async def test_rows_without_a_time_cannot_be_dated() -> None:
    lines = (line("AAPL"), line("7203.T", "XTKS", "JPY"), line("BTC-USD"))
    answer = await quotes(*lines, batch=captured("quote_AAPL_7203.T_BTC_20261005_trimmed.json"))
    assert answer.missing == ("AAPL", "7203.T", "BTC-USD")
    assert {"does not say when" in remark.text for remark in answer.remarks} == {True}


async def test_sparks() -> None:
    pages = {"/v7/finance/spark": captured("spark_v7_MSFT_AAPL_20260727.json")}
    request = Request(capability=Capability.QUOTES, lines=(line("MSFT"), line("AAPL")))
    found = rows(await fetch("yahoo", request, pages, "2026-07-27T21:00"))
    assert (found["MSFT"]["price"], found["MSFT"]["previous_close"]) == (389.1, 381.7)
    assert (found["AAPL"]["price"], found["AAPL"]["previous_close"]) == (336.91, 333.02)
    assert found["AAPL"]["as_of"] == dt.datetime.fromtimestamp(1_785_182_401, dt.UTC)


async def closes(which: Line, chart: httpx.Response, at: str) -> Answer:
    request = Request(capability=Capability.CLOSES, lines=(which,), since=dt.date(2020, 1, 1))
    return await fetch("yahoo", request, {"/v8/finance/chart/": chart}, at)


async def test_daily_bars_of_tencent() -> None:
    which, chart = line("0700.HK", "XHKG", "HKD"), captured("chart_0700.HK_5d_1d_20260807.json")
    answer = await closes(which, chart, "2026-08-07T09:00")
    found = {r.day: r.close for r in answer.records if isinstance(r, Close)}
    assert found == {
        dt.date(2026, 8, 3): 490.3999938964844,
        dt.date(2026, 8, 4): 487.6000061035156,
        dt.date(2026, 8, 5): 492.20001220703125,
        dt.date(2026, 8, 6): 479.20001220703125,
        dt.date(2026, 8, 7): 478.79998779296875,
    }
    during = await closes(which, chart, "2026-08-07T05:00")
    assert dt.date(2026, 8, 7) not in {r.day for r in during.records if isinstance(r, Close)}


async def test_a_bar_of_another_year() -> None:
    answer = await closes(
        line("BABA"), recorded("chart-BABA-2020-01-01-to-2020-01-03.json"), "2025-02-20T11:47"
    )
    (close,) = answer.records
    assert isinstance(close, Close)
    assert (close.day, close.close) == (dt.date(2020, 1, 2), 219.77000427246094)


@pytest.mark.parametrize(
    "name",
    [
        "chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m.json",
        "chart-notimestamp-weird-quote.fake.json",
    ],
)
async def test_a_chart_without_times_has_no_closes(name: str) -> None:
    answer = await closes(line("AAPL"), recorded(name), "2025-02-20T11:47")
    assert (answer.records, answer.missing) == ((), ("AAPL",))


async def test_a_chart_of_a_symbol_nobody_knows() -> None:
    answer = await closes(line("NOPE"), captured("error_404_chart_unknown.json", 404), "2026-10-05T15:00")
    assert (answer.records, answer.missing) == ((), ("NOPE",))


async def test_a_chart_out_of_range() -> None:
    with pytest.raises(BadAnswer):
        await closes(line("AAPL"), captured("error_422_chart_range.json", 422), "2026-10-05T15:00")


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("error_401_quote_bad_crumb.json", 401, Refused),
        ("error_401_quote_no_crumb.json", 401, Refused),
        ("error_429_body.txt", 429, RateLimited),
        ("error_429_body_getcrumb.txt", 429, RateLimited),
    ],
)
async def test_refusals(name: str, status: int, error: type[ProviderError]) -> None:
    request = Request(capability=Capability.VALUATIONS, lines=(line("AAPL"),))
    with pytest.raises(error):
        await fetch("yahoo", request, {"/v7/finance/quote": captured(name, status)}, "2026-10-05T15:00")


async def test_forward_earnings_of_an_adr_are_in_dollars_beside_accounts_in_yuan() -> None:
    batch = json.loads(recorded("quote-AAPL-BABA.json").content)
    yuan = {
        "symbol": "CNY=X",
        "currency": "CNY",
        "regularMarketPrice": 7.25,
        "regularMarketTime": 1_739_789_683,
    }
    batch["quoteResponse"]["result"].append(yuan)
    request = Request(capability=Capability.VALUATIONS, lines=(line("AAPL"), line("BABA")))
    pages = {"/v7/finance/quote": httpx.Response(200, json=batch)}
    answer = await fetch("yahoo", request, pages, "2025-02-17T11:11")
    found = {(r.symbol, r.field): r.value for r in answer.records if isinstance(r, Valuation)}
    assert found == {
        ("AAPL", "forward_pe"): pytest.approx(29.434416),
        ("AAPL", "trailing_pe"): pytest.approx(38.76, abs=0.01),
        ("AAPL", "price_book"): pytest.approx(55.114914),
        ("BABA", "forward_pe"): pytest.approx(12.637285),
        ("BABA", "trailing_pe"): pytest.approx(25.931395),
    }


CODES = ("CNY", "HKD", "KRW", "JPY", "GBP", "EUR", "TWD")


async def rates(capability: Capability, page: httpx.Response) -> Answer:
    request = Request(capability=capability, currencies=CODES, since=dt.date(2024, 12, 20))
    return await fetch("ecb", request, {"/stats/eurofxref/": page}, "2026-10-30T16:00")


def on(day: dt.date, answer: Answer) -> dict[str, float]:
    return {r.currency: r.per_usd for r in answer.records if isinstance(r, FxRate) and r.as_of.date() == day}


async def test_the_bank_s_day_and_its_history_agree() -> None:
    daily = await rates(Capability.FX, ecb("eurofxref-daily.csv"))
    history = await rates(Capability.FX_HISTORY, ecb("eurofxref-hist-from-2024-12-20.csv"))
    day = dt.date(2026, 10, 30)
    expected = {
        "CNY": 7.4326 / 1.1172, "HKD": 8.7652 / 1.1172, "KRW": 1491.76 / 1.1172, "JPY": 175.68 / 1.1172,
        "GBP": 0.8338 / 1.1172, "EUR": 1 / 1.1172,
    }  # fmt: skip
    assert on(day, daily) == expected
    assert on(day, history) == expected
    assert daily.missing == history.missing == ("TWD",)


async def test_the_bank_s_history_reaches_back_to_its_first_day() -> None:
    history = await rates(Capability.FX_HISTORY, ecb("eurofxref-hist-from-2024-12-20.csv"))
    first = on(dt.date(2024, 12, 20), history)
    assert first["CNY"] == 7.5831 / 1.039
    dollars = [r.per_usd for r in history.records if isinstance(r, FxRate) and r.currency == "HKD"]
    # The Hong Kong dollar is pegged to the band between 7.75 and 7.85.
    assert 7.74 < min(dollars) <= max(dollars) < 7.86
    assert len(dollars) > 450
