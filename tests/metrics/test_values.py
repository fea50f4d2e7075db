"""Values: which price serves, which share count, and what a missing part does."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from metrics.values import value_now, value_on
from providers.market import Market
from providers.records import FxRate, ShareCount, Split
from providers.universe import Universe
from tests.metrics.markets import (
    AT,
    BASE,
    LAST,
    SMALL_CLOSES,
    SMALL_FX,
    SMALL_SHARES,
    cell,
    issuer,
    line,
    make_market,
    quote,
    session,
    small_market,
)


def one_line(closes: dict[dt.date, float], counts: list[ShareCount] | None = None, **more: object) -> Market:
    universe = Universe(name="one", base_date=BASE, issuers=(issuer("One", line("O", "one", "XNYS", "USD")),))
    counted = {} if counts is None else {"share_counts": tuple(counts)}
    return make_market(universe, {"O": closes}, {}, {"O": 10.0}, **(counted | more))  # type: ignore[arg-type]


def count(day: dt.date, shares: float, **more: object) -> ShareCount:
    return ShareCount(symbol="O", day=day, shares=shares, source="filing", **more)  # type: ignore[arg-type]


def test_a_value_is_price_times_fx_times_shares_summed_over_the_counted_lines() -> None:
    caps = value_now(small_market()).caps
    assert caps["alpha"] == pytest.approx(120 / 8 * 1000)
    assert caps["beta"] == pytest.approx(21 / 7 * 1000 + 8 / 8 * 1000)


def test_lines_are_sorted_by_issuer_and_symbol_and_hold_no_twin() -> None:
    assert list(value_now(small_market()).lines.index) == [
        "A.HK",
        "B.HK",
        "B.SS",
        "G.HK",
        "N.HK",
        "P",
        "T.TW",
    ]


def test_of_quote_and_close_the_newer_serves() -> None:
    fresh, old = quote("A.HK", 130, "HKD"), quote("A.HK", 70, "HKD", as_of=AT - dt.timedelta(days=3))
    assert value_now(small_market(quotes={"A.HK": fresh})).lines.loc["A.HK", "price"] == 130
    assert value_now(small_market(quotes={"A.HK": old})).lines.loc["A.HK", "price"] == 120


def test_a_quote_in_another_currency_is_no_price_of_the_line() -> None:
    assert (
        value_now(small_market(quotes={"A.HK": quote("A.HK", 15, "USD")})).lines.loc["A.HK", "price"] == 120
    )


def test_a_close_is_dated_at_the_regular_close_of_its_exchange() -> None:
    lines = value_now(small_market()).lines
    assert lines.loc["A.HK", "as_of"] == dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
    assert lines.loc["P", "as_of"] == dt.datetime(2026, 1, 5, 21, 0, tzinfo=dt.UTC)


def test_a_half_day_takes_its_time_from_the_session() -> None:
    noon = dt.datetime(2026, 1, 5, 4, 0, tzinfo=dt.UTC)
    market = small_market(sessions=(session("XHKG", "closed", last_close=noon),))
    assert value_now(market).lines.loc["A.HK", "as_of"] == noon


def test_a_twin_serves_where_the_counted_line_has_no_price() -> None:
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol != "A.HK"}
    row = value_now(small_market(closes=closes)).lines.loc["A.HK"]
    assert row["price"] == pytest.approx(126 / 8 * 8)
    assert row["value_usd"] == pytest.approx(126 / 8 * 1000)
    assert (row["priced_by"], row["currency"]) == ("AADR", "HKD")


def test_a_twin_serves_where_the_own_price_is_weeks_older() -> None:
    closes = SMALL_CLOSES | {"A.HK": {LAST - dt.timedelta(days=13): 90.0}}
    assert value_now(small_market(closes=closes)).lines.loc["A.HK", "priced_by"] == "AADR"
    closes = SMALL_CLOSES | {"A.HK": {LAST - dt.timedelta(days=12): 90.0}}
    assert value_now(small_market(closes=closes)).lines.loc["A.HK", "price"] == 90


def test_a_twin_serves_at_a_past_day_too() -> None:
    closes = SMALL_CLOSES | {"A.HK": {LAST: 120.0}}
    row = value_on(small_market(closes=closes), BASE).lines.loc["A.HK"]
    assert (row["priced_by"], row["value_usd"]) == pytest.approx(("AADR", 80 / 8 * 1000))


def test_a_line_whose_twin_traded_before_was_listed_then() -> None:
    lines = (
        line("O.HK", "one", listed_on=dt.date(2025, 11, 6)),
        line("OADR", "one", "XNYS", "USD", counted=False, twin_of="O.HK"),
    )
    universe = Universe(name="one", base_date=BASE, issuers=(issuer("One", *lines),))
    closes = {"O.HK": {LAST: 16.0}, "OADR": {BASE: 1.0}}
    market = make_market(universe, closes, {"HKD": {BASE: 8.0}}, {"O.HK": 100.0})
    assert value_on(market, BASE).caps["one"] == pytest.approx(100)


@pytest.mark.parametrize("gap", ["price", "fx", "shares"])
def test_an_issuer_with_a_missing_part_has_no_value_and_never_a_smaller_one(gap: str) -> None:
    closes = SMALL_CLOSES if gap != "price" else {k: v for k, v in SMALL_CLOSES.items() if k != "B.SS"}
    fx = SMALL_FX if gap != "fx" else {k: v for k, v in SMALL_FX.items() if k != "CNY"}
    shares = SMALL_SHARES if gap != "shares" else {k: v for k, v in SMALL_SHARES.items() if k != "B.SS"}
    now = value_now(small_market(closes=closes, fx=fx, shares=shares))
    assert math.isnan(now.caps["beta"])
    assert now.listed["beta"]
    assert now.caps["alpha"] == pytest.approx(15_000)


def test_a_line_that_is_not_listed_counts_nothing() -> None:
    base = value_on(small_market(), BASE)
    now = value_now(small_market())
    assert (base.lines.loc["N.HK", "value_usd"], now.lines.loc["G.HK", "value_usd"]) == (0, 0)
    assert math.isnan(base.caps["newco"])
    assert not base.listed["newco"]
    assert not now.listed["gone"]


def test_a_past_close_serves_for_twelve_days_and_no_longer() -> None:
    market = one_line({BASE: 5.0})
    assert value_on(market, BASE + dt.timedelta(days=12)).caps["one"] == 50
    assert math.isnan(value_on(market, BASE + dt.timedelta(days=13)).caps["one"])
    assert math.isnan(value_on(market, BASE - dt.timedelta(days=1)).caps["one"])


def test_now_the_newest_close_serves_however_old() -> None:
    row = value_now(one_line({BASE: 5.0})).lines.loc["O"]
    assert (row["price"], row["day"]) == (5.0, BASE)


def test_the_running_fx_rate_serves_now_and_the_daily_one_on_its_day() -> None:
    rate = FxRate(currency="HKD", per_usd=10.0, as_of=AT, source="yahoo")
    market = small_market(fx_now={"HKD": rate})
    assert value_now(market).caps["alpha"] == pytest.approx(12_000)
    assert value_on(market, LAST).caps["alpha"] == pytest.approx(15_000)


def test_share_counts_hold_from_their_day_on() -> None:
    market = one_line({BASE: 5.0, LAST: 5.0}, [count(BASE, 10), count(dt.date(2025, 6, 1), 12)])
    assert value_on(market, BASE).caps["one"] == 50
    assert value_now(market).caps["one"] == 60


def test_before_the_first_known_count_that_count_stands_in_and_its_day_says_so() -> None:
    row = value_on(one_line({BASE: 5.0}, [count(LAST, 12)]), BASE).lines.loc["O"]
    assert (row["value_usd"], row["shares_as_of"]) == (60, LAST)


def test_a_split_changes_no_value() -> None:
    """Closes come on today's share basis; the count before the split is brought to it."""
    split = Split(symbol="O", day=dt.date(2025, 7, 1), ratio=4.0, source="yahoo")
    whole = one_line({BASE: 100.0, LAST: 120.0}, [count(BASE, 10)])
    after = one_line({BASE: 25.0, LAST: 30.0}, [count(BASE, 10)], splits=(split,))
    stated = [count(BASE, 40, restated_to=dt.date(2025, 7, 1)), count(LAST, 40)]
    restated = one_line({BASE: 25.0, LAST: 30.0}, stated, splits=(split,))
    for market in (after, restated):
        assert value_now(market).caps["one"] == value_now(whole).caps["one"] == 1200
        assert value_on(market, BASE).caps["one"] == value_on(whole, BASE).caps["one"] == 1000


def test_a_split_still_to_come_does_nothing() -> None:
    split = Split(symbol="O", day=AT.date() + dt.timedelta(days=1), ratio=4.0, source="yahoo")
    assert value_now(one_line({LAST: 5.0}, splits=(split,))).caps["one"] == 50


def test_the_previous_close_is_that_of_the_session_before() -> None:
    friday = dt.date(2026, 1, 2)
    market = one_line({friday: 4.0, LAST: 5.0})
    assert value_now(market).lines.loc["O", "previous_close"] == 4
    told = one_line({friday: 4.0}, quotes={"O": quote("O", 5.0, "USD", previous_close=4.5)})
    assert value_now(told).lines.loc["O", "previous_close"] == 4.5
    untold = one_line({friday: 4.0, LAST: 5.0}, quotes={"O": quote("O", 5.1, "USD")})
    assert value_now(untold).lines.loc["O", "previous_close"] == 4


def test_a_close_of_months_ago_is_no_previous_close() -> None:
    assert math.isnan(cell(value_now(one_line({BASE: 4.0, LAST: 5.0})).lines, "O", "previous_close"))
