"""A source's market value is a cross-check: when it contradicts ours, the reader is told."""

from __future__ import annotations

import datetime as dt

from metrics.board import RemarkView
from metrics.remarks import remarks
from metrics.values import value_now
from providers.records import Quote, Remark
from tests.metrics.markets import AT, BASE, SMALL_CLOSES, SMALL_SHARES, quote, small_market


def told(*quotes: Quote, **more: object) -> tuple[RemarkView, ...]:
    market = small_market(quotes={each.symbol: each for each in quotes}, **more)
    return remarks(market, value_now(market))


def test_a_market_value_within_three_per_cent_is_fine() -> None:
    assert told(quote("A.HK", 120, "HKD", market_cap=123_000)) == ()


def test_a_market_value_more_than_three_per_cent_off_is_a_warning() -> None:
    (remark,) = told(quote("A.HK", 120, "HKD", market_cap=180_000_000_000))
    assert (remark.subject, remark.severity, remark.source) == ("A.HK", "warning", "yahoo")
    assert "yahoo puts the market value at 180.0 bn HKD" in remark.text


def test_for_two_lines_the_sum_and_one_price_times_all_shares_both_agree() -> None:
    """Beta: 4,000 USD = 28,000 CNY over its lines, or 21 CNY x 2,000 shares = 42,000 CNY."""
    assert told(quote("B.SS", 21, "CNY", market_cap=28_000)) == ()
    assert told(quote("B.SS", 21, "CNY", market_cap=42_000)) == ()
    assert len(told(quote("B.SS", 21, "CNY", market_cap=35_000))) == 1


def test_a_depositary_line_is_checked_by_its_ratio() -> None:
    """126 USD / 8 x 1,000 ordinary shares = 15,750 USD."""
    assert told(quote("AADR", 126, "USD", market_cap=15_750)) == ()
    assert len(told(quote("AADR", 126, "USD", market_cap=126_000))) == 1


def test_without_our_own_value_there_is_nothing_to_compare() -> None:
    shares = {symbol: count for symbol, count in SMALL_SHARES.items() if symbol != "A.HK"}
    assert told(quote("A.HK", 120, "HKD", market_cap=1.0), shares=shares) == ()


def test_remarks_of_the_feed_are_passed_on_newest_first() -> None:
    old = Remark(subject="a", text="Old.", at=AT - dt.timedelta(hours=1))
    new = Remark(subject="b", text="New.", at=AT, severity="error", source="ecb")
    assert [each.text for each in told(remarks=(old, new))] == ["New.", "Old."]


def test_a_price_far_older_than_most_is_pointed_out() -> None:
    closes = SMALL_CLOSES | {"T.TW": {BASE: 640.0}}
    market = small_market(closes=closes)
    (remark,) = remarks(market, value_now(market))
    assert (remark.subject, remark.severity) == ("T.TW", "warning")
    assert remark.text.startswith("Counted at its price of 13 Jan 2025: nothing newer is known")
