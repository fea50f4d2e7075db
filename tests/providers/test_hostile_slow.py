"""No bytes from a slow source can raise anything but a provider error, nor touch what they do not name."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import tempfile
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.base import Answer, Capability, ProviderError, Request
from providers.records import AnyRecord, CapexFact, FxRate, ModelScore, ShareCount, Valuation
from providers.sec.cache import Cache
from providers.sec.concepts import CONCEPTS
from tests.providers.slow_world import CONTACT, KEY, MICROSOFT, MSFT, ORACLE, ORCL, slow_provider
from tests.providers.world import Clock, client

CASES = [
    ("sec", Capability.CAPEX),
    ("sec", Capability.SHARES),
    ("yahoo", Capability.CAPEX),
    ("yahoo", Capability.FUNDAMENTALS),
    ("frankfurter", Capability.FX),
    ("frankfurter", Capability.FX_HISTORY),
    ("artificial_analysis", Capability.SCORES),
    ("lmarena", Capability.SCORES),
]
KEYS = st.sampled_from(
    ["facts", "us-gaap", "dei", "units", "USD", "shares", "start", "end", "val", "filed", "accn",
     "timeseries", "result", "error", "meta", "symbol", "type", "asOfDate", "currencyCode", "periodType",
     "reportedValue", "raw", "quarterlyCapitalExpenditure", "trailingTotalRevenue", "quarterlyTotalRevenue",
     "date", "base", "quote", "rate", "rates", "data", "models", "pagination", "total_pages", "has_more",
     "name", "model_creator", "creator", "country", "slug", "release_date", "evaluations",
     "artificial_analysis_intelligence_index", "intelligence_index_version", "rows", "row", "num_rows_total",
     "model_name", "organization", "rating", "category", "leaderboard_publish_date",
     *(concept.partition("/")[2] for concept in CONCEPTS)]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["2026-06-30", "2026-04-01", "2026-07-20", "0001-01-01", "9999-12-31", "USD", "CNY", "MSFT", "3M",
         "TTM", "OpenAI", "Z AI", "overall", "\x1b[2J[/b]", 10**30, -1, 1e308, 5e-324]
    )
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def rows(**fixed: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Rows of the right shape with odd values, rows with fields of any kind, and anything at all."""
    loose = {name: of | SCALARS for name, of in fixed.items()}
    row = st.fixed_dictionaries(fixed) | st.fixed_dictionaries({}, optional=loose) | JSON
    return st.lists(row, max_size=5)


def just(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from(values)


DAYS = just("2026-01-01", "2026-03-31", "2026-06-30", "2026-07-20", "2025-06-30", "0001-01-01", "9999-12-31")
NUMBERS: st.SearchStrategy[object] = st.floats() | st.integers()
FILINGS = rows(start=DAYS, end=DAYS, filed=DAYS, val=NUMBERS).map(
    lambda found: {"facts": {kind: {name: {"units": {"USD": found, "shares": found}} for name in names}
        for kind, names in {
            "us-gaap": ["PaymentsToAcquirePropertyPlantAndEquipment", "CommonStockSharesOutstanding"],
            "dei": ["EntityCommonStockSharesOutstanding"],
        }.items()}}
)  # fmt: skip
ENTRIES = rows(asOfDate=DAYS, periodType=just("3M", "TTM"), currencyCode=just("USD"), reportedValue=NUMBERS)
SERIES = ENTRIES.map(
    lambda found: {"timeseries": {"result": [
        {"meta": {"symbol": ["MSFT"], "type": [kind]}, kind: found}
        for kind in ("quarterlyCapitalExpenditure", "trailingTotalRevenue", "quarterlyNetIncome")
    ]}}
)  # fmt: skip
QUOTES = st.lists(
    st.fixed_dictionaries({"symbol": just("MSFT"), "currency": just("USD"), "marketCap": NUMBERS}), max_size=2
).map(lambda found: {"quoteResponse": {"result": found}})
RATES = rows(date=DAYS, base=just("USD"), quote=just("CNY", "TWD"), rate=NUMBERS)
MODELS = st.fixed_dictionaries(
    {
        "data": rows(
            name=just("a", "b"),
            model_creator=st.fixed_dictionaries({"name": just("OpenAI", "Kimi", "x"), "country": SCALARS}),
            release_date=DAYS,
            evaluations=st.fixed_dictionaries({"artificial_analysis_intelligence_index": NUMBERS}),
        ),
        "pagination": JSON,
        "intelligence_index_version": SCALARS,
    }
)
ARENA = st.fixed_dictionaries(
    {
        "num_rows_total": SCALARS,
        "rows": rows(
            model_name=just("a", "b"), organization=just("OpenAI", "Z.ai"), rating=NUMBERS,
            category=just("overall"), leaderboard_publish_date=DAYS,
        ).map(lambda found: [{"row": row} for row in found] if isinstance(found, list) else found),
    }
)  # fmt: skip
SHAPES: dict[str, st.SearchStrategy[object]] = {
    "sec": FILINGS,
    "yahoo": SERIES | QUOTES,
    "frankfurter": RATES,
    "artificial_analysis": MODELS,
    "lmarena": ARENA,
}


def bodies(name: str) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=200) | (SHAPES[name] | JSON).map(lambda value: json.dumps(value).encode())


