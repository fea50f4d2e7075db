"""The whole Board: every part filled, and what must never change a figure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.board import Basket
from metrics.compute import board, headline_values
from providers.market import Market, Progress, ProviderHealth
from providers.records import ShareCount, Split
from tests.metrics.markets import LAST, SMALL_CLOSES, SMALL_SHARES, large_market, quote, session, small_market

CENT = 0.01
BEFORE = dt.date(2024, 12, 31)
T = TypeVar("T")
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
price = st.floats(0.01, 10_000.0)


def test_every_part_of_the_board_is_there() -> None:
    market = small_market(
        sessions=(session("XHKG", "open", note="half day"),),
        providers=(ProviderHealth(name="yahoo", state="degraded", last_error="429", requests=3),),
        progress=Progress(what="closes", done=3, total=9),
    )
    result = board(market)
    assert (result.universe.name, result.universe.issuers, result.universe.lines) == ("small", 6, 8)
    assert (result.sessions[0].exchange, result.sessions[0].note) == ("XHKG", "half day")
    assert (result.providers[0].name, result.providers[0].last_error) == ("yahoo", "429")
    assert result.progress is not None
    assert (result.progress.done, result.progress.total) == (3, 9)
    assert (result.as_of, result.mode, result.poll_seconds) == (market.at, "live", 15.0)
    assert result.same_moment.at == LAST


def test_the_spread_at_the_last_common_close_is_the_one_that_was_then() -> None:
    market = large_market(issuers=60, days=90)
    without_quotes = replace(market, quotes={}, fx_now={})
    result = board(without_quotes)
    assert result.same_moment.total_spread_pct == pytest.approx(result.spreads.total.spread_pct)
    moved = board(replace(market, quotes={"I001.SS": quote("I001.SS", 5_000.0, "CNY")}))
    assert moved.same_moment.total_spread_pct == pytest.approx(result.same_moment.total_spread_pct)


def test_reference_prices_date_the_board() -> None:
    assert board(small_market()).reference_date is None
    assert board(small_market(source="reference")).reference_date == LAST


def test_a_late_listing_alone_does_not_date_the_reference() -> None:
    friday = dt.date(2026, 1, 2)
    closes = {symbol: ({friday: 40.0} if symbol != "N.HK" else days) for symbol, days in SMALL_CLOSES.items()}
    assert board(small_market(source="reference", closes=closes)).reference_date == friday


def test_headlines_have_the_values_of_the_board_by_path() -> None:
    result = board(small_market())
    found = headline_values(result)
    assert found["basket.value_usd"] == result.basket.value_usd
    assert found["share.listed_pct"] == result.share.listed_pct
    assert "models.gap_pct" not in found


def test_a_headline_against_us_peers_has_its_own_path() -> None:
    market = large_market(issuers=60, days=90)
    assert "spreads.total.spread_pct" in headline_values(board(market))
    assert "spreads.total.spread_pct@us" in headline_values(board(market, peers="us"))


def test_headlines_of_the_first_two_panes_can_be_explained_with_source_and_time() -> None:
    result = board(small_market())
    explained = [path for path in headline_values(result) if path.startswith(("basket.", "share."))]
    assert set(explained) - set(result.explain) == {"share.china_listed_usd", "share.global_listed_usd"}
    why = result.explain["share.listed_pct"]
    china, whole, *rates = why.inputs
    assert (china.value, whole.value) == (result.share.china_listed_usd, result.share.global_listed_usd)
    assert china.note == "3 of 3 issuers · 100 % close"
    assert china.as_of == dt.datetime(2026, 1, 5, 7, 0, tzinfo=dt.UTC)
    assert [(rate.label, rate.value, rate.source, rate.day) for rate in rates] == [
        ("CNY per USD", 7.0, "ecb", LAST),
        ("HKD per USD", 8.0, "ecb", LAST),
        ("TWD per USD", 32.0, "ecb", LAST),
    ]


def test_a_basket_explains_itself_with_its_own_currencies_only() -> None:
    labels = {each.label for each in board(small_market()).explain["basket.value_usd"].inputs}
    assert "TWD per USD" not in labels
    assert {"value now", "HKD per USD", "CNY per USD", "Alpha"} <= labels


def test_the_base_value_says_what_it_lacks() -> None:
    """Beta has no close of its A share then, and of Alpha's shares only a later count is known."""
    counts = tuple(
        ShareCount(symbol=symbol, day=LAST if symbol == "A.HK" else BEFORE, shares=shares, source="filing")
        for symbol, shares in SMALL_SHARES.items()
    )
    market = small_market(closes=SMALL_CLOSES | {"B.SS": {LAST: 21.0}}, share_counts=counts)
    then = board(market).explain["basket.change_usd"].inputs[1]
    assert then.note == (
        "closes and FX of 13 Jan 2025 · no close for Beta · "
        "share counts known from later days only: 1 of 4 lines"
    )


@quick
@given(st.randoms(use_true_random=False))
def test_the_order_of_issuers_lines_and_records_changes_nothing(chance: random.Random) -> None:
    market = large_market(issuers=40, days=50)
    assert board(shuffled(market, chance)) == board(market)


@quick
@given(st.lists(price, min_size=16, max_size=16), st.lists(st.floats(0.1, 2_000.0), min_size=6, max_size=6))
def test_attribution_adds_up_whatever_the_prices(prices: list[float], rates: list[float]) -> None:
    part = board(random_market(prices, rates)).basket
    assert part.change_usd is not None
    assert abs(causes(part) - part.change_usd) < CENT
    assert part.like_for_like.change_usd is not None
    split = part.attribution
    same = (split.price_usd or 0) + (split.fx_usd or 0) + (split.shares_usd or 0)
    assert abs(same - part.like_for_like.change_usd) < CENT


