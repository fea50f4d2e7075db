"""No bytes from a source can raise anything but a provider error, nor touch a line that they do not name."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.base import Answer, Capability, ProviderError, Request
from providers.records import FxRate
from tests.providers.contract import name_of
from tests.providers.world import Clock, against, client, line, provider
from tests.server import MarketServer, faults

LINES = (line("AAPL"), line("0700.HK", "XHKG", "HKD"))
CURRENCIES = ("CNY", "EUR")
CASES = [("yahoo", capability) for capability in ("quotes", "closes", "fx", "fx_history", "valuations")] + [
    ("ecb", "fx"),
    ("ecb", "fx_history"),
]

KEYS = st.sampled_from(
    ["quoteResponse", "chart", "spark", "finance", "result", "error", "meta", "symbol", "currency",
     "financialCurrency", "timestamp", "indicators", "quote", "close", "events", "splits", "date",
     "numerator", "denominator", "regularMarketPrice", "regularMarketTime", "quoteType", "response",
     "exchangeTimezoneName",
     "gmtoffset", "epsForward", "epsCurrentYear", "bookValue", "previousClose", "exchangeDataDelayedBy",
     "marketCap", "marketState", "description", "code", "raw"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["AAPL", "0700.HK", "CNY=X", "USD", "HKD", "CNY", "../../etc/passwd", "America/New_York", "\x00"]
    )
    | st.sampled_from([1795489200, 10**30, -1, 1e308, 5e-324])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def row() -> st.SearchStrategy[object]:
    return st.dictionaries(KEYS, SCALARS | JSON, max_size=12)


def chart() -> st.SearchStrategy[object]:
    return st.fixed_dictionaries(
        {
            "meta": row(),
            "timestamp": st.lists(SCALARS, max_size=4),
            "indicators": st.fixed_dictionaries(
                {
                    "quote": st.lists(
                        st.fixed_dictionaries({"close": st.lists(SCALARS, max_size=4)}), max_size=2
                    )
                }
            ),
            "events": st.fixed_dictionaries(
                {"splits": st.dictionaries(st.text(max_size=3), row(), max_size=2)}
            ),
        }
    )


def enveloped(root: str, rows: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(rows, max_size=4).map(lambda found: {root: {"result": found, "error": None}})


def spark() -> st.SearchStrategy[object]:
    return st.fixed_dictionaries(
        {"symbol": SCALARS, "response": st.lists(st.fixed_dictionaries({"meta": row()}), max_size=2)}
    )


JSON_BODIES = (
    JSON | enveloped("quoteResponse", row()) | enveloped("chart", chart()) | enveloped("spark", spark())
).map(lambda value: json.dumps(value).encode())
XML_BODIES = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=4).map(
    lambda pairs: (
        '<a><Cube time="2026-11-20">'
        + "".join(f'<Cube currency="{code}" rate="{rate}"/>' for code, rate in [("USD", "1.1"), *pairs])
        + "</Cube></a>"
    ).encode("utf-8", "surrogatepass")
)
CSV_BODIES = st.lists(st.text(max_size=12), max_size=6).map(
    lambda cells: ("Date,USD,CNY,\n2026-11-20," + ",".join(cells)).encode("utf-8", "surrogatepass")
)
BODIES = (
    st.binary(max_size=200)
    | JSON_BODIES
    | XML_BODIES
    | CSV_BODIES
    | st.binary().map(lambda b: b"PK\x03\x04" + b)
)


WIRE = st.binary(max_size=120) | st.tuples(
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 302 x\r\nLocation: ",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n",
        ]
    ),
    st.binary(max_size=60),
    st.sampled_from(
        [b"", b"\r\n\r\n{}", b"\r\nContent-Length: 9\r\n\r\n{}", b"\r\nTransfer-Encoding: chunked\r\n\r\nzz"]
    ),
).map(b"".join)
LATIN = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"Location", b"Set-Cookie", b"Retry-After", b"Content-Type"]),
        (LATIN | LATIN.map("a={}; Path=/".format) | LATIN.map("https://x.yahoo.com:{}".format)).map(
            lambda text: text.encode("latin-1")
        ),
    ),
    max_size=4,
)
Headers = list[tuple[bytes, bytes]]


async def asked(
    name: str, capability: Capability, status: int, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    clock = Clock()

    def page(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/test/getcrumb" and status == 200:
            return httpx.Response(200, text="crumb")
        return httpx.Response(status, content=body, headers=headers)

    async with client(clock, httpx.MockTransport(page)) as http:
        source = provider(name, http, clock)
        request = Request(
            capability=capability, lines=LINES, currencies=CURRENCIES, since=dt.date(2026, 11, 1)
        )
        try:
            answer = await source.fetch(request)
        except ProviderError as error:
            said = str(error)
        else:
            said = "".join(remark.text for remark in answer.remarks)
            _touches_only_what_was_asked(answer)
    assert said.isprintable()


def _touches_only_what_was_asked(answer: Answer) -> None:
    names = {each.symbol for each in LINES} | set(CURRENCIES)
    assert {name_of(record) for record in answer.records} <= names
    assert set(answer.missing) <= names
    for record in answer.records:
        if isinstance(record, FxRate):
            assert 0 < record.per_usd < float("inf")


@pytest.mark.parametrize(("name", "capability"), CASES)
@settings(max_examples=60, deadline=None)
@given(body=BODIES)
def test_any_body(name: str, capability: str, body: bytes) -> None:
    asyncio.run(asked(name, Capability(capability), 200, body, []))


@pytest.mark.parametrize(("name", "capability"), [("yahoo", "quotes"), ("yahoo", "closes"), ("ecb", "fx")])
@settings(max_examples=40, deadline=None)
@given(status=st.integers(200, 599), body=st.binary(max_size=40), headers=HEADERS)
def test_any_status_and_headers(
    name: str, capability: str, status: int, body: bytes, headers: Headers
) -> None:
    asyncio.run(asked(name, Capability(capability), status, body, headers))


@pytest.fixture(scope="module")
def server() -> Iterator[MarketServer]:
    with MarketServer() as server:
        yield server


@pytest.mark.parametrize(("name", "capability"), [("yahoo", "closes"), ("ecb", "fx")])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=WIRE)
def test_any_bytes_on_the_wire(name: str, capability: str, data: bytes, server: MarketServer) -> None:
    async def run() -> None:
        request = Request(capability=Capability(capability), lines=LINES[:1], currencies=CURRENCIES)
        async with against(name, server, Clock(), timeout=2.0) as source:
            with contextlib.suppress(ProviderError):
                _touches_only_what_was_asked(await source.fetch(request))

    server.heal()
    server.fail(faults.Raw(data))
    asyncio.run(run())
