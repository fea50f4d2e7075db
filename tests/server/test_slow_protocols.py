"""What the loopback EDGAR, banks and boards of models share with the real ones beyond the newest value."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.world import NOW
from tests.server import MarketServer, Truth
from tests.server.accounts import Accounts, Score
from tests.server.asking import ask, ask_json
from tests.server.sec import PLANT

CONTACT = {"User_Agent": "Ann Analyst ann@example.org"}
DAY = dt.date(2026, 11, 20)


@pytest.fixture
def server() -> Iterator[MarketServer]:
    truth = Truth(now=lambda: NOW)
    ends = [dt.date(2025, 9, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2026, 6, 30)]
    truth.accounts["MSFT"] = Accounts(cik=789019, year_begins=7, capex=dict.fromkeys(ends, 1e9))
    truth.scores = [
        Score(model=f"M{at}", creator="Kimi", released=DAY, index=50.0, rating=1400.0) for at in range(3)
    ]
    truth.fx = {"EUR": 0.9, "CNY": 7.2, "TWD": 30.0}
    truth.fx_history = {DAY: {"EUR": 0.8, "CNY": 7.2, "TWD": 32.0}}
    with MarketServer(truth) as server:
        yield server


def capex(server: MarketServer) -> list[dict[str, Any]]:
    payload = ask_json(server, "/api/xbrl/companyfacts/CIK0000789019.json", **CONTACT)
    rows: list[dict[str, Any]] = payload["facts"]["us-gaap"][PLANT]["units"]["USD"]
    return rows


def test_edgar_knows_no_filing_of_a_later_day(server: MarketServer) -> None:
    assert max(row["filed"] for row in capex(server)) <= str(NOW.date())


def test_a_facts_year_is_its_filings_and_its_frame_stands_once(server: MarketServer) -> None:
    first, again = (row for row in capex(server) if row["end"] == "2025-09-30")
    assert (first["fy"], first["fp"], first["form"], first.get("frame")) == (2026, "Q1", "10-Q", None)
    assert (again["fy"], again["fp"], again["frame"]) == (2027, "Q1", "CY2025Q3")
    (half,) = (row for row in capex(server) if row["end"] == "2025-12-31")
    assert (half["fp"], half.get("frame")) == ("Q2", None)
    (year,) = (row for row in capex(server) if row["end"] == "2026-06-30")
    assert (year["fp"], year["form"], year["frame"], year["val"]) == ("FY", "10-K", "CY2025", 4e9)


def test_frankfurter_crosses_any_base(server: MarketServer) -> None:
    rows = ask_json(server, f"/v2/rates?base=eur&quotes=cny,twd&date={DAY}")
    assert rows == [
        {"date": "2026-11-20", "base": "EUR", "quote": "CNY", "rate": 9.0},
        {"date": "2026-11-20", "base": "EUR", "quote": "TWD", "rate": 40.0},
    ]
    ecb = ask_json(server, f"/v2/rates?base=eur&quotes=cny,twd&date={DAY}&providers=ecb")
    assert [row["quote"] for row in ecb] == ["CNY"]


def test_frankfurters_first_version_ends_its_span_and_has_no_twd(server: MarketServer) -> None:
    assert ask_json(server, "/v1/2026-11-01..?base=USD&symbols=CNY,TWD") == {
        "amount": 1.0,
        "base": "USD",
        "start_date": "2026-11-20",
        "end_date": "2026-11-20",
        "rates": {"2026-11-20": {"CNY": 7.2}},
    }
    assert set(ask_json(server, "/v1/latest")["rates"]) == {"USD", "CNY"}


def test_frankfurter_refuses_what_is_no_currency_and_no_page(server: MarketServer) -> None:
    status, body = ask(server, "/v1/latest?base=XXX")
    assert (status, set(json.loads(body))) == (422, {"message"})
    assert ask(server, "/v2/nothing") == (404, b'{"message":"not found"}')


@pytest.mark.parametrize("name", ["eurofxref", "eurofxref-hist"])
def test_the_banks_archives_are_named_as_their_file(name: str, server: MarketServer) -> None:
    with zipfile.ZipFile(io.BytesIO(ask(server, f"/stats/eurofxref/{name}.zip")[1])) as archive:
        assert archive.namelist() == [f"{name}.csv"]


def test_a_day_has_so_many_requests_for_scores(server: MarketServer) -> None:
    path, key = "/api/v2/language/models/free?page=2", {"X_Api_Key": server.analysis.key}
    server.analysis.allowed = 1
    page = ask_json(server, path, **key)
    assert ([model["name"] for model in page["data"]], page["pagination"]["has_more"]) == (["M2"], False)
    assert page["data"][0]["evaluations"]["artificial_analysis_coding_index"] is None
    assert ask(server, path, **key)[0] == 429
    assert ask(server, "/api/v2/language/models", **key)[0] == 403
    assert ask(server, path)[0] == 401


@pytest.mark.parametrize(("change", "status"), [("", 200), ("&length=101", 422), ("&split=full", 404)])
def test_the_arena_gives_a_hundred_rows_of_one_board(change: str, status: int, server: MarketServer) -> None:
    board = "dataset=lmarena-ai/leaderboard-dataset&config=text&split=latest"
    assert ask(server, f"/rows?{board}&offset=0{change}")[0] == status
