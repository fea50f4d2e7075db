"""Basket: level, like-for-like and attribution are three truths that fit together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.basket import basket
from metrics.board import Basket
from metrics.values import value_now, value_on
from providers.market import Market
from providers.records import FxRate, Remark, ShareCount, Valuation
from providers.universe import Universe
from tests.metrics.markets import (
    AT,
    BASE,
    LAST,
    SMALL_CLOSES,
    SMALL_FX,
    SMALL_SHARES,
    SMALL_UNIVERSE,
    issuer,
    line,
    make_market,
    quote,
    small_market,
)


def basket_of(market: Market) -> Basket:
    return basket(market, value_now(market), value_on(market, market.universe.base_date))


def causes(part: Basket) -> float:
    split = part.attribution
    parts = (
        split.price_usd,
        split.fx_usd,
        split.shares_usd,
        split.new_listings_usd,
        split.delistings_usd,
        split.unpriced_at_base_usd,
    )
    return sum(each for each in parts if each is not None)


def test_the_level_counts_every_member_listed_today() -> None:
    """Alpha 15,000, Beta 4,000, Newco 2,000; at the base Alpha 10,000, Beta 3,000, Gone 500."""
    part = basket_of(small_market())
    assert part.value_usd == pytest.approx(21_000)
    assert part.base_value_usd == pytest.approx(13_500)
    assert part.change_usd == pytest.approx(7_500)
    assert part.change_pct == pytest.approx(100 * 7_500 / 13_500)


def test_like_for_like_counts_only_issuers_valued_at_both_dates() -> None:
    same = basket_of(small_market()).like_for_like
    assert (same.change_usd, same.members) == pytest.approx((6_000, 2))
    assert same.change_pct == pytest.approx(100 * 6_000 / 13_000)


def test_the_change_of_level_is_split_into_its_causes() -> None:
    split = basket_of(small_market()).attribution
    assert split.price_usd == pytest.approx(6_000)
    assert (split.fx_usd, split.shares_usd) == pytest.approx((0, 0))
    assert (split.new_listings_usd, split.delistings_usd) == pytest.approx((2_000, -500))
    assert split.unpriced_at_base_usd == 0


def test_fx_and_shares_have_their_own_parts() -> None:
    counts = tuple(
        ShareCount(symbol=symbol, day=day, shares=shares * more, source="filing")
        for symbol, shares in SMALL_SHARES.items()
        for day, more in ((dt.date(2024, 12, 31), 1.0), (dt.date(2025, 6, 1), 1.1))
    )
    fx = SMALL_FX | {"HKD": {BASE: 8.0, LAST: 7.5}}
    part = basket_of(small_market(fx=fx, share_counts=counts))
    assert part.attribution.fx_usd is not None
    assert part.attribution.fx_usd > 0
    assert part.attribution.shares_usd is not None
    assert part.attribution.shares_usd > 0
    assert causes(part) == pytest.approx(part.change_usd, abs=0.01)


def test_an_issuer_without_a_close_at_the_base_date_is_neither_a_gain_nor_a_listing() -> None:
    """Beta is 400 of 17,400."""
    closes = SMALL_CLOSES | {"B.SS": {LAST: 2.1}, "B.HK": {BASE: 8.0, LAST: 0.8}}
    part = basket_of(small_market(closes=closes))
    assert part.attribution.unpriced_at_base_usd == pytest.approx(400)
    assert part.like_for_like.members == 1
    assert part.coverage.base_missing == ("Beta",)
    assert causes(part) == pytest.approx(part.change_usd)
    row = next(row for row in part.constituents if row.issuer == "beta")
    assert (row.base_usd, row.since_base_pct, row.contribution_usd) == (None, None, None)


def test_while_much_of_the_base_is_unknown_there_is_no_change_of_level() -> None:
    """Beta's 4,000 of 21,000 without its 3,000 of then would pose as a rise of 17,500 on 10,500."""
    part = basket_of(small_market(closes=SMALL_CLOSES | {"B.SS": {LAST: 21.0}}))
    assert part.value_usd == pytest.approx(21_000)
    assert (part.base_value_usd, part.change_usd, part.change_pct, part.index_level) == (None,) * 4
    assert part.coverage.base_missing == ("Beta",)
    assert part.like_for_like.change_usd == pytest.approx(5_000)


