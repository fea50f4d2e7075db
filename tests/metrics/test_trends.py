"""Trend lines: polls for a day or five, closes for longer, breaks where values cannot be joined."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.board import TIMEFRAMES, Headline, Timeframe, Trend
from metrics.trends import MOST_POINTS, start_of, step_in_words, trends
from providers.market import Market
from tests.metrics.markets import AT, BASE, LAST, SMALL_CLOSES, large_market, small_market

VALUE = "basket.value_usd"


def polls(count: int, every: dt.timedelta, path: str = VALUE) -> list[Headline]:
    return [Headline(at=AT - number * every, values={path: 21_000.0 - number}) for number in range(count)]


def trend(market: Market, headlines: list[Headline], timeframe: Timeframe, path: str = VALUE) -> Trend:
    return trends(market, headlines, timeframe).lines[path]


def values(line: Trend) -> list[float]:
    return [point.value for segment in line.segments for point in segment]


def test_a_day_is_drawn_from_polls() -> None:
    line = trend(small_market(), polls(4, dt.timedelta(seconds=15)), "1D")
    assert values(line) == [20_997, 20_998, 20_999, 21_000]
    assert (line.step, line.timeframe) == ("15 s", "1D")


def test_polls_outside_the_span_or_after_now_are_left_out() -> None:
    rows = [*polls(3, dt.timedelta(hours=20)), Headline(at=AT + dt.timedelta(hours=1), values={VALUE: 1.0})]
    assert values(trend(small_market(), rows, "1D")) == [20_999, 21_000]


def test_longer_spans_are_drawn_from_closes_and_end_at_the_newest_poll() -> None:
    line = trend(small_market(), polls(1, dt.timedelta(0)), "base")
    assert values(line) == pytest.approx([13_500, 21_000, 21_000])
    assert line.segments[0][0].at.date() == BASE
    assert line.segments[0][-1].at == AT
    assert line.step == "3 closes"


def test_without_polls_closes_serve_for_short_spans_too() -> None:
    line = trend(small_market(), [], "5D")
    assert [point.at.date() for point in line.segments[0]] == [LAST]


def test_the_index_and_the_share_have_their_lines() -> None:
    lines = trends(small_market(), [], "base").lines
    assert values(lines["basket.index_level"]) == pytest.approx([100, 100 * 19 / 13])
    assert values(lines["share.listed_pct"])[-1] == pytest.approx(100 * 21 / 236)


def test_a_spread_against_us_peers_never_meets_the_global_one() -> None:
    rows = polls(3, dt.timedelta(minutes=5), "spreads.total.spread_pct")
    market = small_market()
    assert values(trends(market, rows, "1D", "us").lines["spreads.total.spread_pct"]) == []
    assert len(values(trends(market, rows, "1D", "global").lines["spreads.total.spread_pct"])) == 3


def test_daily_lines_of_a_large_market() -> None:
    line = trend(large_market(issuers=40, days=120), [], "3M")
    assert line.step == "1 day"
    assert 55 < len(values(line)) < 70


def test_a_gap_in_the_prices_is_no_fall() -> None:
    """On a day on which only Beta's H share closed, every other line stands at its last price."""
    between = dt.date(2025, 3, 3)
    closes = SMALL_CLOSES | {"B.HK": {BASE: 8.0, between: 16.0, LAST: 8.0}}
    line = values(trend(small_market(closes=closes), [], "base"))
    assert line[1] == pytest.approx(13_500 + 1_000)


def test_a_day_of_which_little_is_known_yet_is_not_drawn() -> None:
    """Alpha, most of the value, has no close before the last day: the others' sum would draw a leap."""
    between = dt.date(2025, 3, 3)
    closes = {
        symbol: ({LAST: days[LAST]} if symbol in ("A.HK", "AADR") else days)
        | ({between: 14.0} if symbol == "B.SS" else {})
        for symbol, days in SMALL_CLOSES.items()
    }
    line = trend(small_market(closes=closes), [], "base")
    assert [point.at.date() for point in line.segments[0]] == [LAST]


def test_very_many_polls_are_thinned_and_the_newest_stays() -> None:
    line = trend(small_market(), polls(4000, dt.timedelta(seconds=15)), "1D")
    assert len(values(line)) <= MOST_POINTS
    assert values(line)[-1] == 21_000
    assert line.step == "2 min"


def test_quarters_and_versions_have_their_own_steps() -> None:
    lines = trends(small_market(), [], "1M").lines
    assert (lines["capex.quarters"].timeframe, lines["capex.quarters"].step) == ("quarters", "1 quarter")
    assert (lines["models.gap_pct"].timeframe, lines["models.gap_pct"].segments) == ("versions", ())


@pytest.mark.parametrize(
    ("timeframe", "day"),
    [
        ("1D", dt.date(2026, 1, 4)),
        ("5D", dt.date(2025, 12, 29)),
        ("1M", dt.date(2025, 12, 5)),
        ("3M", dt.date(2025, 10, 5)),
        ("YTD", dt.date(2025, 12, 31)),
        ("base", BASE),
    ],
)
def test_where_a_span_begins(timeframe: Timeframe, day: dt.date) -> None:
    assert start_of(timeframe, small_market()).date() == day


def test_a_month_back_from_a_long_month_stays_in_the_month_before() -> None:
    market = small_market(at=dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC))
    assert start_of("1M", market).date() == dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("every", "words"),
    [
        (dt.timedelta(seconds=15), "15 s"),
        (dt.timedelta(minutes=5), "5 min"),
        (dt.timedelta(hours=2), "2 h"),
        (dt.timedelta(days=1), "1 day"),
    ],
)
def test_steps_in_words(every: dt.timedelta, words: str) -> None:
    assert step_in_words([AT + number * every for number in range(4)]) == words


def test_one_point_is_one_poll() -> None:
    assert step_in_words([AT]) == "1 poll"


def test_every_timeframe_has_every_line() -> None:
    market = small_market()
    paths = {*trends(market, [], "1D").lines}
    assert all({*trends(market, [], timeframe).lines} == paths for timeframe in TIMEFRAMES)
