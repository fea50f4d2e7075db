"""The provider of docs/providers.md, installed as a package of somebody else's would be."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from providers import registry
from providers.base import BadAnswer, Capability, Request, SwitchedOff
from providers.records import Quote
from tests.providers.world import NOW, Clock, client, line, provider

DOCUMENT = Path(__file__).parents[2] / "docs" / "providers.md"
TENCENT, NVIDIA = line("0700.HK", "XHKG", "HKD"), line("NVDA", "XNAS", "USD")
QUOTES = Request(capability=Capability.QUOTES, lines=(TENCENT, NVIDIA))


def example() -> str:
    """The complete provider of the document."""
    found = re.search(
        r"```python\n(\"\"\"House prices.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder on the path as `pip install` leaves it: the module, and beside it what describes it."""
    (tmp_path / "narrows_house.py").write_text(example(), encoding="utf-8")
    described = tmp_path / "narrows_house-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: narrows-house\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[narrows.providers]\nhouse = narrows_house:House\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("narrows_house", None)


def test_it_is_short() -> None:
    assert len(example().splitlines()) < 60


@pytest.mark.usefixtures("installed")
async def test_it_is_found_by_name_and_serves() -> None:
    stamp = (NOW - dt.timedelta(seconds=5)).timestamp()
    asked: list[httpx.Request] = []

    def prices(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        rows = {
            "0700.HK": {"price": 478.8, "currency": "HKD", "time": stamp},
            "NVDA": {"price": 180.0, "currency": "\x1b[31mEUR", "time": stamp},
            "WHO": {"price": 1.0},
        }
        return httpx.Response(200, content=json.dumps(rows).encode())

    clock = Clock()
    async with client(clock, httpx.MockTransport(prices)) as http:
        assert "house" in registry.names()
        house = provider("house", http, clock, {"key": "secret"})
        answer = await house.fetch(QUOTES)
    assert answer.records == (
        Quote(
            source="house", symbol="0700.HK", price=478.8, currency="HKD", received=NOW,
            as_of=NOW - dt.timedelta(seconds=5),
        ),
    )  # fmt: skip
    assert answer.missing == ("NVDA",)
    assert [remark.text for remark in answer.remarks] == ["No price from House: it is in [31mEUR."]
    assert (asked[0].url.host, asked[0].headers["x-key"]) == ("prices.example.com", "secret")


@pytest.mark.usefixtures("installed")
async def test_it_says_what_it_needs_and_what_came() -> None:
    clock = Clock()
    async with client(
        clock, httpx.MockTransport(lambda _request: httpx.Response(200, content=b"[]"))
    ) as http:
        with pytest.raises(SwitchedOff, match="expected the key"):
            provider("house", http, clock)
        with pytest.raises(BadAnswer, match="should answer with prices by symbol"):
            await provider("house", http, clock, {"key": "secret"}).fetch(QUOTES)
