"""The clock leaps, or turns over: a machine that slept, a clock put right, a day, a month, a year."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from feed.feed import FeedSettings
from feed.sessions import Exchanges
from providers.base import Capability
from tests.feed.simulated import LINES, Simulation, at, price_on

SETTINGS = FeedSettings(quotes=15.0, tick=5.0)
SLOW = FeedSettings(quotes=900.0, fx=900.0, tick=900.0)


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(LINES)
    known.warm(at("2026-11-24"))
    return known


def growth(day: str, before: str) -> float:
    """Change of every line from one session day to another, per cent."""
    return 100 * (price_on(dt.date.fromisoformat(day)) / price_on(dt.date.fromisoformat(before)) - 1)


async def test_after_a_night_asleep_the_next_poll_comes_at_once_and_only_one(exchanges: Exchanges) -> None:
    """From 01:01 in Hong Kong to 10:01: Asia opened meanwhile, New York has closed."""
    async with Simulation(at("2026-11-24T17:00"), exchanges, SETTINGS) as market:
        await market.clock.advance(60)
        assert market.states()["XNAS"] == "open"
        slept = market.clock.now()
        await market.leap(9 * 3600)
        assert {code: state for code, state in market.states().items() if code != "XAMS"} == {
            "XSHG": "open", "XHKG": "open", "XTKS": "open", "XNAS": "closed",
        }  # fmt: skip
        for exchange in ("XSHG", "XHKG", "XTKS", "XNAS"):
            assert len(market.provider.polls(exchange, slept)) == 1
        assert market.row("XHKG").lines[0].as_of == market.provider.polls("XHKG")[-1]
        assert market.row("XHKG").day_pct == pytest.approx(growth("2026-11-25", "2026-11-24"))
        assert market.row("XNAS").day_pct == pytest.approx(growth("2026-11-24", "2026-11-23"))
        await market.clock.advance(60)
        assert len(market.provider.polls("XHKG", slept)) in {4, 5}
        assert len(market.provider.polls("XNAS", slept)) == 1


async def test_until_fresh_prices_have_come_those_of_before_the_sleep_are_stale(exchanges: Exchanges) -> None:
    async with Simulation(at("2026-11-24T02:00"), exchanges, SETTINGS) as market:
        await market.clock.advance(30)
        assert not market.row("XHKG").lines[0].stale
        market.provider.hold = asyncio.Event()
        await market.leap(3 * 3600 + 1800)
        assert market.states()["XHKG"] == "open"
        assert market.row("XHKG").lines[0].stale
        market.provider.hold.set()
        await market.clock.advance(1)
        assert not market.row("XHKG").lines[0].stale


async def test_a_clock_put_back_an_hour_goes_on_polling(exchanges: Exchanges) -> None:
    async with Simulation(at("2026-11-24T06:30"), exchanges, SETTINGS) as market:
        await market.clock.advance(60)
        await market.leap(-3600)
        put_back = market.clock.now()
        before = len(market.provider.asked)
        await market.clock.advance(60)
        asked = [
            moment
            for moment, request in market.provider.asked[before:]
            if request.capability == Capability.QUOTES
        ]
        assert len(asked) in {4, 5}
        assert all(put_back <= moment <= market.clock.now() for moment in asked)
        assert market.states()["XHKG"] == "open"
        assert market.board().as_of == market.clock.now()
        assert not market.row("XHKG").lines[0].stale
        assert market.row("XHKG").day_pct == pytest.approx(growth("2026-11-24", "2026-11-23"))


@pytest.mark.parametrize(
    ("evening", "morning", "newest", "before"),
    [
        ("2026-11-24T09:00", "2026-11-25T03:00", "2026-11-25", "2026-11-24"),  # a day
        ("2026-10-30T09:00", "2026-11-02T03:00", "2026-11-02", "2026-10-30"),  # a month, over a weekend
        ("2026-12-30T09:00", "2026-12-31T03:00", "2026-12-31", "2026-12-30"),  # the last day of the year
    ],
)
async def test_the_change_of_the_day_turns_with_the_session(
    exchanges: Exchanges, evening: str, morning: str, newest: str, before: str
) -> None:
    async with Simulation(at(evening), exchanges, SLOW) as market:
        opening = at(f"{newest}T01:30")  # in Hong Kong
        await market.go_to(f"{opening - dt.timedelta(minutes=1):%Y-%m-%dT%H:%M}")
        closed = market.row("XHKG")
        assert closed.day_pct is not None
        assert closed.lines[0].price == price_on(dt.date.fromisoformat(before))
        await market.go_to(morning)
        row = market.row("XHKG")
        assert row.lines[0].price == price_on(dt.date.fromisoformat(newest))
        assert row.day_pct == pytest.approx(growth(newest, before))


async def test_over_a_year_s_end_the_holiday_moves_nothing(exchanges: Exchanges) -> None:
    """Tokyo rests from 31 December to 3 January; Shanghai's holidays of 2027 are not in the calendar yet."""
    async with Simulation(at("2026-12-31T20:00"), exchanges, SLOW) as market:
        await market.go_to("2026-12-31T22:00")
        quiet = market.clock.now()
        last = market.row("XNAS").day_pct
        await market.go_to("2027-01-01T12:00")
        sessions = {session.exchange: session for session in market.board().sessions}
        assert "calendar ends on 2026-12-31" in (sessions.pop("XSHG").note or "")
        assert {session.state for session in sessions.values()} == {"holiday"}
        assert market.row("XNAS").day_pct == last == pytest.approx(growth("2026-12-31", "2026-12-30"))
        assert not any(market.provider.polls(exchange, quiet) for exchange in sessions)
        await market.go_to("2027-01-04T03:00")
        assert market.states()["XHKG"] == "open"
        assert market.row("XHKG").day_pct == pytest.approx(growth("2027-01-04", "2026-12-31"))


@pytest.mark.parametrize(
    ("exchange", "before", "after"),
    [
        ("XNAS", ("2026-10-30T13:30", "2026-10-30T20:00"), ("2026-11-02T14:30", "2026-11-02T21:00")),
        ("XAMS", ("2026-10-23T07:00", "2026-10-23T15:30"), ("2026-10-26T08:00", "2026-10-26T16:30")),
    ],
)
async def test_a_session_moves_by_an_hour_with_daylight_saving(
    exchanges: Exchanges, exchange: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    minute = dt.timedelta(minutes=1)
    start = at(before[0]) - minute
    async with Simulation(start, exchanges, SLOW) as market:
        for opening, close in (before, after):
            for edge, states in ((opening, ("shut", "open")), (close, ("open", "shut"))):
                for moment, state in zip((at(edge) - minute, at(edge) + minute), states, strict=True):
                    await market.go_to(f"{moment:%Y-%m-%dT%H:%M}")
                    assert (market.states()[exchange] == "open") == (state == "open"), moment
        polls = market.provider.polls(exchange, at(after[0]) - dt.timedelta(hours=3))
        assert polls[0] == at(after[0])
        assert market.row(exchange).day_pct == pytest.approx(growth(after[0][:10], before[0][:10]))
