"""Quarters of capital expenditure out of the sums that companies report."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.sec.capex import capex
from providers.sec.concepts import PLANT, PRODUCTIVE
from providers.sec.facts import Fact, Facts, facts_of
from providers.sec.quarters import Flow, vintages
from tests.providers.slow_world import MICROSOFT, issuer
from tests.providers.world import line


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fact(start: str, end: str, value: float, filed: str = "", accession: str = "") -> Fact:
    """A sum; filed 30 days after its end unless said otherwise."""
    known = day(filed) if filed else day(end) + dt.timedelta(days=30)
    return Fact(start=day(start), end=day(end), value=value, filed=known, accession=accession)


def amounts(flows: list[Flow]) -> dict[str, float]:
    """The last value of each period, by its last day."""
    return {str(flow.period[1]): flow.amount for flow in flows}


YEAR = [
    fact("2025-01-01", "2025-03-31", 10),
    fact("2025-01-01", "2025-06-30", 22),
    fact("2025-01-01", "2025-09-30", 36),
    fact("2025-01-01", "2025-12-31", 56),
]
QUARTERS = {"2025-03-31": 10, "2025-06-30": 12, "2025-09-30": 14, "2025-12-31": 20}


def test_a_quarter_is_the_difference_of_two_sums_since_the_year_began() -> None:
    assert amounts(vintages(YEAR)) == QUARTERS


def test_a_quarter_begins_on_the_day_after_the_sum_before() -> None:
    starts = {flow.period[1]: flow.period[0] for flow in vintages(YEAR)}
    assert starts[day("2025-12-31")] == day("2025-10-01")


def test_a_quarter_that_is_reported_goes_before_a_difference() -> None:
    reported = [*YEAR, fact("2025-04-01", "2025-06-30", 12.5)]
    assert amounts(vintages(reported))["2025-06-30"] == 12.5


def test_a_quarter_is_known_when_its_second_sum_is_filed() -> None:
    known = {str(flow.period[1]): str(flow.known_on) for flow in vintages(YEAR)}
    assert known == {
        "2025-03-31": "2025-04-30", "2025-06-30": "2025-07-30", "2025-09-30": "2025-10-30",
        "2025-12-31": "2026-01-30",
    }  # fmt: skip


def test_a_figure_that_a_later_filing_repeats_is_no_news() -> None:
    again = [
        Fact(start=one.start, end=one.end, value=one.value, filed=one.filed.replace(year=one.filed.year + 1))
        for one in YEAR
    ]
    assert vintages([*again, *YEAR]) == vintages(YEAR)


def test_a_correction_is_a_value_of_its_own_from_the_day_of_its_filing() -> None:
    corrected = fact("2025-01-01", "2025-03-31", 11, filed="2026-04-25")
    flows = [flow for flow in vintages([*YEAR, corrected]) if str(flow.period[1]) == "2025-03-31"]
    assert [(flow.amount, str(flow.known_on)) for flow in flows] == [(10, "2025-04-30"), (11, "2026-04-25")]


def test_years_of_52_and_53_weeks_have_quarters_too() -> None:
    weeks = [
        fact("2024-01-29", "2024-04-28", 369),
        fact("2024-01-29", "2024-07-28", 1346),
        fact("2024-01-29", "2024-10-27", 2159),
        fact("2024-01-29", "2025-01-26", 3236),
        fact("2022-09-25", "2022-12-31", 3787),  # fourteen weeks
    ]
    assert amounts(vintages(weeks)) == {
        "2022-12-31": 3787, "2024-04-28": 369, "2024-07-28": 977, "2024-10-27": 813, "2025-01-26": 1077,
    }  # fmt: skip


def test_a_year_without_its_quarters_stands_as_a_year() -> None:
    (flow,) = vintages([fact("2024-01-01", "2024-12-31", 8.1e9)])
    assert flow.period == (day("2024-01-01"), day("2024-12-31"))


def test_a_sum_that_is_missing_makes_no_quarter_of_its_neighbours() -> None:
    flows = vintages([YEAR[0], YEAR[2], YEAR[3]])
    assert {(str(flow.period[0]), flow.amount) for flow in flows} == {
        ("2025-01-01", 10), ("2025-10-01", 20), ("2025-01-01", 56),
    }  # fmt: skip


def test_a_sum_that_shrinks_makes_no_quarter() -> None:
    assert amounts(vintages([YEAR[0], fact("2025-01-01", "2025-06-30", 9)])) == {"2025-03-31": 10}


@given(st.lists(st.integers(1, 10**12), min_size=4, max_size=4), st.permutations(range(4)))
def test_any_four_quarters_come_out_as_they_went_in(quarters: list[int], order: list[int]) -> None:
    sums = [
        Fact(start=one.start, end=one.end, value=float(sum(quarters[: at + 1])), filed=one.filed)
        for at, one in enumerate(YEAR)
    ]
    flows = vintages([sums[at] for at in order])
    assert list(amounts(flows).values()) == quarters
    assert sum(flow.amount for flow in flows) == sums[-1].value


def test_of_two_concepts_the_company_s_own_goes_first_and_the_other_fills_its_gaps() -> None:
    amazon = issuer("Amazon", line("AMZN", "XNAS"), cik="1018724")
    facts: Facts = {
        PLANT: {"USD": (fact("2025-01-01", "2025-03-31", 1), fact("2025-04-01", "2025-06-30", 2))},
        PRODUCTIVE: {"USD": (fact("2025-04-01", "2025-06-30", 3),)},
    }
    assert {str(one.end): one.amount for one in capex(amazon, 1018724, facts)} == {
        "2025-03-31": 1,
        "2025-06-30": 3,
    }
    assert {str(one.end): one.amount for one in capex(MICROSOFT, 789019, facts)} == {
        "2025-03-31": 1,
        "2025-06-30": 2,
    }


def test_amazon_s_figure_is_worded_as_in_the_reference() -> None:
    amazon = issuer("Amazon", line("AMZN", "XNAS"), cik="1018724")
    facts: Facts = {PRODUCTIVE: {"USD": (fact("2025-04-01", "2025-06-30", 3),)}}
    (found,) = capex(amazon, 1018724, facts)
    assert found.definition == (
        "cash purchases of property and equipment, gross of incentives and sale proceeds, "
        "without finance leases"
    )


def test_only_the_currency_of_the_accounts_counts() -> None:
    rows: Facts = {PLANT: {"RUB": (YEAR[0],), "USD": (fact("2025-01-01", "2025-03-31", 7),)}}
    assert [one.amount for one in capex(MICROSOFT, 789019, rows)] == [7]


@pytest.mark.parametrize("region", ["NL", "TW", "JP"])
def test_companies_from_elsewhere_stand_on_neither_side(region: str) -> None:
    other = issuer("Other", line("OTHR"), region=region, cik="1")
    assert capex(other, 1, {PLANT: {"USD": (YEAR[0],)}}) == []


GOOD = {"start": "2025-01-01", "end": "2025-03-31", "val": 5, "filed": "2025-04-30"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "2025-02-30"},
        {"end": 20250331},
        {"filed": None},
        {"filed": "2025-03-01"},
        {"start": "2025-04-01"},
        {"start": "soon"},
        {"val": "many"},
        {"val": True},
        {"val": 10**400},
    ],
)
def test_a_row_that_is_no_fact_is_dropped(wrong: dict[str, object]) -> None:
    payload = {"facts": {"us-gaap": {PLANT.partition("/")[2]: {"units": {"USD": [GOOD, GOOD | wrong, 5]}}}}}
    (kept,) = facts_of(payload, [PLANT])[PLANT]["USD"]
    assert kept.value == 5