def test_an_issuer_without_a_price_now_lowers_coverage_and_poses_neither_as_zero_nor_as_a_loss() -> None:
    """G.HK has left; without any price of A.HK and its twin, Alpha stands on neither side of the change."""
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol not in ("A.HK", "AADR")}
    part = basket_of(small_market(closes=closes))
    assert (part.coverage.priced, part.coverage.issuers, part.coverage.missing) == (2, 3, ("Alpha",))
    assert part.value_usd == pytest.approx(6_000)
    assert part.base_value_usd == pytest.approx(3_500)
    row = part.constituents[-1]
    assert (row.issuer, row.market_cap_usd, row.weight_pct, row.contribution_usd) == (
        "alpha",
        None,
        None,
        None,
    )
    assert row.lines[0].price is None


def test_without_a_share_count_now_the_base_value_leaves_too() -> None:
    shares = {symbol: count for symbol, count in SMALL_SHARES.items() if symbol != "A.HK"}
    part = basket_of(small_market(shares=shares))
    assert part.change_usd == pytest.approx(6_000 - 3_500)
    assert causes(part) == pytest.approx(part.change_usd)


def test_a_line_that_an_old_issuer_lists_later_is_a_share_count_effect() -> None:
    beta = issuer(
        "Beta", line("B.SS", "beta", "XSHG", "CNY"), line("B.HK", "beta", listed_on=dt.date(2025, 6, 2))
    )
    universe = Universe(name="beta", base_date=BASE, issuers=(beta,))
    part = basket_of(make_market(universe, SMALL_CLOSES, SMALL_FX, SMALL_SHARES))
    assert part.attribution.shares_usd == pytest.approx(1_000)
    assert part.attribution.new_listings_usd == 0
    assert part.like_for_like.change_usd == pytest.approx(2_000)


def test_constituents_are_sorted_by_market_value_and_their_weights_add_up() -> None:
    part = basket_of(small_market())
    assert [row.issuer for row in part.constituents] == ["alpha", "beta", "newco"]
    assert sum(row.weight_pct or 0 for row in part.constituents) == pytest.approx(100)
    assert [line.symbol for line in part.constituents[1].lines] == ["B.HK", "B.SS"]


def test_contributions_and_their_causes_add_up_by_constituent() -> None:
    part = basket_of(small_market())
    for row in part.constituents:
        split = [
            each for each in (row.price_usd, row.fx_usd, row.shares_usd, row.new_usd) if each is not None
        ]
        assert sum(split) == pytest.approx(row.contribution_usd)
    contributions = sum(row.contribution_usd or 0 for row in part.constituents)
    assert contributions + (part.attribution.delistings_usd or 0) == pytest.approx(part.change_usd)


def test_the_day_counts_from_each_lines_previous_close() -> None:
    market = small_market(
        quotes={
            "A.HK": quote("A.HK", 126.0, "HKD", previous_close=120.0),
            "B.SS": quote("B.SS", 21.0, "CNY", previous_close=21.0),
            "B.HK": quote("B.HK", 8.0, "HKD", previous_close=8.0),
        }
    )
    part = basket_of(market)
    assert part.day_usd == pytest.approx(750)
    assert part.day_pct == pytest.approx(100 * 750 / 21_000)
    alpha = part.constituents[0]
    assert (alpha.day_pct, alpha.day_contribution_usd) == pytest.approx((5, 750))
    assert alpha.lines[0].day_pct == pytest.approx(5)


def test_the_day_splits_into_price_and_fx() -> None:
    friday = dt.date(2026, 1, 2)
    market = small_market(
        closes=SMALL_CLOSES | {"A.HK": {BASE: 80.0, friday: 100.0, LAST: 120.0}},
        fx=SMALL_FX | {"HKD": {BASE: 8.0, friday: 8.0, LAST: 7.5}},
    )
    part = basket_of(market)
    split = part.day_attribution
    assert split is not None
    assert part.day_usd == pytest.approx(16_000 - 12_500)
    assert (split.price_usd or 0) + (split.fx_usd or 0) == pytest.approx(part.day_usd)
    assert (split.fx_usd or 0) > 0
    assert part.constituents[0].day_contribution_usd == pytest.approx(20 / 7.5 * 1000)


def test_a_first_day_of_trading_is_a_new_listing_and_no_gain_whatever_previous_close_a_source_prints() -> (
    None
):
    friday = dt.date(2026, 1, 2)
    before = {symbol: days | {friday: days[LAST]} for symbol, days in SMALL_CLOSES.items() if LAST in days}
    printed = quote(
        "N.HK", 40.0, "HKD", previous_close=20.0, as_of=dt.datetime(2026, 1, 5, 7, 0, tzinfo=dt.UTC)
    )
    market = small_market(closes=before | {"N.HK": {}}, quotes={"N.HK": printed})
    part = basket_of(replace(market, universe=listed_on(LAST)))
    assert part.day_usd == pytest.approx(0)
    assert part.day_attribution is not None
    assert part.day_attribution.new_listings_usd == pytest.approx(2_000)
    row = next(row for row in part.constituents if row.issuer == "newco")
    assert (row.day_pct, row.lines[0].day_pct) == (None, None)


