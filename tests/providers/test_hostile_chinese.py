"""No bytes of Tencent, Eastmoney or Sina raise more than a provider error or price another line."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import math

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.base import Answer, Capability, ProviderContext, ProviderError, Request
from providers.records import Quote, ShareCount
from providers.registry import create
from providers.universe import Issuer, Universe
from tests.providers.world import Clock, client, line, session_open

LINES = (line("688256.SS", "XSHG", "CNY"), line("0700.HK", "XHKG", "HKD"), line("NVDA", "XNAS"))
UNIVERSE = Universe(
    name="test",
    base_date=dt.date(2025, 1, 13),
    issuers=tuple(
        Issuer(id=each.issuer, name="x", side="china", region="CN", subsector="cloud", lines=(each,))
        for each in LINES
    ),
)
# What the bytes must hold for a line to have been named.
NAMES = {"688256.SS": b"688256", "0700.HK": b"00700", "NVDA": b"nvda"}
CASES = [("tencent", "quotes"), ("tencent", "shares"), ("eastmoney", "quotes"), ("sina", "quotes")]

TEXT = st.text(max_size=6) | st.sampled_from(
    ["1", "51", "100", "200", "688256", "00700", "NVDA.OQ", "CNY", "HKD", "USD", "GP", "GP-ETF", "-1", "0.00",
     "20260603155049", "2026/08/07 16:08:23", "2026-09-04 16:04:38", "2026/08/07", "16:08", "00000000000000",
     "Sep 11 04:00PM EDT", "Feb 30 04:00PM EST", "2026", "1e300", "5e-324", "-5", "nan", "1e999", "9" * 400,
     "٣", "\x1b]0;x\x07", "~", '"', ";", "\n"]
)  # fmt: skip
CODES = st.sampled_from(
    ["sh688256", "hk00700", "usNVDA", "rt_hk00700", "gb_nvda", "gb_nvda$", "pv_none_match", "s_sh688256", "x"]
)


GOOD: dict[str, dict[int, str]] = {
    "sh688256": {
        0: "1", 2: "688256", 3: "10.0", 30: "20260603155049", 31: "15:00:00", 39: "1", 45: "1", 73: "1e7",
        82: "CNY",
    },
    "hk00700": {
        0: "100", 2: "00700", 3: "10.0", 30: "2026/08/07 16:08:23", 39: "1", 45: "1", 70: "1e7", 75: "HKD",
    },
    "rt_hk00700": {6: "10.0", 17: "2026/08/07", 18: "16:08"},
    "usNVDA": {
        0: "200", 2: "NVDA.OQ", 3: "10.0", 30: "2026-09-04 16:04:38", 35: "USD", 39: "1", 45: "1", 62: "1e7",
    },
    "gb_nvda": {1: "10.0", 3: "2026-09-12 09:49:31", 25: "Sep 11 04:00PM EDT", 29: "2026"},
}  # fmt: skip


def records(before: str, between: str) -> st.SearchStrategy[bytes]:
    """Rows of any length, many of them good but for a few fields."""

    def record(name: str, size: int, spoiled: dict[int, str]) -> str:
        told = GOOD.get(name, {}) | spoiled
        return f'{before}{name}="{between.join(told.get(at, "") for at in range(size))}";\n'

    positions = st.integers(0, 88) | st.sampled_from([0, 2, 3, 25, 29, 30, 45])
    spoiled = st.dictionaries(positions, TEXT, max_size=3)
    rows = st.builds(record, CODES, st.sampled_from([3, 19, 33, 40, 88, 90]), spoiled)
    return st.lists(rows, max_size=4).map(lambda found: "".join(found).encode("gb18030", "replace"))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        ["-", "688256", "00700", "NVDA", "1.5", 10**400, 1e308, 5e-324, 1795489200, 1, 116, 105]
    )
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)
)
FIELDS = st.sampled_from(["f1", "f2", "f3", "f12", "f13", "f15", "f16", "f17", "f18", "f20", "f38", "f124"])
NAMED = st.sampled_from(
    [{"f12": "688256", "f13": 1}, {"f12": "00700", "f13": 116}, {"f12": "NVDA", "f13": 105}]
)
EASTMONEY_ROWS = st.builds(
    lambda named, told, spoiled: {"f2": 10.5, "f124": 1795489200} | named | told | spoiled,
    NAMED,
    st.dictionaries(st.sampled_from(["f2", "f15", "f16", "f18", "f20", "f38"]), st.integers(), max_size=6),
    st.dictionaries(FIELDS, SCALARS, max_size=3),
)

EASTMONEY_BODIES = (
    st.lists(EASTMONEY_ROWS | SCALARS, max_size=4).map(lambda rows: {"rc": 0, "data": {"diff": rows}})
    | st.fixed_dictionaries({"rc": SCALARS, "data": SCALARS})
    | SCALARS
).map(lambda value: json.dumps(value).encode())
BODIES: dict[str, st.SearchStrategy[bytes]] = {
    "tencent": st.binary(max_size=100) | records("v_", "~"),
    "sina": st.binary(max_size=100) | records("var hq_str_", ","),
    "eastmoney": st.binary(max_size=100) | EASTMONEY_BODIES,
}


async def asked(name: str, capability: Capability, body: bytes) -> None:
    clock = Clock()
    page = httpx.MockTransport(lambda _request: httpx.Response(200, content=body))
    async with client(clock, page) as http:
        context = ProviderContext(universe=UNIVERSE, http=http, now=clock.now, session_open=session_open)
        source = create(name, context)
        try:
            answer = await source.fetch(Request(capability=capability, lines=LINES))
        except ProviderError as error:
            answer, said = Answer(missing=tuple(NAMES)), str(error)
        else:
            said = "".join(remark.text for remark in answer.remarks)
    assert said.isprintable()
    served = {record.symbol for record in answer.records if isinstance(record, Quote | ShareCount)}
    assert len(served) == len(answer.records)
    assert set(answer.missing) == set(NAMES) - served
    assert all(NAMES[symbol] in body.lower() for symbol in served)
    for record in answer.records:
        if isinstance(record, Quote):
            assert 0 < record.price < math.inf
            assert record.previous_close is None or 0 < record.previous_close < math.inf
            assert record.market_cap is None or 0 < record.market_cap < math.inf


@pytest.mark.parametrize(("name", "capability"), CASES)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_body(name: str, capability: str, data: st.DataObject) -> None:
    asyncio.run(asked(name, Capability(capability), data.draw(BODIES[name])))
