"""Freshness: delay classes, the stale rule, and their weight in an aggregate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
import pytest

from metrics.freshness import freshness, is_reference
from metrics.numbers import finite
from metrics.values import value_now
from providers.market import Market, ProviderHealth, SessionState
from providers.records import Quote
from tests.metrics.markets import AT, quote, session, small_market

OPENED = AT - dt.timedelta(hours=3)
NEXT_DAY = dt.datetime(2026, 1, 6, 1, 30, tzinfo=dt.UTC)


def ago(**age: float) -> dt.datetime:
    return AT - dt.timedelta(**age)


def market_with(
    given: Quote,
    state: SessionState = "open",
    opened: dt.datetime | None = OPENED,
    at: dt.datetime = AT,
    usual: float | None = None,
) -> Market:
    delays = {} if usual is None else {"XHKG": usual}
    return small_market(
        quotes={given.symbol: given},
        sessions=(session("XHKG", state, opened=opened),),
        providers=(ProviderHealth(name=given.source, state="ok", delay_minutes=delays),),
        poll_seconds=15.0,
        at=at,
    )


def row(
    given: Quote,
    state: SessionState = "open",
    opened: dt.datetime | None = OPENED,
    at: dt.datetime = AT,
    usual: float | None = None,
) -> dict[str, object]:
    found = value_now(market_with(given, state, opened, at, usual)).lines.loc["A.HK"].to_dict()
    return {
        "delay_class": found["delay_class"],
        "stale": bool(found["stale"]),
        "delay_minutes": finite(found["delay_minutes"]),
    }


def test_in_session_a_price_of_seconds_ago_is_live() -> None:
    assert row(quote("A.HK", 120, "HKD", as_of=ago(seconds=10))) == {
        "delay_class": "live",
        "stale": False,
        "delay_minutes": 10 / 60,
    }


def test_a_declared_delay_is_not_believed_but_allowed_for() -> None:
    late = quote("A.HK", 120, "HKD", as_of=ago(minutes=15, seconds=20), delay_minutes=15)
    assert row(late) == {"delay_class": "delayed", "stale": False, "delay_minutes": 15 + 20 / 60}
    live = quote("A.HK", 120, "HKD", as_of=ago(seconds=6), delay_minutes=15)
    assert row(live) == {"delay_class": "live", "stale": False, "delay_minutes": 0.1}


def test_a_source_that_claims_to_be_live_shows_its_measured_delay() -> None:
    """It is late as it always is, so the price is delayed and not stale."""
    late = quote("A.HK", 120, "HKD", as_of=ago(minutes=15, seconds=5), delay_minutes=0)
    found = row(late, usual=15.0)
    assert found == {"delay_class": "delayed", "stale": False, "delay_minutes": 15.0}


def test_an_old_last_trade_of_a_live_source_is_silence_and_not_delay() -> None:
    silent = quote("A.HK", 120, "HKD", as_of=ago(minutes=50))
    assert row(silent, usual=0.2) == {"delay_class": "delayed", "stale": True, "delay_minutes": 0.2}


@pytest.mark.parametrize(("seconds", "stale"), [(45, False), (46, True)])
def test_stale_is_older_than_three_polls(seconds: float, stale: bool) -> None:  # noqa: FBT001 - a table of cases
    assert row(quote("A.HK", 120, "HKD", as_of=ago(seconds=seconds)))["stale"] is stale


def test_stale_is_older_than_three_polls_and_the_declared_delay() -> None:
    assert row(quote("A.HK", 120, "HKD", as_of=ago(minutes=16), delay_minutes=15))["stale"] is True


def test_a_stale_price_is_not_live() -> None:
    dead = quote("A.HK", 120, "HKD", as_of=ago(minutes=20), received=ago(minutes=20), delay_minutes=0)
    assert row(dead)["delay_class"] == "delayed"


@pytest.mark.parametrize("state", ["closed", "holiday", "pre", "post"])
def test_with_its_exchange_shut_a_price_is_a_close_and_never_stale(state: SessionState) -> None:
    found = row(quote("A.HK", 120, "HKD", as_of=ago(hours=5)), state, None)
    assert (found["delay_class"], found["stale"]) == ("close", False)


def test_over_lunch_the_morning_price_is_neither_stale_nor_a_close() -> None:
    found = row(quote("A.HK", 120, "HKD", as_of=ago(minutes=40), received=ago(minutes=40)), "lunch")
    assert (found["delay_class"], found["stale"]) == ("live", False)


def test_at_the_bell_yesterdays_price_is_a_close_and_not_yet_stale() -> None:
    yesterday = quote("A.HK", 120, "HKD", as_of=ago(hours=13, minutes=50))
    assert row(yesterday, opened=NEXT_DAY, at=NEXT_DAY + dt.timedelta(seconds=10)) == {
        "delay_class": "close",
        "stale": False,
        "delay_minutes": None,
    }
    assert row(yesterday, opened=NEXT_DAY, at=NEXT_DAY + dt.timedelta(seconds=50))["stale"] is True


@pytest.mark.parametrize(("minutes", "stale"), [(15, False), (16, True)])
def test_the_first_price_of_a_day_may_come_as_late_as_its_source_says(minutes: float, stale: bool) -> None:  # noqa: FBT001 - a table of cases
    """A close is in use until then; the quote of yesterday says how late its source is."""
    early = quote("A.HK", 120, "HKD", as_of=NEXT_DAY - dt.timedelta(days=1), delay_minutes=15)
    found = row(early, opened=NEXT_DAY, at=NEXT_DAY + dt.timedelta(minutes=minutes))
    assert (found["delay_class"], found["stale"]) == ("close", stale)


@pytest.mark.parametrize(("minutes", "stale"), [(15, False), (16, True)])
def test_after_lunch_age_counts_from_where_trading_went_on(minutes: float, stale: bool) -> None:  # noqa: FBT001 - a table of cases
    given = quote("A.HK", 120, "HKD", as_of=ago(minutes=60 + minutes), delay_minutes=15)
    market = market_with(given)
    (hong_kong,) = market.sessions
    resumed = msgspec.structs.replace(hong_kong, resumed=ago(minutes=minutes))
    lines = value_now(replace(market, sessions=(resumed,))).lines
    assert bool(lines.loc["A.HK"]["stale"]) is stale
    assert bool(value_now(market).lines.loc["A.HK"]["stale"])


def test_a_reference_price_says_so() -> None:
    classes = value_now(small_market(source="reference")).lines["delay_class"]
    assert set(classes.dropna()) == {"reference"}


@pytest.mark.parametrize(
    ("source", "reference"),
    [("reference", True), ("edaily.co.kr newsId=1", True), ("owner/name:data/a.csv", True), ("yahoo", False)],
)
def test_an_attribution_is_a_reference_and_a_provider_is_not(source: str, reference: bool) -> None:  # noqa: FBT001
    assert is_reference(source) is reference


def test_classes_are_weighted_by_value_and_add_up() -> None:
    """Alpha 15,000 live of 21,000 + 215,000; the rest are closes."""
    market = market_with(quote("A.HK", 120, "HKD", as_of=ago(seconds=5)))
    found = freshness(value_now(market).lines)
    assert found.live_pct == pytest.approx(100 * 15 / 236)
    assert found.close_pct == pytest.approx(100 * 221 / 236)
    assert (found.delayed_pct, found.reference_pct) == (0, 0)


def test_the_stale_part_and_the_typical_delay() -> None:
    late = quote("A.HK", 120, "HKD", as_of=ago(minutes=20), delay_minutes=15)
    found = freshness(value_now(market_with(late)).lines)
    assert found.stale_pct == pytest.approx(100 * (15 + 1 + 2) / 236)
    assert found.delay_minutes == pytest.approx(20)


def test_the_oldest_as_of_ignores_the_last_per_cent_of_the_value() -> None:
    """P is 200,000 of 236,000; Newco's 2,000 and Beta H's 1,000 lie beyond 99 %."""
    market = small_market(quotes={"N.HK": quote("N.HK", 40, "HKD", as_of=AT)})
    assert freshness(value_now(market).lines).oldest_as_of == dt.datetime(2026, 1, 5, 5, 30, tzinfo=dt.UTC)


def test_an_aggregate_without_value_says_nothing() -> None:
    found = freshness(value_now(small_market(closes={})).lines)
    assert (found.live_pct, found.oldest_as_of, found.stale_pct) == (None, None, None)
