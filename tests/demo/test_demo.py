"""The demo market: what moves, when, and that it is the same for everyone."""

from __future__ import annotations

import datetime as dt
import math
import statistics
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.base import Capability, Request
from providers.demo import SPEED, start
from providers.demo.hours import HALT_LENGTH, halt_start
from providers.demo.motion import AMERICA, EAST, EUROPE, WORLD, Activity, brownian, day_end
from providers.records import Event, FxRate
from tests.demo.market import (
    BASE,
    HONG_KONG,
    LINES,
    MIDDLE,
    NEW_YORK,
    NEWEST,
    NEWLY_LISTED,
    RECORDS,
    SHANGHAI,
    UNIVERSE,
    UNKNOWN,
    Desk,
    at,
    session_open,
)

MONDAY = 27
IN_SESSION = at(MONDAY, 2, 30)

instants = st.integers(0, 21 * 86_400).map(lambda seconds: at(MONDAY, 0) + dt.timedelta(seconds=seconds))


@settings(max_examples=20, deadline=None)
@given(st.lists(instants, min_size=1, max_size=6), st.randoms())
async def test_poll_pattern_and_order_change_nothing(times: list[dt.datetime], order: object) -> None:
    forwards, backwards, often = Desk(IN_SESSION), Desk(IN_SESSION), Desk(IN_SESSION)
    wanted = {now: await forwards.quotes(now) for now in sorted(times)}
    for now in sorted(times, reverse=True):
        await often.quotes(now - dt.timedelta(seconds=1))
        assert await backwards.quotes(now, tuple(reversed(LINES))) == wanted[now] == await often.quotes(now)


def test_another_process_sees_the_same_path() -> None:
    code = "from providers.demo.motion import brownian; print(repr(brownian('7 world', 667.123)))"
    printed = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert float(printed) == brownian("7 world", 667.123)


async def test_another_seed_is_another_market() -> None:
    assert await Desk(IN_SESSION, seed=1).price(SHANGHAI, IN_SESSION) != await Desk(IN_SESSION, seed=2).price(
        SHANGHAI, IN_SESSION
    )


async def test_prices_move_in_session() -> None:
    desk = Desk(IN_SESSION)
    prices = {await desk.price(SHANGHAI, IN_SESSION + dt.timedelta(minutes=minute)) for minute in range(30)}
    assert len(prices) > 15


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (at(MONDAY, 3, 30), at(MONDAY, 4, 59, 59)),
        (at(MONDAY, 7), at(MONDAY + 1, 1, 29, 59)),
        (at(28, 7), at(30, 1, 29, 59)),
        (at(31, 7), dt.datetime(2026, 8, 3, 1, 29, 59, tzinfo=dt.UTC)),
    ],
    ids=["lunch", "night", "holiday", "weekend"],
)
async def test_prices_rest_outside_sessions(first: dt.datetime, last: dt.datetime) -> None:
    desk = Desk(first)
    one, other = (await desk.quotes(first))[SHANGHAI.symbol], (await desk.quotes(last))[SHANGHAI.symbol]
    assert (one.price, one.as_of) == (other.price, other.as_of)
    assert one.as_of < first


@settings(max_examples=50, deadline=None)
@given(instants)
async def test_a_quote_is_a_trade_in_session_and_positive(now: dt.datetime) -> None:
    for quote in (await Desk(now).quotes(now)).values():
        exchange = next(line.exchange for line in LINES if line.symbol == quote.symbol)
        assert session_open(exchange, quote.as_of)
        assert quote.as_of <= now == quote.received
        assert quote.price > 0
        assert quote.source == "demo"


async def test_the_first_day_opens_near_the_reference_close() -> None:
    desk = Desk(IN_SESSION)
    before = (await desk.quotes(at(MONDAY, 1, 20)))[SHANGHAI.symbol]
    assert before.price == 100.0
    assert before.as_of.date() == NEWEST
    opened = (await desk.quotes(at(MONDAY, 1, 35)))[SHANGHAI.symbol]
    assert opened.previous_close == 100.0
    assert opened.price != 100.0
    assert opened.price == pytest.approx(100.0, rel=0.08)


