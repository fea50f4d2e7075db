"""Daily values: what was in force on each day, kept between polls."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from metrics.history import daily_caps, latest
from metrics.values import value_on
from tests.metrics.markets import AT, BASE, LAST, SMALL_CLOSES, cell, large_market, quote, small_market


def test_the_last_value_within_the_window_is_in_force() -> None:
    values = np.array([[1.0, math.nan], [math.nan, math.nan], [3.0, math.nan]])
    found, day = latest(values, np.array([10, 12, 20]), np.array([9, 11, 13, 14, 20]), window=3)
    assert found[:, 0] == pytest.approx([math.nan, 1, 1, math.nan, 3], nan_ok=True)
    assert list(day[:, 0]) == [-1, 10, 10, -1, 20]
    assert np.isnan(found[:, 1]).all()


def test_without_any_row_nothing_is_in_force() -> None:
    found, day = latest(np.empty((0, 2)), np.array([], dtype=np.int64), np.array([5]), window=3)
    assert np.isnan(found).all()
    assert (day == -1).all()


def test_daily_caps_hold_each_issuer_in_usd() -> None:
    caps = daily_caps(small_market())
    assert list(caps.index) == [BASE, LAST]
    assert list(caps.columns) == ["alpha", "beta", "gone", "newco", "peer", "taipei"]
    assert cell(caps, BASE, "alpha") == pytest.approx(10_000)
    assert cell(caps, LAST, "beta") == pytest.approx(4_000)


def test_before_the_listing_and_after_the_delisting_there_is_no_value() -> None:
    caps = daily_caps(small_market())
    assert math.isnan(cell(caps, BASE, "newco"))
    assert math.isnan(cell(caps, LAST, "gone"))


def test_a_close_carries_over_a_holiday_and_not_for_ever() -> None:
    holiday, later = BASE + dt.timedelta(days=8), BASE + dt.timedelta(days=20)
    closes = SMALL_CLOSES | {"P": {BASE: 100.0, holiday: 101.0, later: 102.0, LAST: 200.0}}
    caps = daily_caps(small_market(closes=closes))
    assert cell(caps, holiday, "alpha") == pytest.approx(10_000)
    assert math.isnan(cell(caps, later, "alpha"))


def test_a_daily_row_is_the_value_on_that_day() -> None:
    market = large_market(issuers=40, days=60)
    caps = daily_caps(market)
    for day in (caps.index[0], caps.index[30], caps.index[-1]):
        on = value_on(market, day).caps
        assert np.allclose(caps.loc[day].to_numpy(), on.to_numpy(), equal_nan=True)


def test_a_poll_that_brings_quotes_alone_computes_no_day_again() -> None:
    market = small_market()
    polled = replace(market, at=AT + dt.timedelta(seconds=15), quotes={"P": quote("P", 201.0, "USD")})
    assert daily_caps(polled) is daily_caps(market)


def test_new_closes_are_computed() -> None:
    market = small_market()
    closes = market.closes.copy()
    closes.loc[LAST, "P"] = 300.0
    assert cell(daily_caps(replace(market, closes=closes)), LAST, "peer") == pytest.approx(300_000)
    assert cell(daily_caps(market), LAST, "peer") == pytest.approx(200_000)
