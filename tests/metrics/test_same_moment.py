"""The gap at the last common close of mainland China and New York."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.same_moment import last_common_close, same_moment
from metrics.values import value_now
from tests.metrics.markets import BASE, LAST, SMALL_CLOSES, quote, small_market


def test_it_is_the_newest_day_that_both_closed() -> None:
    assert last_common_close(small_market()) == LAST
    asia_first = SMALL_CLOSES | {"B.SS": SMALL_CLOSES["B.SS"] | {LAST + dt.timedelta(days=1): 22.0}}
    assert last_common_close(small_market(closes=asia_first)) == LAST


def test_hong_kong_alone_is_no_common_close() -> None:
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol != "B.SS"}
    assert last_common_close(small_market(closes=closes)) is None
    moment = same_moment(
        small_market(closes=closes), value_now(small_market(closes=closes)), lambda _day, _then: 1.0
    )
    assert (moment.at, moment.share_listed_pct, moment.total_spread_pct) == (None, None, None)


def test_share_and_spread_stand_at_that_close_and_sides_move_since() -> None:
    market = small_market(quotes={"A.HK": quote("A.HK", 136.0, "HKD"), "P": quote("P", 220.0, "USD")})
    asked: list[dt.date] = []

    def spread_on(day: dt.date, _then: object) -> float:
        asked.append(day)
        return -11.0

    moment = same_moment(market, value_now(market), spread_on)
    assert (moment.at, asked, moment.total_spread_pct) == (LAST, [LAST], -11.0)
    assert moment.share_listed_pct == pytest.approx(100 * 21 / 236)
    assert moment.china_since_pct == pytest.approx(100 * 2 / 21)
    assert moment.peers_since_pct == pytest.approx(100 * 20 / 215)


def test_an_issuer_known_at_one_moment_only_does_not_move_its_side() -> None:
    closes = SMALL_CLOSES | {
        "B.SS": {BASE: 14.0, dt.date(2025, 2, 3): 14.0},
        "P": SMALL_CLOSES["P"] | {dt.date(2025, 2, 3): 110.0},
    }
    market = small_market(closes=closes)
    moment = same_moment(market, value_now(market), lambda _day, _then: None)
    assert moment.at == dt.date(2025, 2, 3)
    assert moment.china_since_pct is None
    assert moment.peers_since_pct == pytest.approx(100 * (200 / 110 - 1))