async def test_hong_kong_is_fifteen_minutes_late() -> None:
    now = at(MONDAY, 2, 30)
    quote = (await Desk(now).quotes(now))[HONG_KONG.symbol]
    assert quote.delay_minutes == 15
    assert dt.timedelta(0) <= now - dt.timedelta(minutes=15) - quote.as_of < dt.timedelta(seconds=30)
    assert (await Desk(now).quotes(at(MONDAY, 1, 44)))[HONG_KONG.symbol].as_of.date() == NEWEST


async def test_the_previous_close_is_the_last_trade_of_the_session_before() -> None:
    desk = Desk(IN_SESSION)
    last = await desk.price(SHANGHAI, at(MONDAY, 7, 0))
    tuesday = (await desk.quotes(at(28, 2)))[SHANGHAI.symbol]
    assert tuesday.previous_close == last
    assert (await desk.closes(at(28, 2), SHANGHAI, None)) == (
        await desk.closes(at(MONDAY, 7), SHANGHAI, None)
    )
    assert (await desk.closes(at(28, 2), SHANGHAI, None))[dt.date(2026, 7, MONDAY)].close == last


async def test_a_running_session_has_no_close_yet() -> None:
    desk = Desk(IN_SESSION)
    monday = dt.date(2026, 7, MONDAY)
    assert monday not in await desk.closes(at(MONDAY, 4), SHANGHAI, NEWEST)
    assert monday in await desk.closes(at(MONDAY, 7, 1), SHANGHAI, NEWEST)


async def test_closes_lead_through_the_reference_closes() -> None:
    closes = await Desk(IN_SESSION).closes(at(MONDAY, 1), SHANGHAI, BASE)
    assert [closes[day].close for day in (BASE, MIDDLE, NEWEST)] == [80.0, 120.0, 100.0]
    assert len(closes) == 400
    assert not any(day.weekday() >= 5 for day in closes)
    steps = [
        math.log(closes[later].close / closes[earlier].close) for earlier, later in pairwise(sorted(closes))
    ]
    assert 0.010 < statistics.stdev(steps) < 0.045
    assert {close.source for close in closes.values()} == {"demo"}


async def test_closes_before_a_split_are_on_the_basis_after_it() -> None:
    closes = await Desk(IN_SESSION).closes(at(MONDAY, 1), NEW_YORK, BASE)
    assert closes[BASE].close == 120.0
    assert closes[BASE].adjusted_to == NEWEST
    assert max(close.close for close in closes.values()) < 600


async def test_a_new_listing_starts_on_its_day_and_an_unknown_line_is_missing() -> None:
    desk = Desk(IN_SESSION)
    assert NEWLY_LISTED.symbol not in await desk.quotes(at(MONDAY, 1, 20))
    first = (await desk.quotes(at(MONDAY, 1, 35)))[NEWLY_LISTED.symbol]
    assert first.price == pytest.approx(49.0, rel=0.1)
    assert first.previous_close is None
    answer = await desk.demo.fetch(Request(capability=Capability.QUOTES, lines=LINES))
    assert answer.missing == (UNKNOWN.symbol,)


async def test_a_halt_freezes_price_and_time() -> None:
    minutes = (at(MONDAY, 0) + dt.timedelta(minutes=minute) for minute in range(0, 90 * 1440, 10))
    during = next(now for now in minutes if session_open("XSHG", now) and halt_start(7, SHANGHAI.symbol, now))
    began = halt_start(7, SHANGHAI.symbol, during)
    assert began is not None
    desk = Desk(during)
    before = (await desk.quotes(began - dt.timedelta(seconds=1)))[SHANGHAI.symbol]
    halted = (await desk.quotes(during))[SHANGHAI.symbol]
    end = (await desk.quotes(began + HALT_LENGTH - dt.timedelta(seconds=1)))[SHANGHAI.symbol]
    assert (before.price, before.as_of) == (halted.price, halted.as_of) == (end.price, end.as_of)


