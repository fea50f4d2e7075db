"""Weeks that hold what trips a monitor: an Asian holiday, a half day in New York, two changes to winter time.

Each is lived through on a clock that is advanced. The sessions stand here as exchanges publish them, in UTC,
so that nothing is compared with the calendar that the program itself uses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import pytest

from feed.feed import FeedSettings
from feed.sessions import Exchanges
from metrics.board import Board
from providers.base import Capability
from tests.feed.simulated import LINES, Simulation, at, by_hour
from tui.digest import digest
from widgets.format import Format

QUARTER = dt.timedelta(minutes=15)
SETTLE = dt.timedelta(minutes=10)
SETTINGS = FeedSettings(
    quotes=QUARTER.total_seconds(), fx=QUARTER.total_seconds(), settle=SETTLE.total_seconds(), tick=300.0
)

SHANGHAI = ("01:30-03:30", "05:00-07:00")
HONG_KONG = ("01:30-04:00", "05:00-08:00")
TOKYO = ("00:00-02:30", "03:30-06:30")
AMSTERDAM_SUMMER, AMSTERDAM = ("07:00-15:30",), ("08:00-16:30",)
NEW_YORK_SUMMER, NEW_YORK, NEW_YORK_HALF = ("13:30-20:00",), ("14:30-21:00",), ("14:30-18:00",)

Hours = Mapping[str, Mapping[str, tuple[str, ...]]]


def days(first: str, last: str, hours: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The same hours on each weekday of a span, both ends included."""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    every = (start + dt.timedelta(days=offset) for offset in range((end - start).days + 1))
    return {day.isoformat(): hours for day in every if day.weekday() < 5}


GOLDEN_WEEK: Hours = {
    "XSHG": days("2026-09-28", "2026-09-30", SHANGHAI),
    "XHKG": days("2026-09-28", "2026-09-30", HONG_KONG) | days("2026-10-02", "2026-10-02", HONG_KONG),
    "XTKS": days("2026-09-28", "2026-10-02", TOKYO),
    "XAMS": days("2026-09-28", "2026-10-02", AMSTERDAM_SUMMER),
    "XNAS": days("2026-09-28", "2026-10-02", NEW_YORK_SUMMER),
}
WINTER_TIME: Hours = {
    "XSHG": days("2026-10-23", "2026-11-03", SHANGHAI),
    "XHKG": days("2026-10-23", "2026-11-03", HONG_KONG),
    "XTKS": days("2026-10-23", "2026-11-02", TOKYO),  # the third is a holiday
    "XAMS": days("2026-10-23", "2026-10-23", AMSTERDAM_SUMMER) | days("2026-10-26", "2026-11-03", AMSTERDAM),
    "XNAS": days("2026-10-23", "2026-10-30", NEW_YORK_SUMMER) | days("2026-11-02", "2026-11-03", NEW_YORK),
}
THANKSGIVING: Hours = {
    "XSHG": days("2026-11-23", "2026-11-27", SHANGHAI),
    "XHKG": days("2026-11-23", "2026-11-27", HONG_KONG),
    "XTKS": days("2026-11-24", "2026-11-27", TOKYO),  # the twenty-third is a holiday
    "XAMS": days("2026-11-23", "2026-11-27", AMSTERDAM),
    "XNAS": days("2026-11-23", "2026-11-25", NEW_YORK) | {"2026-11-27": NEW_YORK_HALF},
}
WEEKS = {
    "golden week": ("2026-09-28", "2026-10-05", GOLDEN_WEEK),
    "winter time": ("2026-10-23", "2026-11-04", WINTER_TIME),
    "thanksgiving": ("2026-11-23", "2026-11-30", THANKSGIVING),
}


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(LINES)
    known.warm(at("2026-11-24"))
    return known


