"""China's share of global AI, listed and with private companies."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.board import Share
from metrics.share import marks_in_force, share
from metrics.values import value_now
from providers.market import Market
from providers.records import PrivateMark
from tests.metrics.markets import AT, SMALL_CLOSES, private, quote, small_market


def share_of(market: Market) -> Share:
    return share(market, value_now(market))


def chinese(company: str, low: float, mid: float, high: float) -> PrivateMark:
    return private(company, side="china", region="CN", value_usd=mid, low_usd=low, high_usd=high)


def test_listed_is_china_over_all_china_included() -> None:
    part = share_of(small_market())
    assert part.china_listed_usd == pytest.approx(21_000)
    assert part.global_listed_usd == pytest.approx(236_000)
    assert part.listed_pct == pytest.approx(100 * 21 / 236)


def test_private_marks_stand_on_both_sides_and_make_a_range() -> None:
    marks = (chinese("Moon", 8e3, 10e3, 12e3), private("Lab", value_usd=100e3, low_usd=80e3, high_usd=120e3))
    part = share_of(small_market(marks=marks))
    assert part.with_private_pct == pytest.approx(100 * 31 / (236 + 110))
    assert part.with_private_low_pct == pytest.approx(100 * 29 / (236 + 8 + 120))
    assert part.with_private_high_pct == pytest.approx(100 * 33 / (236 + 12 + 80))
    assert (part.china_private_usd, part.global_private_usd) == (10e3, 110e3)
    assert [row.company for row in part.private] == ["Lab", "Moon"]


def test_the_newest_mark_known_counts() -> None:
    marks = (
        private("Lab", value_usd=1e9, day=dt.date(2025, 3, 1)),
        private("Lab", value_usd=3e9, day=dt.date(2025, 10, 1)),
        private("Lab", value_usd=9e9, day=dt.date(2026, 3, 1)),
    )
    assert [mark.value_usd for mark in marks_in_force(small_market(marks=marks))] == [3e9]


def test_a_company_that_has_listed_is_private_no_more() -> None:
    until = private("Lab", until=AT.date())
    assert marks_in_force(small_market(marks=(until,))) == ()
    later = private("Lab", until=AT.date() + dt.timedelta(days=1))
    assert marks_in_force(small_market(marks=(later,))) == (later,)


def test_by_subsector_a_side_without_issuers_is_zero() -> None:
    rows = {row.subsector: row for row in share_of(small_market()).by_subsector}
    assert rows["cloud"].share_pct == pytest.approx(100 * 15 / 215)
    assert rows["foundry"].share_pct == pytest.approx(100 * 4 / 19)
    assert (rows["ic_design"].china_usd, rows["ic_design"].share_pct) == pytest.approx((2_000, 100))
    assert "memory" not in rows


def test_a_side_whose_issuers_have_no_value_is_unknown() -> None:
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol != "N.HK"}
    row = next(
        row for row in share_of(small_market(closes=closes)).by_subsector if row.subsector == "ic_design"
    )
    assert (row.china_usd, row.global_usd, row.share_pct) == (None, None, None)


def test_by_region_adds_up() -> None:
    part = share_of(small_market())
    assert [row.region for row in part.by_region] == ["US", "CN", "TW"]
    assert sum(row.share_pct or 0 for row in part.by_region) == pytest.approx(100)
    assert [row.issuers for row in part.by_region] == [1, 3, 1]


def test_the_day_moves_the_share_in_points() -> None:
    """Newco and Beta's H share have not traded today; of the rest of foundry no previous close is known."""
    moved = {
        "A.HK": quote("A.HK", 120.0, "HKD", previous_close=112.0),
        "P": quote("P", 200.0, "USD", previous_close=200.0),
    }
    market = small_market(quotes=moved)
    part = share_of(market)
    assert part.day_pp == pytest.approx(100 * (21 / 236 - 20 / 235))
    rows = {row.subsector: row.day_pp for row in part.by_subsector}
    assert rows["cloud"] == pytest.approx(100 * (15 / 215 - 14 / 214))
    assert (rows["foundry"], rows["ic_design"]) == (None, 0)


def test_coverage_names_issuers_of_both_sides() -> None:
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol not in ("T.TW", "B.SS")}
    part = share_of(small_market(closes=closes))
    assert (part.coverage.priced, part.coverage.issuers) == (3, 5)
    assert part.coverage.missing == ("Beta", "Taipei")


def test_without_a_chinese_value_there_is_no_share() -> None:
    part = share_of(small_market(closes={"P": SMALL_CLOSES["P"]}))
    assert (part.listed_pct, part.china_listed_usd, part.with_private_pct) == (None, None, None)
