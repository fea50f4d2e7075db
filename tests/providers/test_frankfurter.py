"""Frankfurter: what it is asked, and what of its two versions serves when."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from providers.base import Capability, Request
from providers.records import FxRate
from tests.providers.slow_world import slow
from tests.providers.world import Clock
from tests.server import MarketServer, Truth, faults

HISTORY = Request(
    capability=Capability.FX_HISTORY, currencies=("CNY", "TWD", "USD"), since=dt.date(2026, 11, 19)
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def truth(clock: Clock) -> Truth:
    rates = {"CNY": 6.65, "TWD": 30.4}
    history = {dt.date(2026, 11, day): rates for day in (18, 19, 20)}
    return Truth(fx=rates, fx_history=history, now=clock.now)


async def test_dollars_are_not_asked_for_and_not_missed(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        async with slow("frankfurter", server, clock, tmp_path) as provider:
            answer = await provider.fetch(HISTORY)
            nothing = await provider.fetch(Request(capability=Capability.FX, currencies=("USD",)))
    assert (answer.missing, nothing.records, nothing.missing) == ((), (), ())
    assert [dict(asked.query) for asked in server.log] == [
        {"base": "USD", "quotes": "CNY,TWD", "from": "2026-11-19"}
    ]


async def test_the_first_version_serves_a_history_without_taiwan(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        server.frankfurter.version_2 = False
        async with slow("frankfurter", server, clock, tmp_path) as provider:
            answer = await provider.fetch(HISTORY)
    assert [str(one.as_of.date()) for one in answer.records if isinstance(one, FxRate)] == [
        "2026-11-19",
        "2026-11-20",
    ]
    assert answer.missing == ("TWD",)
    assert server.log[-1].path == "/v1/2026-11-19.."


async def test_of_currencies_published_on_different_days_each_has_its_newest(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    def row(day: str, code: str, rate: float) -> dict[str, object]:
        return {"date": day, "base": "USD", "quote": code, "rate": rate}

    days = [row("2026-11-23", "CNY", 6.6), row("2026-11-20", "TWD", 30.5), row("2026-11-20", "CNY", 6.7)]
    page = json.dumps([*days, row("2026-11-25", "TWD", 31.0)]).encode()
    with MarketServer(truth) as server:
        server.fail(faults.Body(page), "/v2/")
        async with slow("frankfurter", server, clock, tmp_path) as provider:
            answer = await provider.fetch(Request(capability=Capability.FX, currencies=("CNY", "TWD")))
    found = {one.currency: (str(one.as_of), one.per_usd) for one in answer.records if isinstance(one, FxRate)}
    # A rate of tomorrow is none.
    assert found == {
        "CNY": ("2026-11-23 15:00:00+00:00", 6.6),
        "TWD": ("2026-11-20 15:00:00+00:00", 30.5),
    }


async def test_rates_of_the_day_are_asked_for_again_after_a_quarter_of_an_hour(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    request = Request(capability=Capability.FX, currencies=("CNY", "TWD"))
    with MarketServer(truth) as server:
        async with slow("frankfurter", server, clock, tmp_path) as provider:
            first = await provider.fetch(request)
            clock.forward(14 * 60)
            again = await provider.fetch(request)
            assert server.total() == 1
            clock.forward(60)
            await provider.fetch(request)
            assert server.total() == 2
    assert [one.per_usd for one in first.records + again.records if isinstance(one, FxRate)] == [
        6.65, 30.4, 6.65, 30.4,
    ]  # fmt: skip