def test_a_first_day_that_lies_back_is_no_listing_of_today() -> None:
    """N.HK's only close is its first, on Friday; by Monday its exchange has traded without it."""
    friday = dt.date(2026, 1, 2)
    before = {symbol: days | {friday: days[LAST]} for symbol, days in SMALL_CLOSES.items() if LAST in days}
    market = small_market(closes=before | {"N.HK": {friday: 40.0}})
    part = basket_of(replace(market, universe=listed_on(friday)))
    assert part.day_usd == pytest.approx(0)
    assert next(row for row in part.constituents if row.issuer == "newco").day_pct == 0


def test_long_after_the_last_session_nothing_is_said_about_the_day() -> None:
    friday = dt.date(2026, 1, 2)
    closes = {symbol: {friday: 10.0, LAST: 11.0} for symbol in SMALL_CLOSES}
    assert basket_of(small_market(closes=closes)).day_pct == pytest.approx(10)
    assert basket_of(small_market(closes=closes, at=AT + dt.timedelta(days=13))).day_pct is None


def test_a_day_known_for_less_than_half_of_the_value_is_not_the_basket_s() -> None:
    friday = dt.date(2026, 1, 2)
    closes = SMALL_CLOSES | {"B.SS": {BASE: 14.0, friday: 20.0, LAST: 21.0}}
    part = basket_of(small_market(closes=closes))
    assert (part.day_usd, part.day_attribution) == (None, None)
    assert part.constituents[1].day_contribution_usd == pytest.approx(1_000 / 7)


def listed_on(day: dt.date) -> Universe:
    members = tuple(
        each
        if each.id != "newco"
        else issuer("Newco", line("N.HK", "newco", listed_on=day), subsector="ic_design")
        for each in SMALL_UNIVERSE.issuers
    )
    return Universe(name="small", base_date=BASE, issuers=members)


def test_without_any_previous_close_the_day_is_unknown() -> None:
    part = basket_of(small_market())
    assert (part.day_usd, part.day_pct, part.day_attribution) == (None, None, None)


def test_a_spread_between_mainland_and_hong_kong_line() -> None:
    beta = basket_of(small_market()).constituents[1]
    assert beta.ah_spread_pct == pytest.approx(100 * (3 / 1 - 1))


def test_a_spread_between_the_depositary_and_the_home_line() -> None:
    alpha = basket_of(small_market()).constituents[0]
    assert alpha.twin_spread_pct == pytest.approx(100 * (126 / 8 / (120 / 8) - 1))


def test_a_multiple_moves_with_the_market_value_since_its_day() -> None:
    old = Valuation(issuer="alpha", day=BASE, field="forward_pe", value=20.0, source="yahoo")
    new = Valuation(issuer="beta", day=LAST, field="price_sales", value=3.0, source="yahoo")
    alpha, beta, _ = basket_of(small_market(valuations=(new, old))).constituents
    assert alpha.forward_pe == pytest.approx(20 * 1.5)
    assert (beta.price_sales, beta.forward_pe) == (3.0, None)


def test_a_remark_about_a_line_stands_on_its_constituent() -> None:
    note = Remark(subject="B.SS", text="Halted since Friday.", at=AT)
    assert basket_of(small_market(remarks=(note,))).constituents[1].remark == "Halted since Friday."


def test_the_index_level_is_not_moved_by_listings_and_delistings() -> None:
    part = basket_of(small_market())
    assert part.index_level == pytest.approx(100 * 19_000 / 13_000)


def test_a_basket_without_any_price_has_no_figures_and_no_zeros() -> None:
    market = make_market(SMALL_UNIVERSE, {}, {}, {})
    part = basket_of(market)
    assert (part.value_usd, part.base_value_usd, part.change_usd, part.change_pct) == (None, None, None, None)
    assert (part.index_level, part.like_for_like.change_usd, part.day_usd) == (None, None, None)
    assert part.coverage.priced == 0
    assert part.freshness.oldest_as_of is None


def test_the_running_rate_moves_the_value() -> None:
    rate = FxRate(currency="HKD", per_usd=10.0, as_of=AT, source="yahoo")
    assert basket_of(small_market(fx_now={"HKD": rate})).value_usd == pytest.approx(
        12_000 + 3_000 + 800 + 1_600
    )
