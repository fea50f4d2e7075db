"""The reference as a provider: filters what it has, names what it has not, opens no connection."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import cast

import pytest

from providers.base import Answer, Capability, ProviderContext, Request
from providers.http import HttpClient
from providers.records import CapexFact, Close, FxRate, ShareCount, Valuation
from providers.reference import Reference, load_universe
from providers.universe import Universe

NOW = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
UNIVERSE = load_universe("default")


def provider(universe: Universe = UNIVERSE) -> Reference:
    # It must never touch the client, so it gets none.
    nothing = cast("HttpClient", None)
    return Reference(
        ProviderContext(
            universe=universe, http=nothing, now=lambda: NOW, session_open=lambda _mic, _at: False
        )
    )


async def ask(capability: Capability, *symbols: str, since: dt.date | None = None) -> Answer:
    lines = tuple(line for line in UNIVERSE.lines if line.symbol in symbols)
    return await provider().fetch(Request(capability=capability, lines=lines, since=since))


async def test_closes_are_those_of_the_lines_from_the_first_day_wanted() -> None:
    answer = await ask(Capability.CLOSES, "0700.HK", since=dt.date(2026, 1, 1))
    days = [one.day for one in answer.records if isinstance(one, Close)]
    assert days == [dt.date(2026, 1, 5), dt.date(2026, 7, 24)]


async def test_without_a_first_day_only_the_newest_close_comes() -> None:
    answer = await ask(Capability.CLOSES, "0700.HK", "MSFT", "ASM.AS")
    assert [(one.symbol, one.day) for one in answer.records if isinstance(one, Close)] == [
        ("0700.HK", dt.date(2026, 7, 24)),
        ("MSFT", dt.date(2026, 7, 24)),
    ]
    assert answer.missing == ("ASM.AS",)


async def test_fx_is_the_newest_rate_of_each_currency() -> None:
    answer = await provider().fetch(Request(capability=Capability.FX, currencies=("CNY", "TWD", "GBP")))
    days = {one.currency: one.as_of.date() for one in answer.records if isinstance(one, FxRate)}
    assert days == {"CNY": dt.date(2026, 10, 30), "TWD": dt.date(2026, 5, 29)}
    assert answer.missing == ("GBP",)


async def test_fx_history_reaches_back_to_the_base_date() -> None:
    request = Request(capability=Capability.FX_HISTORY, currencies=("HKD",), since=dt.date(2025, 1, 13))
    answer = await provider().fetch(request)
    rates = [one for one in answer.records if isinstance(one, FxRate)]
    assert rates[0].as_of.date() == dt.date(2025, 1, 13)
    assert all(7.7 < one.per_usd < 7.9 for one in rates)


async def test_valuations_are_those_of_the_issuers_behind_the_lines() -> None:
    answer = await ask(Capability.VALUATIONS, "TSM")
    assert {one.issuer for one in answer.records if isinstance(one, Valuation)} == {"tsmc"}


async def test_company_facts_come_whole() -> None:
    answer = await ask(Capability.CAPEX)
    assert len({one.company for one in answer.records if isinstance(one, CapexFact)}) == 11


async def test_counts_of_the_universe_itself_go_before_the_shipped(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("# base_date: 2025-01-13\nissuer,symbol,shares\ntencent,0700.HK,7\n", encoding="utf-8")
    universe = load_universe(path)
    answer = await provider(universe).fetch(Request(capability=Capability.SHARES, lines=universe.lines))
    assert [one.shares for one in answer.records if isinstance(one, ShareCount)] == [7]


@pytest.mark.parametrize("capability", [one for one in Capability if one is not Capability.QUOTES])
def test_it_offers_everything_but_quotes(capability: Capability) -> None:
    assert provider().serves(capability, "XHKG")


async def test_it_has_no_quotes() -> None:
    assert not provider().serves(Capability.QUOTES)
    assert (await ask(Capability.QUOTES, "0700.HK")).records == ()
