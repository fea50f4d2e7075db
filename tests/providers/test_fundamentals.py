"""Yahoo's fundamentals: whose capex, which currency, what sums and growth say."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from providers.base import Answer, Capability, Request
from providers.companies import company_name
from providers.records import CapexFact, Valuation
from providers.reference import load_universe, reference_records
from providers.universe import Issuer, Line
from providers.yahoo.books import PATH
from tests.providers.slow_world import MICROSOFT, MSFT, issuer, slow
from tests.providers.world import NOW, Clock, line
from tests.server import MarketServer, Stock, Truth, faults
from tests.server.accounts import Accounts

ENDS = [
    dt.date(2025, 9, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2026, 6, 30),
    dt.date(2026, 9, 30),
]  # fmt: skip
HK = line("9988.HK", "XHKG", "HKD")
ADS = Line(
    symbol="BABA", issuer="9988.hk", exchange="XNYS", currency="USD", line_class="ADS", ordinary_per_unit=8.0,
    counted=False, twin_of="9988.HK",
)  # fmt: skip
ALIBABA = issuer("Alibaba Group", HK, ADS, region="CN", currency="CNY")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def quarters(*amounts: float) -> dict[dt.date, float]:
    return dict(zip(ENDS, amounts, strict=True))


@pytest.fixture
def truth(clock: Clock) -> Truth:
    truth = Truth(now=clock.now, fx={"CNY": 7.0, "HKD": 7.8, "EUR": 0.9})
    truth.add(
        Stock(symbol="MSFT", price=400.0, market_cap=3e12, eps_forward=16.0),
        Stock(symbol="9988.HK", price=156.0, market_cap=2.34e12, eps_forward=7.8, financial_currency="CNY"),
    )
    truth.accounts["MSFT"] = Accounts(
        capex=quarters(5, 6, 7, 8, 9),
        revenue=quarters(80e9, 90e9, 100e9, 110e9, 100e9),
        income=quarters(20e9, 21e9, 22e9, 23e9, 30e9),
    )
    truth.accounts["9988.HK"] = Accounts(
        currency="CNY", capex={ENDS[4]: 30e9}, revenue=quarters(*[250e9] * 4, 275e9),
        income=quarters(-5e9, 20e9, 20e9, 20e9, 15e9),
    )  # fmt: skip
    return truth


async def asked(
    server: MarketServer, clock: Clock, folder: Path, capability: Capability, *issuers: Issuer
) -> Answer:
    request = Request(capability=capability, lines=tuple(one.lines[0] for one in issuers))
    async with slow("yahoo", server, clock, folder, *issuers) as provider:
        return await provider.fetch(request)


def figures(answer: Answer) -> dict[tuple[str, str], float]:
    return {(one.symbol or "", one.field): one.value for one in answer.records if isinstance(one, Valuation)}


def currencies(answer: Answer) -> dict[str, str]:
    return {
        f"{one.symbol} {one.field}": one.currency
        for one in answer.records
        if isinstance(one, Valuation) and one.currency
    }


async def test_sums_growth_and_price_on_sales_stand_beside_the_multiples(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        answer = await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, MICROSOFT, ALIBABA)
    found = figures(answer)
    assert currencies(answer) == {
        "MSFT revenue_ttm": "USD", "MSFT net_income_ttm": "USD",
        "9988.HK revenue_ttm": "CNY", "9988.HK net_income_ttm": "CNY",
    }  # fmt: skip
    assert found["MSFT", "revenue_ttm"] == 400e9
    assert found["MSFT", "net_income_ttm"] == 96e9
    assert found["MSFT", "revenue_growth"] == pytest.approx(0.25)
    assert found["MSFT", "earnings_growth"] == pytest.approx(0.5)
    assert found["MSFT", "price_sales"] == pytest.approx(7.5)


async def test_price_on_sales_crosses_from_the_currency_of_the_price_to_that_of_the_accounts(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        found = figures(await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, ALIBABA))
    # 2.34tn HKD are 300bn USD; 1,025bn CNY of sales are 146bn.
    assert found["9988.HK", "price_sales"] == pytest.approx(300 / (1025 / 7))
    assert found["9988.HK", "revenue_ttm"] == 1025e9


async def test_earnings_do_not_grow_out_of_a_loss(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        found = figures(await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, ALIBABA))
    assert ("9988.HK", "earnings_growth") not in found
    assert found["9988.HK", "revenue_growth"] == pytest.approx(0.1)


async def test_of_two_counted_lines_there_is_no_price_on_sales(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    shanghai = Line(symbol="688981.SS", issuer="msft", exchange="XSHG", currency="CNY")
    dual = issuer("Dual", MSFT, shanghai)
    with MarketServer(truth) as server:
        found = figures(await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, dual))
    assert ("MSFT", "price_sales") not in found
    assert ("MSFT", "revenue_ttm") in found


async def test_multiples_do_not_depend_on_the_accounts(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        server.fail(faults.Status(500), PATH)
        found = figures(await asked(server, clock, tmp_path, Capability.VALUATIONS, MICROSOFT))
    assert found == {("MSFT", "forward_pe"): 25.0}


async def test_accounts_that_ended_long_ago_say_nothing(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    truth.accounts["MSFT"] = Accounts(revenue={end.replace(year=end.year - 2): 1e9 for end in ENDS})
    with MarketServer(truth) as server:
        found = figures(await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, MICROSOFT))
    assert not found


async def test_each_company_is_asked_for_once_a_day_for_capex_and_sums_together(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        async with slow("yahoo", server, clock, tmp_path, MICROSOFT) as provider:
            for _ in range(3):
                await provider.fetch(Request(capability=Capability.FUNDAMENTALS, lines=(MSFT,)))
                await provider.fetch(Request(capability=Capability.CAPEX, lines=(MSFT,)))
            assert server.total(PATH) == 1
            clock.forward(24 * 3600)
            await provider.fetch(Request(capability=Capability.CAPEX, lines=(MSFT,)))
        assert server.total(PATH) == 2


async def test_a_company_that_yahoo_did_not_know_is_asked_for_again(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    request = Request(capability=Capability.CAPEX, lines=(MSFT,))
    known = truth.accounts.pop("MSFT")
    with MarketServer(truth) as server:
        async with slow("yahoo", server, clock, tmp_path, MICROSOFT) as provider:
            assert (await provider.fetch(request)).missing == ("MSFT",)
            truth.accounts["MSFT"] = known
            assert (await provider.fetch(request)).missing == ()


async def test_a_market_value_in_another_currency_makes_no_price_on_sales(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    truth.stocks["MSFT"].currency = "HKD"
    with MarketServer(truth) as server:
        found = figures(await asked(server, clock, tmp_path, Capability.FUNDAMENTALS, MICROSOFT))
    assert ("MSFT", "price_sales") not in found
    assert found["MSFT", "revenue_ttm"] == 400e9


async def test_a_figure_of_another_length_than_its_type_says_is_dropped(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    def half_years(body: bytes) -> bytes:
        return body.replace(b'"3M"', b'"6M"')

    with MarketServer(truth) as server:
        server.fail(faults.Body(half_years), PATH)
        answer = await asked(server, clock, tmp_path, Capability.CAPEX, MICROSOFT)
    assert answer.missing == ("MSFT",)


async def test_questions_at_the_same_time_are_one_request(truth: Truth, clock: Clock, tmp_path: Path) -> None:
    with MarketServer(truth) as server:
        async with slow("yahoo", server, clock, tmp_path, MICROSOFT) as provider:
            questions = [Request(capability=Capability.CAPEX, lines=(MSFT,))] * 3
            answers = await asyncio.gather(*map(provider.fetch, questions))
        assert server.total(PATH) == 1
    assert answers == [answers[0]] * 3


async def test_capex_is_asked_for_by_the_first_line_and_named_as_in_the_reference(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        (fact,) = (await asked(server, clock, tmp_path, Capability.CAPEX, ALIBABA)).records
    assert isinstance(fact, CapexFact)
    assert (fact.company, fact.region, fact.amount, fact.currency) == ("Alibaba", "CN", 30e9, "CNY")
    assert (fact.start, fact.end, fact.kind) == (dt.date(2026, 7, 1), ENDS[4], "actual")


async def test_a_quarter_counts_as_known_sixty_days_after_its_end_or_today(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        records = (await asked(server, clock, tmp_path, Capability.CAPEX, MICROSOFT)).records
    known = [one.known_on for one in records if isinstance(one, CapexFact)]
    assert known == [*(end + dt.timedelta(days=60) for end in ENDS[:4]), NOW.date()]


async def test_accounts_in_another_currency_are_not_used_and_that_is_said(
    truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    truth.accounts["9988.HK"].currency = "USD"
    with MarketServer(truth) as server:
        answer = await asked(server, clock, tmp_path, Capability.CAPEX, ALIBABA)
    assert (answer.records, answer.missing) == ((), ("9988.HK",))
    assert [remark.text for remark in answer.remarks] == [
        "Accounts in CNY were expected, Yahoo's are in USD: they are not used."
    ]


@pytest.mark.parametrize(
    "other",
    [
        issuer("Tencent Holdings", line("0700.HK", "XHKG", "HKD"), region="CN", currency="CNY"),
        issuer("TSMC", line("2330.TW", "XTAI", "TWD"), region="TW", currency="TWD"),
    ],
    ids=["another definition in the reference", "on neither side"],
)
async def test_whose_capex_is_not_asked_for(
    other: Issuer, truth: Truth, clock: Clock, tmp_path: Path
) -> None:
    with MarketServer(truth) as server:
        answer = await asked(server, clock, tmp_path, Capability.CAPEX, other)
        assert server.total(PATH) == 0
    assert answer.missing == (other.lines[0].symbol,)


def test_companies_of_the_reference_are_named_as_the_universe_names_them() -> None:
    reference = {one.company for one in reference_records() if isinstance(one, CapexFact)}
    named = {company_name(one) for one in load_universe("default").issuers}
    assert reference - named <= {"ByteDance"}