def test_lines_move_together() -> None:
    """Over 1,000 weekdays two companies of one region and subsector correlate, but not wholly."""
    from providers.demo.prices import parts_of, path

    days = [day_end(BASE + dt.timedelta(days=offset)) for offset in range(1000)]
    moves = []
    for issuer in UNIVERSE.issuers[:2]:
        parts = parts_of(7, issuer, issuer.lines[0].symbol)
        levels = [path(parts, day) for day in days if day.weekday() < 5]
        moves.append([later - earlier for earlier, later in pairwise(levels)])
    assert 0.15 < statistics.correlation(*moves) < 0.85


@pytest.mark.parametrize("clock", [WORLD, EAST, EUROPE, AMERICA])
def test_the_activity_clock_runs_forward_and_rests_at_weekends(clock: Activity) -> None:
    times = [clock.time(at(MONDAY, 0) + dt.timedelta(minutes=minute)) for minute in range(0, 7 * 1440, 7)]
    assert times == sorted(times)
    assert clock.time(day_end(dt.date(2026, 7, 31))) == clock.time(day_end(dt.date(2026, 8, 2)))
    assert clock.time(day_end(dt.date(2026, 7, 31))) - clock.time(day_end(dt.date(2026, 7, 30))) == 1


def test_the_path_is_a_standard_brownian_motion() -> None:
    daily = [brownian("a path", day + 1) - brownian("a path", day) for day in range(1000)]
    hourly = [
        brownian("a path", 700 + (hour + 1) / 24) - brownian("a path", 700 + hour / 24)
        for hour in range(1000)
    ]
    assert statistics.stdev(daily) == pytest.approx(1, rel=0.1)
    assert statistics.stdev(hourly) == pytest.approx(24**-0.5, rel=0.1)


@settings(max_examples=50, deadline=None)
@given(instants)
async def test_the_hong_kong_dollar_stays_inside_its_band(now: dt.datetime) -> None:
    rate = await Desk(now).rate("HKD", now)
    assert 7.75 <= rate.per_usd <= 7.85
    assert rate.as_of <= now


async def test_rates_start_at_the_reference_and_move_on_weekdays_only() -> None:
    desk = Desk(IN_SESSION)
    assert (await desk.rate("CNY", at(26, 12))).per_usd == 7.10
    assert (await desk.rate("CNY", at(MONDAY, 2))).per_usd != (await desk.rate("CNY", at(MONDAY, 3))).per_usd
    friday = await desk.rate("CNY", at(31, 21, 59))
    assert await desk.rate("CNY", dt.datetime(2026, 8, 2, 12, tzinfo=dt.UTC)) == friday


async def test_rate_history_leads_through_the_reference_rates() -> None:
    desk = Desk(at(28, 2))
    answer = await desk.demo.fetch(
        Request(capability=Capability.FX_HISTORY, currencies=("CNY", "XAU"), since=BASE)
    )
    rates = {record.as_of.date(): record.per_usd for record in answer.records if isinstance(record, FxRate)}
    assert (rates[BASE], rates[NEWEST]) == (7.33, 7.10)
    assert max(rates) == dt.date(2026, 7, MONDAY)
    assert len(rates) == 401
    assert answer.missing == ("XAU",)


async def test_facts_that_are_not_simulated_keep_their_source() -> None:
    answer = await Desk(IN_SESSION).demo.fetch(Request(capability=Capability.EVENTS))
    assert [record.source for record in answer.records] == ["a paper"]
    assert all(isinstance(record, Event) for record in answer.records)


def test_the_clock_starts_on_the_trading_day_after_the_newest_close() -> None:
    assert start(RECORDS) == at(MONDAY, 1, 20)
    assert SPEED > 1


async def test_it_answers_whatever_it_offers() -> None:
    desk = Desk(IN_SESSION)
    for capability in desk.demo.offers:
        answer = await desk.demo.fetch(Request(capability=capability, lines=LINES, currencies=("CNY",)))
        assert all(record.source for record in answer.records), capability