def spans(hours: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Each stretch of trading."""
    for day, stretches in hours.items():
        for stretch in stretches:
            opening, _, close = stretch.partition("-")
            yield at(f"{day}T{opening}"), at(f"{day}T{close}")


def expected_polls(hours: Mapping[str, tuple[str, ...]]) -> list[dt.datetime]:
    """Every quarter of an hour while an exchange trades, and once when the closing auction is over."""
    found = []
    for moment, close in spans(hours):
        while moment < close:
            found.append(moment)
            moment += QUARTER  # noqa: PLW2901 - it walks from the opening to the close
        found.append(close + SETTLE)
    return found


def expected_edges(hours: Hours) -> list[tuple[dt.datetime, str, bool]]:
    """Each opening and each end of trading, in their order, with whether the exchange trades from then on."""
    found = [
        (moment, exchange, opens)
        for exchange, sessions in hours.items()
        for span in spans(sessions)
        for moment, opens in zip(span, (True, False), strict=True)
    ]
    return sorted(found)


@pytest.mark.parametrize("week", WEEKS)
async def test_sessions_turn_at_each_edge_and_nothing_else_is_polled(exchanges: Exchanges, week: str) -> None:
    first, last, hours = WEEKS[week]
    start = at(first) - dt.timedelta(hours=2)  # what a start asks at once is over by then
    async with Simulation(start, exchanges, SETTINGS) as market:
        await market.clock.advance(3600)
        begun = market.clock.now()
        trading = dict.fromkeys(LINES, False)
        for moment, exchange, opens in expected_edges(hours):
            if moment > market.clock.now():
                assert {code: state == "open" for code, state in market.states().items()} == trading, moment
                await market.clock.advance((moment - market.clock.now()).total_seconds())
            trading[exchange] = opens
        assert {code: state == "open" for code, state in market.states().items()} == trading
        await market.clock.advance((at(last) - market.clock.now()).total_seconds() - 60)
        for exchange, sessions in hours.items():
            polls = [moment.replace(microsecond=0) for moment in market.provider.polls(exchange, begun)]
            assert by_hour(polls) == by_hour(expected_polls(sessions)), exchange
            assert polls == expected_polls(sessions), exchange
            closes = market.provider.times(Capability.CLOSES, exchange, begun)
            ends = [at(f"{day}T{stretches[-1].partition('-')[2]}") for day, stretches in sessions.items()]
            assert closes == [end + SETTLE for end in ends], exchange


@pytest.mark.parametrize(
    ("moment", "exchange", "state", "note"),
    [
        ("2026-10-01T02:00", "XSHG", "holiday", None),  # nobody publishes the names of Shanghai's
        ("2026-10-01T02:00", "XHKG", "holiday", "National Day"),
        ("2026-10-02T02:00", "XHKG", "open", None),
        ("2026-10-02T02:00", "XSHG", "holiday", None),
        ("2026-11-26T15:00", "XNAS", "holiday", "Thanksgiving"),
        ("2026-11-27T15:00", "XNAS", "open", "half day"),
        ("2026-11-27T18:30", "XNAS", "post", "half day"),
    ],
)
async def test_the_board_names_the_holiday_and_the_half_day(
    exchanges: Exchanges, moment: str, exchange: str, state: str, note: str | None
) -> None:
    async with Simulation(at(moment), exchanges, SETTINGS) as market:
        session = next(one for one in market.board().sessions if one.exchange == exchange)
        assert session.state == state
        assert note in (session.note or "") if note else session.note is None


@pytest.mark.parametrize(
    ("looked", "back", "moved", "still"),
    [
        # From Wednesday evening to Friday noon in Hong Kong: Shanghai rests.
        ("2026-09-30T09:00", "2026-10-02T03:00", ("Tencent", "Tel", "Nvidia"), ("Cambricon",)),
        # Over Thanksgiving: Asia and Europe moved, New York rested.
        ("2026-11-25T22:00", "2026-11-26T18:00", ("Cambricon", "Tencent", "Tel"), ("Nvidia",)),
        # A half day counts as a day.
        ("2026-11-27T12:00", "2026-11-27T20:00", ("Nvidia",), ("Cambricon", "Tencent", "Tel")),
        # A weekend, with a change of the clocks in it.
        ("2026-10-31T02:00", "2026-11-01T20:00", (), ("Cambricon", "Tencent", "Tel", "Asml", "Nvidia")),
    ],
)
async def test_the_digest_names_those_that_have_traded_and_no_other(
    exchanges: Exchanges, looked: str, back: str, moved: Sequence[str], still: Sequence[str]
) -> None:
    async with Simulation(at(looked), exchanges, SETTINGS) as market:
        before = market.board()
        await market.go_to(back)
        after = market.board()
    told = digest(before, after, Format())
    line = next(one for one in told if "oved" in one)
    assert not [name for name in still if name in line]
    assert grown(before, after) >= set(moved)
    assert bool(moved) == any(name in line for name in moved)
    assert not any("down" in one or "degraded" in one for one in told)


def grown(before: Board, after: Board) -> set[str]:
    """Whose value is another one."""
    known = {row.name: row.market_cap_usd for row in before.basket.constituents}
    return {row.name for row in after.basket.constituents if known.get(row.name) != row.market_cap_usd}
