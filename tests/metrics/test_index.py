"""The index moves with prices alone: not with listings, delistings, share issues or splits."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.index import index_levels, index_now
from metrics.values import value_now
from providers.market import Market
from providers.records import ShareCount, Split
from providers.universe import Issuer, Universe
from tests.metrics.markets import BASE, Closes, issuer, line, make_market, quote

DAYS = [BASE + dt.timedelta(days=number) for number in range(4)]


def market_of(*members: Issuer, closes: Closes, **more: object) -> Market:
    universe = Universe(name="index", base_date=BASE, issuers=members)
    return make_market(universe, closes, {}, {"A": 100.0, "B": 50.0}, **more)  # type: ignore[arg-type]


def usd(symbol: str, **more: object) -> Issuer:
    return issuer(symbol, line(symbol, symbol.lower(), "XNYS", "USD", **more))


def run(*prices: float | None) -> dict[dt.date, float]:
    return {day: price for day, price in zip(DAYS, prices, strict=True) if price is not None}


def test_the_base_date_stands_at_one_hundred_and_the_level_follows_value() -> None:
    """Values 1,000 + 500, then 1,200 + 500, then 1,200 + 400."""
    levels = index_levels(
        market_of(usd("A"), usd("B"), closes={"A": run(10, 12, 12, 12), "B": run(10, 10, 8, 8)})
    )
    assert list(levels) == pytest.approx([100, 100 * 1700 / 1500, 100 * 1600 / 1500, 100 * 1600 / 1500])
    assert list(levels.index) == DAYS


def test_a_new_listing_enters_at_its_first_close() -> None:
    """B appears on day 2 without a jump and takes part from there: 1,000 + 500 to 1,000 + 1,000 on day 3."""
    listed = usd("B", listed_on=DAYS[2])
    levels = index_levels(
        market_of(usd("A"), listed, closes={"A": run(10, 10, 10, 10), "B": run(None, None, 10, 20)})
    )
    assert list(levels) == pytest.approx([100, 100, 100, 100 * 2000 / 1500])


def test_a_delisted_line_leaves_at_its_last_close() -> None:
    gone = usd("B", delisted_on=DAYS[1])
    levels = index_levels(
        market_of(usd("A"), gone, closes={"A": run(10, 10, 10, 20), "B": run(10, 5, None, None)})
    )
    assert list(levels) == pytest.approx([100, 100 * 1250 / 1500, 100 * 1250 / 1500, 200 * 1250 / 1500])


def test_a_share_issue_does_not_move_it() -> None:
    counts = tuple(
        ShareCount(symbol="A", day=day, shares=shares, source="filing")
        for day, shares in ((BASE, 100), (DAYS[2], 300))
    )
    levels = index_levels(market_of(usd("A"), closes={"A": run(10, 10, 10, 11)}, share_counts=counts))
    assert list(levels) == pytest.approx([100, 100, 100, 110])


def test_a_split_does_not_move_it() -> None:
    split = Split(symbol="A", day=DAYS[2], ratio=10.0, source="yahoo")
    levels = index_levels(market_of(usd("A"), closes={"A": run(1, 1, 1, 1.1)}, splits=(split,)))
    assert list(levels) == pytest.approx([100, 100, 100, 110])


def test_a_line_that_does_not_trade_carries_its_last_price() -> None:
    levels = index_levels(
        market_of(usd("A"), usd("B"), closes={"A": run(10, 10, 10, 10), "B": run(10, None, None, 20)})
    )
    assert list(levels) == pytest.approx([100, 100, 100, 100 * 2000 / 1500])


def test_peers_do_not_take_part() -> None:
    peer = issuer("B", line("B", "b", "XNYS", "USD"), side="peer")
    levels = index_levels(
        market_of(usd("A"), peer, closes={"A": run(10, 10, 10, 10), "B": run(10, 20, 30, 40)})
    )
    assert list(levels) == pytest.approx([100] * 4)


def test_now_it_moves_on_from_the_last_close() -> None:
    market = market_of(
        usd("A"),
        usd("B"),
        closes={"A": run(10, 10, 10, 12), "B": run(10, 10, 10, 10)},
        quotes={"A": quote("A", 13.0, "USD")},
    )
    assert index_now(market, value_now(market)) == pytest.approx(100 * 1800 / 1500)


def test_without_a_close_by_the_base_date_there_is_no_index() -> None:
    late = market_of(usd("A"), closes={"A": {BASE + dt.timedelta(days=1): 10.0}})
    assert index_levels(late).empty
    assert index_now(late, value_now(late)) != index_now(late, value_now(late))