async def asked(name: str, capability: Capability, status: int, body: bytes, folder: Path) -> None:
    clock = Clock()

    def page(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/test/getcrumb":
            return httpx.Response(200, text="crumb")
        return httpx.Response(status, content=body)

    request = Request(
        capability=capability, lines=(MSFT, ORCL), currencies=("CNY", "TWD"), since=dt.date(2026, 1, 1)
    )
    async with client(clock, httpx.MockTransport(page)) as http:
        source = slow_provider(name, http, clock, folder, {**CONTACT, **KEY}, MICROSOFT, ORACLE)
        try:
            answer = await source.fetch(request)
        except ProviderError as error:
            said = str(error)
        else:
            said = "".join(remark.text for remark in answer.remarks)
            _is_about_what_was_asked(answer)
    assert said.isprintable()


def _is_about_what_was_asked(answer: Answer) -> None:
    assert set(answer.missing) <= {"MSFT", "ORCL", "CNY", "TWD"}
    for record in answer.records:
        number, allowed = _figure(record)
        assert allowed
        assert abs(number) < float("inf")


def _figure(record: AnyRecord) -> tuple[float, bool]:
    """The record's figure, and whether it is about something that was asked for."""
    match record:
        case CapexFact():
            return record.amount, record.company in {"Microsoft", "Oracle"} and record.amount > 0
        case ShareCount():
            return record.shares, record.symbol in {"MSFT", "ORCL"} and record.shares > 0
        case Valuation():
            return record.value, record.symbol in {"MSFT", "ORCL"}
        case FxRate():
            return record.per_usd, record.currency in {"CNY", "TWD"} and record.per_usd > 0
        case ModelScore():
            return record.score, record.model.isprintable() and record.version.isprintable()
        case _:
            return 0.0, False


@pytest.mark.parametrize(("name", "capability"), CASES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_body(name: str, capability: Capability, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(asked(name, capability, 200, data.draw(bodies(name)), Path(folder)))


@pytest.mark.parametrize(("name", "capability"), CASES)
@settings(max_examples=15, deadline=None)
@given(status=st.sampled_from([204, 206, 301, 304, 400, 403, 404, 429, 500]), body=st.binary(max_size=40))
def test_any_status(name: str, capability: Capability, status: int, body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(asked(name, capability, status, body, Path(folder)))


@settings(deadline=None)
@given(held=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_may_stand_in_the_cache(held: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "CIK0000000001.json").write_bytes(held)
        assert Cache(Path(folder)).read(1, CONCEPTS) is None
