"""The capex ratio: which facts count, how they tile a window, and who stands on which side."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.board import Capex, CapexWindow
from metrics.capex import capex, explain, quarter_ratios
from metrics.capex_companies import HYPERSCALERS
from metrics.quarters import Span, nearest_span, parse_quarter, quarter_label
from providers.records import CapexFact, FxAverage
from tests.metrics.ratio_markets import fact, market, period, quarters_of

YEARS = period("2023Q1", "2025Q4")
EVERYBODY = (*HYPERSCALERS["CN"], *HYPERSCALERS["US"])


def everybody(china: float = 1.0, us: float = 10.0) -> list[CapexFact]:
    return [
        one
        for region, amount in (("CN", china), ("US", us))
        for company in HYPERSCALERS[region]
        for one in quarters_of(company, "2023Q1", "2026Q3", amount)
    ]


def window(part: Capex, label: str) -> CapexWindow:
    return next(one for one in part.windows if one.label == label)


def without(facts: list[CapexFact], company: str) -> list[CapexFact]:
    return [one for one in facts if one.company != company]


def test_the_ratio_is_the_chinese_sum_over_the_us_sum() -> None:
    part = capex(market(capex=everybody(china=1, us=10)))
    years = window(part, "2023-2025")
    assert (years.china_usd, years.us_usd, years.ratio_pct) == (48, 480, 10)
    assert (years.estimate_pct, years.ratio_actual_pct, years.missing) == (0, 10, ())
    assert window(part, "LTM").start == dt.date(2025, 10, 1)
    assert window(part, "LTM").end == dt.date(2026, 9, 30)
    assert window(part, "newest quarter").ratio_pct == 10


def test_a_company_with_a_gap_stands_on_neither_side_and_is_named() -> None:
    facts = [one for one in everybody() if (one.company, one.end) != ("Baidu", dt.date(2024, 6, 30))]
    years = window(capex(market(capex=facts)), "2023-2025")
    assert years.china_usd == 36
    assert years.missing == ("Baidu",)


def test_fewer_than_half_of_a_side_give_sums_and_no_ratio() -> None:
    facts = [one for one in everybody() if one.company not in {"Baidu", "Tencent", "Alibaba"}]
    years = window(capex(market(capex=facts)), "2023-2025")
    assert (years.china_usd, years.us_usd, years.ratio_pct) == (12, 480, None)


def test_half_of_a_side_gives_a_ratio() -> None:
    facts = [one for one in everybody() if one.company not in {"Baidu", "Tencent"}]
    years = window(capex(market(capex=facts)), "2023-2025")
    assert (years.china_usd, years.ratio_pct) == (24, 5)


def test_nothing_known_is_none_and_never_zero() -> None:
    part = capex(market())
    assert [one.label for one in part.windows] == ["2023-2025", "LTM", "newest quarter", "plans"]
    for one in part.windows:
        assert (one.china_usd, one.us_usd, one.ratio_pct, one.estimate_pct) == (None, None, None, None)
        assert one.missing == EVERYBODY
    assert part.quarters == ()
    assert part.known_as_of is None


def test_press_years_are_counted_and_told_apart() -> None:
    facts = without(everybody(), "ByteDance") + [
        fact("ByteDance", period(f"{year}Q1", f"{year}Q4"), 4, kind="press") for year in (2023, 2024, 2025)
    ]
    years = window(capex(market(capex=facts)), "2023-2025")
    assert years.china_usd == 48
    assert years.estimate_pct == pytest.approx(25)
    assert years.ratio_actual_pct == pytest.approx(100 * 36 / 480)


def test_annual_reporters_do_not_hold_up_the_trailing_year() -> None:
    facts = [
        *without(without(everybody(), "ByteDance"), "Baidu"),
        fact("ByteDance", period("2025Q1", "2025Q4"), 4, kind="press"),
        *quarters_of("Baidu", "2025Q1", "2025Q4", 1),
    ]
    trailing = window(capex(market(capex=facts)), "LTM")
    assert trailing.end == dt.date(2026, 9, 30)
    assert trailing.missing == ("Baidu", "ByteDance")


def test_a_quarter_that_was_not_reported_is_the_year_less_the_others() -> None:
    facts = [one for one in everybody() if (one.company, one.end) != ("Tencent", dt.date(2025, 12, 31))]
    facts.append(fact("Tencent", period("2025Q1", "2025Q4"), 10))
    part = capex(market(capex=facts))
    row = next(row for row in part.companies if row.company == "Tencent" and row.period == "2025Q4")
    assert row.capex_usd == 7
    assert row.source == "derived: 2025 less 2025Q1, 2025Q2, 2025Q3"
    assert window(part, "2023-2025").china_usd == 48 - 1 + 7


def test_a_quarter_is_the_difference_of_two_year_to_date_filings() -> None:
    facts = [
        fact("Meta", period("2026Q1"), 3),
        fact("Meta", period("2026Q1", "2026Q2"), 7),
        fact("Meta", period("2026Q1", "2026Q3"), 12),
    ]
    rows = {row.period: row.capex_usd for row in capex(market(capex=facts)).companies}
    assert (rows["2026Q1"], rows["2026Q2"], rows["2026Q3"]) == (3, 4, 5)


def test_a_year_beside_its_quarters_is_not_counted_twice() -> None:
    facts = [*everybody(), fact("Alibaba", period("2024Q2", "2025Q1"), 99)]
    assert window(capex(market(capex=facts)), "2023-2025").china_usd == 48, "the finest figures serve"


def test_a_reported_year_serves_before_estimated_quarters() -> None:
    facts = [fact("Baidu", Span(one, one), 2, kind="estimate") for one in period("2025Q1", "2025Q4").quarters]
    facts.append(fact("Baidu", period("2025Q1", "2025Q4"), 10))
    rows = {row.period: row for row in capex(market(capex=facts)).companies}
    assert (rows["2025"].capex_usd, rows["2025"].kind) == (10, "actual")


def test_a_difference_that_is_not_positive_is_no_figure() -> None:
    facts = [one for one in everybody() if (one.company, one.end) != ("Tencent", dt.date(2025, 12, 31))]
    facts.append(fact("Tencent", period("2025Q1", "2025Q4"), 2))
    part = capex(market(capex=facts))
    assert not [row for row in part.companies if row.company == "Tencent" and row.period == "2025Q4"]


@pytest.mark.parametrize(
    ("definition", "counts"),
    [
        ("cash purchases of property and equipment, without finance leases", True),
        ("cash purchases of PP&E, no finance leases", True),
        ("capex incl. iQIYI, before leases", True),
        ("capex incl. principal payments on finance leases", False),
        ("company figure including finance leases", False),
        ("own definition with finance leases", False),
    ],
)
def test_figures_with_finance_leases_are_left_out(definition: str, *, counts: bool) -> None:
    known = dt.date(2026, 6, 1)
    facts = [*everybody(), fact("Meta", period("2024Q1"), 99, definition=definition, known_on=known)]
    assert window(capex(market(capex=facts)), "2023-2025").us_usd == (569 if counts else 480)


def test_the_newest_vintage_wins_and_actual_beats_an_estimate() -> None:
    quarter = period("2026Q3")
    facts = [
        fact("Amazon", quarter, 5, known_on=dt.date(2026, 10, 30)),
        fact("Amazon", quarter, 6, known_on=dt.date(2026, 11, 10)),
        fact("Amazon", quarter, 9, kind="estimate", known_on=dt.date(2026, 11, 20)),
    ]
    row = capex(market(capex=facts)).companies[0]
    assert (row.capex_usd, row.kind, row.known_on) == (6, "actual", dt.date(2026, 11, 10))


def test_as_known_on_an_earlier_day_later_facts_do_not_exist() -> None:
    scene = market(capex=everybody())
    earlier = capex(scene, known_on=dt.date(2026, 8, 1))
    assert window(earlier, "newest quarter").end == dt.date(2026, 6, 30)
    assert earlier.known_as_of == dt.date(2026, 7, 30)
    assert earlier == capex(market(today=dt.date(2026, 8, 1), capex=everybody()))


def test_flows_convert_at_the_average_rate_of_their_own_quarters() -> None:
    averages = [
        FxAverage(source="ecb", currency="CNY", quarter=quarter_label(one), per_usd=rate)
        for one, rate in zip(period("2025Q1", "2025Q4").quarters, (6.0, 7.0, 8.0, 7.0), strict=True)
    ]
    facts = [
        fact("Tencent", period("2025Q1"), 60, currency="CNY"),
        fact("ByteDance", period("2025Q1", "2025Q4"), 70, currency="CNY", kind="press"),
    ]
    rows = {
        (row.company, row.period): row for row in capex(market(capex=facts, fx_averages=averages)).companies
    }
    assert rows["Tencent", "2025Q1"].capex_usd == pytest.approx(10)
    assert rows["Tencent", "2025Q1"].capex_local == 60
    assert rows["ByteDance", "2025"].capex_usd == pytest.approx(10), "mean of the four quarters' rates"


def test_without_a_published_average_the_daily_rates_of_the_quarter_serve() -> None:
    daily = {"CNY": {dt.date(2025, 1, 2): 6.0, dt.date(2025, 3, 31): 8.0, dt.date(2025, 4, 1): 100.0}}
    facts = [fact("Tencent", period("2025Q1"), 70, currency="CNY")]
    assert capex(market(capex=facts, fx=daily)).companies[0].capex_usd == pytest.approx(10)


def test_an_average_of_a_quarter_that_is_not_over_is_not_used() -> None:
    averages = [FxAverage(source="ecb", currency="CNY", quarter="2026Q4", per_usd=100)]
    rates = {"CNY": {dt.date(2026, 10, 1): 6.0, dt.date(2026, 11, 2): 8.0}}
    plan = fact("Tencent", period("2026Q4"), 70, currency="CNY", known_on=dt.date(2026, 11, 12))
    part = capex(market(capex=[plan], fx=rates, fx_averages=averages))
    assert part.companies[0].capex_usd == pytest.approx(10)


def test_without_any_rate_a_company_is_missing_not_zero() -> None:
    facts = without(everybody(), "Tencent") + [
        fact("Tencent", Span(one, one), 70, currency="CNY") for one in YEARS.quarters
    ]
    years = window(capex(market(capex=facts)), "2023-2025")
    assert years.missing == ("Tencent",)


def test_plans_take_the_newest_per_company_at_mid_range() -> None:
    year = period("2026Q1", "2026Q4")
    facts = [fact(name, year, 100, kind="guidance", known_on=dt.date(2026, 2, 1)) for name in EVERYBODY]
    facts += [
        fact(
            "Meta",
            year,
            1,
            kind="guidance",
            low=130,
            high=150,
            known_on=dt.date(2026, 7, 30),
            confidence="low",
        ),
        fact("ByteDance", year, 160, kind="press", known_on=dt.date(2025, 12, 23)),
    ]
    plans = window(capex(market(capex=facts)), "plans")
    assert (plans.start, plans.end) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (plans.china_usd, plans.us_usd) == (400, 440)
    assert plans.estimate_pct == 100


def test_a_plan_over_several_years_has_a_row_and_no_weight() -> None:
    plan = fact("Alibaba", period("2025Q2", "2028Q1"), 380, kind="guidance", known_on=dt.date(2025, 2, 24))
    part = capex(market(capex=[plan]))
    assert [(row.period, row.capex_usd, row.kind) for row in part.companies] == [
        ("2025Q2-2028Q1 plan", 380, "guidance")
    ]
    assert window(part, "plans").china_usd is None


def test_plans_move_to_next_year_once_both_sides_have_one() -> None:
    this, following = period("2026Q1", "2026Q4"), period("2027Q1", "2027Q4")
    facts = [fact(name, this, 1, kind="guidance", known_on=dt.date(2026, 2, 1)) for name in EVERYBODY]
    facts.append(fact("Meta", following, 2, kind="guidance", known_on=dt.date(2026, 10, 30)))
    assert window(capex(market(capex=facts)), "plans").end.year == 2026
    facts.append(fact("Tencent", following, 2, kind="guidance", known_on=dt.date(2026, 11, 12)))
    assert window(capex(market(capex=facts)), "plans").end.year == 2027


def test_guidance_never_fills_a_window() -> None:
    facts = [
        *without(everybody(), "ByteDance"),
        fact("ByteDance", period("2025Q1", "2025Q4"), 4, kind="guidance", known_on=dt.date(2025, 2, 1)),
    ]
    assert "ByteDance" in window(capex(market(capex=facts)), "2023-2025").missing


def test_the_series_keeps_the_same_companies_all_along() -> None:
    facts = [one for one in everybody() if one.company != "Baidu" or one.end >= dt.date(2026, 1, 1)]
    facts = [one for one in facts if one.company != "Alibaba" or one.end >= dt.date(2024, 1, 1)]
    rows = capex(market(capex=facts)).quarters
    assert rows[0].quarter == "2024Q1", "as far back as Alibaba goes"
    assert rows[-1].quarter == "2026Q3"
    assert {row.china_usd for row in rows} == {3}, "Baidu's three quarters never enter"
    assert quarter_ratios(market(capex=facts))[-1] == (dt.date(2026, 9, 30), 7.5)


def test_companies_outside_the_eight_have_rows_and_no_weight() -> None:
    facts = [*everybody(), fact("Oracle", period("2026Q3"), 50)]
    part = capex(market(capex=facts))
    assert window(part, "newest quarter").us_usd == 40
    assert [row.capex_usd for row in part.companies if row.company == "Oracle"] == [50]


def test_the_spellings_of_one_company_are_one_company() -> None:
    facts = without(everybody(), "Meta")
    facts += [fact("Meta Platforms, Inc.", Span(one, one), 10) for one in YEARS.quarters]
    facts.append(fact("MetaX", period("2026Q3"), 1))
    years = window(capex(market(capex=facts)), "2023-2025")
    assert (years.us_usd, years.missing) == (480, ())


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ((2025, 6, 1), (2025, 8, 31), "2025Q3"),
        ((2025, 12, 1), (2026, 2, 28), "2026Q1"),
        ((2025, 1, 27), (2025, 4, 27), "2025Q1"),
        ((2023, 4, 1), (2024, 3, 31), "2023Q2-2024Q1"),
        ((2024, 1, 1), (2024, 6, 30), "2024H1"),
        ((2024, 1, 1), (2024, 12, 31), "2024"),
    ],
)
def test_fiscal_periods_are_read_as_the_nearest_quarters(
    start: tuple[int, int, int], end: tuple[int, int, int], label: str
) -> None:
    span = nearest_span(dt.date(*start), dt.date(*end))
    assert span is not None
    assert span.label == label


def test_a_period_of_a_month_is_no_quarter() -> None:
    assert nearest_span(dt.date(2025, 4, 1), dt.date(2025, 4, 30)) is None


@pytest.mark.parametrize("label", ["2025", "2025Q5", "Q3 2025", "2025Q", "abQ1"])
def test_a_label_that_is_no_quarter_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"2025Q3|invalid literal"):
        parse_quarter(label)


def test_every_ratio_can_be_explained() -> None:
    facts = [one for one in everybody() if one.company != "Baidu"]
    scene = market(capex=facts)
    found = explain(capex(scene), scene)
    explanation = found["capex.windows[2023-2025].ratio_pct"]
    inputs = {one.label: one for one in explanation.inputs}
    assert inputs["Tencent"].value == 12
    assert inputs["Tencent"].day == dt.date(2026, 1, 30)
    assert inputs["Baidu"].value is None
    assert explanation.method == "docs/methodology.md#capex"
    assert "capex.windows[LTM].ratio_pct" in found
    assert "capex.quarters[2026Q3].ratio_pct" in found


@given(st.permutations(everybody()[:40]))
def test_the_order_of_the_facts_changes_nothing(facts: list[CapexFact]) -> None:
    assert capex(market(capex=facts)).windows == capex(market(capex=everybody()[:40])).windows


@given(st.sets(st.sampled_from(range(len(everybody())))))
def test_a_missing_quarter_never_counts_as_zero(dropped: set[int]) -> None:
    facts = [one for position, one in enumerate(everybody()) if position not in dropped]
    years = window(capex(market(capex=facts)), "2023-2025")
    standing = [name for name in HYPERSCALERS["CN"] if name not in years.missing]
    assert years.china_usd == (12 * len(standing) if standing else None)


@given(
    st.lists(st.integers(1, 1000), min_size=12, max_size=12),
    st.sets(st.sampled_from(range(12)), max_size=6),
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=6),
)
def test_any_consistent_reports_give_the_true_sum_or_none(
    truth: list[int], hidden: set[int], longer: list[tuple[int, int]]
) -> None:
    """However periods overlap, a window that is tiled is worth what its quarters are worth."""
    first = YEARS.first
    facts = [
        fact("Amazon", Span(first + one, first + one), truth[one]) for one in range(12) if one not in hidden
    ]
    for begin, length in longer:
        end = min(begin + length, 12)
        facts.append(fact("Amazon", Span(first + begin, first + end - 1), sum(truth[begin:end])))
    rows = {row.period: row.capex_usd for row in capex(market(capex=facts)).companies}
    for number, year in enumerate(("2023", "2024", "2025")):
        assert rows.get(year) in {None, sum(truth[4 * number : 4 * number + 4])}
    if not hidden:
        assert {"2023", "2024", "2025"} <= set(rows)
