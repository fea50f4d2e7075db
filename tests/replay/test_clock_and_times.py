"""The clock of a replay, and times of day as people write them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from feed.replay_clock import ReplayClock
from tui.replay_times import NotOnTapeError, instant_of

FIRST = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
LAST = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
HONG_KONG, NEW_YORK = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("America/New_York")


class Bench:
    """A clock whose real seconds the test counts."""

    def __init__(self, speed: float = 60.0, start: dt.datetime = FIRST) -> None:
        self.seconds = 0.0
        self.clock = ReplayClock(FIRST, LAST, start=start, speed=speed, ticks=lambda: self.seconds)
        self.clock.run()

    def wait(self, seconds: float) -> dt.datetime:
        self.seconds += seconds
        return self.clock.now()


def test_it_stands_until_it_is_let_go() -> None:
    clock = ReplayClock(FIRST, LAST, start=FIRST + HOUR, speed=60.0)
    assert (clock.now(), clock.stopped) == (FIRST + HOUR, True)


def test_it_runs_at_its_pace() -> None:
    bench = Bench()
    assert bench.wait(60) == FIRST + HOUR
    assert bench.clock.wait_until(FIRST + 2 * HOUR) == 60.0


def test_it_stands_while_stopped_and_goes_on_from_there() -> None:
    bench = Bench()
    bench.wait(60)
    bench.clock.stop()
    assert bench.wait(1_000) == FIRST + HOUR
    assert bench.clock.stopped
    assert bench.clock.wait_until(LAST) is None
    bench.clock.run()
    assert bench.wait(60) == FIRST + 2 * HOUR


def test_it_stops_at_the_end_and_then_begins_again() -> None:
    bench = Bench(start=FIRST + HOUR)
    assert bench.wait(10_000) == LAST
    assert bench.clock.stopped
    bench.clock.run()
    assert (bench.clock.now(), bench.clock.stopped) == (FIRST + HOUR, False)


def test_another_pace_counts_from_now() -> None:
    bench = Bench()
    bench.wait(60)
    bench.clock.pace(1)
    assert bench.clock.speed == 120.0
    assert bench.wait(30) == FIRST + 2 * HOUR
    bench.clock.pace(-99)
    assert bench.clock.speed == 1.0
    bench.clock.pace(99)
    assert bench.clock.speed == 3600.0


def test_a_pace_of_its_own_leads_to_the_next_of_the_list() -> None:
    bench = Bench(speed=45.0)
    bench.clock.pace(1)
    assert bench.clock.speed == 60.0
    bench.clock.pace(-1)
    assert bench.clock.speed == 30.0


def test_it_can_be_set_within_the_tape() -> None:
    bench = Bench(start=FIRST + HOUR)
    bench.clock.set(FIRST)
    assert bench.clock.now() == FIRST
    bench.clock.set(LAST + HOUR)
    assert bench.clock.now() == LAST
    bench.clock.set(FIRST - HOUR)
    assert bench.clock.now() == FIRST


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("02:15", dt.UTC, dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC)),
        ("10:15", HONG_KONG, dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC)),
        ("10:15:30", HONG_KONG, dt.datetime(2026, 11, 20, 2, 15, 30, tzinfo=dt.UTC)),
        ("21:15", NEW_YORK, dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC)),
        ("2026-11-20 10:15", HONG_KONG, dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC)),
        ("2026-11-20T02:15Z", HONG_KONG, dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC)),
    ],
)
def test_a_time_of_day_is_of_the_zone_in_use(text: str, zone: dt.tzinfo, expected: dt.datetime) -> None:
    assert instant_of(text, zone, FIRST, LAST) == expected


def test_of_several_days_the_one_at_hand_is_meant() -> None:
    last = LAST + 48 * HOUR
    assert instant_of("10:15", HONG_KONG, FIRST, last).day == 20
    assert instant_of("10:15", HONG_KONG, FIRST, last, near=FIRST + 24 * HOUR).day == 21


def test_the_hour_of_a_change_to_winter_time_is_found() -> None:
    first = dt.datetime(2026, 11, 1, 4, 0, tzinfo=dt.UTC)
    assert instant_of("01:30", NEW_YORK, first, first + 24 * HOUR).hour == 5
    assert instant_of("03:30", NEW_YORK, first, first + 24 * HOUR).hour == 8


@pytest.mark.parametrize("text", ["", "25:00", "noon", "10:15:30:40:50", "2026-13-01 10:00", "[/x]"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(NotOnTapeError, match=r"expected a time"):
        instant_of(text, dt.UTC, FIRST, LAST)


def test_a_time_that_the_tape_does_not_have_is_said_with_its_span() -> None:
    with pytest.raises(
        NotOnTapeError, match="from 2026-11-20 09:00 HKT to 2026-11-20 17:00 HKT, got '08:59'"
    ):
        instant_of("08:59", HONG_KONG, FIRST, LAST)
