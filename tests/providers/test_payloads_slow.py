"""Recorded answers of the slow sources parse to the values that they state."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import httpx
import pytest

from providers.base import Answer, Capability, Request
from providers.records import CapexFact, ModelScore
from providers.universe import Issuer
from tests.providers.slow_world import CONTACT, KEY, issuer, slow_provider
from tests.providers.world import Clock, client, line

FOLDER = os.environ.get("NARROWS_PAYLOADS")
pytestmark = [
    pytest.mark.payloads,
    pytest.mark.skipif(FOLDER is None, reason="NARROWS_PAYLOADS does not say where the recorded answers are"),
]
GOOGL = line("GOOGL", "XNAS")
ALPHABET = issuer("Alphabet", GOOGL, line("GOOG", "XNAS"), cik="1652044")


async def fetch(
    name: str,
    capability: Capability,
    page: bytes,
    at: str,
    tmp_path: Path,
    *issuers: Issuer,
    **settings: object,
) -> Answer:
    """Ask a provider of a network that answers everything with one page."""
    clock = Clock(dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC))
    network = httpx.MockTransport(lambda _: httpx.Response(200, content=page))
    request = Request(capability=capability, lines=tuple(one.lines[0] for one in issuers))
    async with client(clock, network) as http:
        told = {**CONTACT, **KEY, **settings}
        return await slow_provider(name, http, clock, tmp_path, told, *issuers).fetch(request)


def content(name: str) -> bytes:
    return (Path(FOLDER or "") / name).read_bytes()


def series(name: str) -> bytes:
    """The body of a recorded answer of the time series."""
    recorded = json.loads(content(f"yahoo/recorded/fundamentalsTimeSeries-{name}-quarterly.json"))
    return json.dumps(recorded["response"]["bodyJson"]).encode()


def by_end(answer: Answer) -> dict[dt.date, CapexFact]:
    return {one.end: one for one in answer.records if isinstance(one, CapexFact)}


async def test_alphabet_s_quarters(tmp_path: Path) -> None:
    page = content("sec/companyfacts_CIK0001652044_capex_and_shares.json")
    answer = await fetch("sec", Capability.CAPEX, page, "2026-07-15T12:00", tmp_path, ALPHABET)
    found = by_end(answer)
    since_2024 = [one.amount / 1e6 for end, one in sorted(found.items()) if end.year >= 2024]
    assert since_2024 == [12_012, 13_186, 13_061, 14_276, 17_197, 22_446, 23_953, 27_851, 35_674]
    assert len(answer.records) == len(found) == 17
    newest, fourth = found[dt.date(2026, 3, 31)], found[dt.date(2025, 12, 31)]
    assert (newest.known_on, newest.note) == (dt.date(2026, 4, 30), "EDGAR filing 0001652044-26-000048")
    assert (fourth.start, fourth.known_on) == (dt.date(2025, 10, 1), dt.date(2026, 2, 5))
    # Known from the report of that quarter, not from the one that repeats it a year later.
    assert found[dt.date(2024, 3, 31)].known_on == dt.date(2024, 4, 26)


async def test_alphabet_s_shares_are_not_in_its_facts(tmp_path: Path) -> None:
    page = content("sec/companyfacts_CIK0001652044_capex_and_shares.json")
    answer = await fetch("sec", Capability.SHARES, page, "2026-07-15T12:00", tmp_path, ALPHABET)
    assert (answer.records, answer.missing) == ((), ("GOOGL",))


async def test_apple_s_capex_by_quarter(tmp_path: Path) -> None:
    apple = issuer("Apple", line("AAPL", "XNAS"))
    page = series("AAPL-capex")
    answer = await fetch("yahoo", Capability.CAPEX, page, "2025-02-17T11:11", tmp_path, apple)
    assert {str(end): one.amount for end, one in by_end(answer).items()} == {
        "2024-03-31": 1_996e6, "2024-06-30": 2_151e6, "2024-09-30": 2_908e6, "2024-12-31": 2_940e6,
    }  # fmt: skip
    assert {one.currency for one in by_end(answer).values()} == {"USD"}


async def test_alibaba_s_financials_hold_no_capex_and_too_little_for_growth(tmp_path: Path) -> None:
    alibaba = issuer("Alibaba Group", line("BABA"), region="CN", currency="CNY")
    page = series("BABA-financials")
    answer = await fetch("yahoo", Capability.CAPEX, page, "2024-02-17T11:11", tmp_path, alibaba)
    assert (answer.records, answer.missing, answer.remarks) == ((), ("BABA",), ())


async def test_twelve_models_of_the_leaderboard_page(tmp_path: Path) -> None:
    page = content("models/aa_leaderboard_2026-07-10_twelve_models.json")
    answer = await fetch(
        "artificial_analysis", Capability.SCORES, page, "2026-07-10T08:34", tmp_path, index_version="4.1"
    )
    scores = [one for one in answer.records if isinstance(one, ModelScore)]
    assert {one.version for one in scores} == {"4.1"}
    best = {
        region: max((one for one in scores if one.region == region), key=lambda one: one.score)
        for region in ("CN", "US")
    }
    assert (best["US"].developer, best["US"].score) == ("Anthropic", 59.8606463217303)
    assert (best["CN"].developer, best["CN"].model) == ("Z.ai", "GLM-5.2 (max)")
    assert best["CN"].score == 51.0858347714416
    assert best["CN"].day == dt.date(2026, 6, 16)
    assert len(scores) == 12
    assert {one.developer for one in scores if one.region == "CN"} == {
        "Z.ai", "Alibaba", "MiniMax", "DeepSeek", "Moonshot", "Xiaomi",
    }  # fmt: skip