@quick
@given(st.sampled_from(["A.HK", "B.SS", "B.HK", "P", "T.TW"]), st.floats(0.01, 100.0))
def test_a_split_changes_no_value(symbol: str, ratio: float) -> None:
    """The feed restates closes to the new basis; quotes and later counts already are on it."""
    market = small_market()
    closes = market.closes.copy()
    closes[symbol] = closes[symbol] / ratio
    split = Split(symbol=symbol, day=dt.date(2025, 7, 1), ratio=ratio, source="yahoo")
    before, after = board(market), board(replace(market, closes=closes, splits=(split,)))
    for path, value in headline_values(before).items():
        assert headline_values(after)[path] == pytest.approx(value, rel=1e-9, abs=1e-6), path


@quick
@given(st.sets(st.sampled_from(["A.HK", "AADR", "B.SS", "B.HK", "N.HK", "P", "T.TW"])))
def test_a_missing_price_lowers_coverage_and_never_poses_as_zero(gone: set[str]) -> None:
    market = small_market()
    result = board(replace(market, closes=market.closes.drop(columns=sorted(gone))))
    lost = {"Alpha"} if {"A.HK", "AADR"} <= gone else set()
    lost |= {"Beta"} if gone & {"B.SS", "B.HK"} else set()
    lost |= {"Newco"} if "N.HK" in gone else set()
    assert set(result.basket.coverage.missing) == lost
    assert result.basket.coverage.priced == 3 - len(lost)
    worth = {"Alpha": 15_750 if "A.HK" in gone else 15_000, "Beta": 4_000, "Newco": 2_000}
    whole = sum(value for name, value in worth.items() if name not in lost)
    assert result.basket.value_usd == (pytest.approx(whole) if whole else None)
    assert all(
        number != 0 for row in result.basket.constituents for number in (row.market_cap_usd, row.weight_pct)
    )


def test_one_price_moves_value_and_share_and_nothing_else() -> None:
    before = board(small_market())
    after = board(small_market(quotes={"A.HK": quote("A.HK", 128.0, "HKD")}))
    assert after.basket.value_usd == pytest.approx((before.basket.value_usd or 0) + 1_000)
    assert after.share.listed_pct == pytest.approx(100 * 22 / 237)
    assert after.capex == before.capex
    assert after.basket.base_value_usd == before.basket.base_value_usd


def test_money_of_the_parts_agrees_with_an_independent_sum() -> None:
    """Value and share again, line by line, from the records alone."""
    market = large_market(issuers=80, days=60)
    result = board(market)
    newest = {count.symbol: count.shares for count in sorted(market.share_counts, key=lambda each: each.day)}
    sums = {"china": 0.0, "peer": 0.0}
    for member in market.universe.issuers:
        for each in member.lines:
            if each.counted:
                rate = 1.0 if each.currency == "USD" else market.fx_now[each.currency].per_usd
                sums[member.side] += market.quotes[each.symbol].price / rate * newest[each.symbol]
    assert result.basket.value_usd == pytest.approx(sums["china"], rel=1e-9)
    assert result.share.listed_pct == pytest.approx(100 * sums["china"] / sum(sums.values()), rel=1e-9)


def test_no_figure_is_nan_or_infinite() -> None:
    for market in (
        small_market(),
        small_market(closes={}),
        small_market(fx={}),
        large_market(issuers=40, days=30),
    ):
        for number in numbers(msgspec.to_builtins(board(market))):
            assert number == number  # noqa: PLR0124 - NaN alone differs from itself
            assert abs(number) != float("inf")


def numbers(tree: object) -> Iterator[float]:
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list | tuple):
        for each in tree:
            yield from numbers(each)
    elif isinstance(tree, float):
        yield tree


def causes(part: Basket) -> float:
    split = part.attribution
    parts = (split.price_usd, split.fx_usd, split.shares_usd, split.new_listings_usd, split.delistings_usd)
    return sum(each or 0.0 for each in (*parts, split.unpriced_at_base_usd))


def random_market(prices: list[float], rates: list[float]) -> Market:
    market = small_market()
    closes, fx = market.closes.copy(), market.fx.copy()
    closes.iloc[0], closes.iloc[1] = prices[:8], prices[8:]
    fx.iloc[0], fx.iloc[1] = rates[:3], rates[3:]
    return replace(market, closes=closes, fx=fx)


def mixed(items: tuple[T, ...], chance: random.Random) -> tuple[T, ...]:
    return tuple(chance.sample(items, len(items)))


def shuffled(market: Market, chance: random.Random) -> Market:
    members = tuple(
        msgspec.structs.replace(each, lines=mixed(each.lines, chance)) for each in market.universe.issuers
    )
    columns = chance.sample(list(market.closes.columns), len(market.closes.columns))
    return replace(
        market,
        universe=msgspec.structs.replace(market.universe, issuers=mixed(members, chance)),
        closes=market.closes[columns],
        close_sources=market.close_sources[columns],
        quotes=dict(chance.sample(sorted(market.quotes.items()), len(market.quotes))),
        share_counts=mixed(market.share_counts, chance),
        valuations=mixed(market.valuations, chance),
        marks=mixed(market.marks, chance),
    )
