"""Trading sessions of one exchange, from `exchange_calendars`, as plain sorted numbers.

A published calendar ends (Shanghai's with the year for which the holidays are announced) and a few cannot be
built. There the regular hours on weekdays are assumed, and the note says so: polling on an unknown holiday
costs a request, being blind on a trading day costs the product.
"""

from __future__ import annotations

import datetime as dt
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from feed.trading import Sessions, Trading

if TYPE_CHECKING:
    import pandas as pd

START = dt.date(2023, 12, 1)
"""Sessions are known from here; a calendar over its whole range takes seconds to build."""

SATURDAY = 5
_MARGIN = dt.timedelta(days=12)

SAME_CALENDAR: dict[str, str] = {
    "XSHE": "XSHG", "XSSC": "XSHG", "XSEC": "XSHG", "BJSE": "XSHG",
    "XNAS": "XNYS", "XNGS": "XNYS", "XNMS": "XNYS", "XASE": "XNYS", "ARCX": "XNYS", "BATS": "XNYS",
    "OTCM": "XNYS", "ROCO": "XTAI", "XKOS": "XKRX", "XTSX": "XTSE", "XNSE": "XBOM", "XGEM": "XHKG",
    "XJPX": "XTKS", "MTAA": "XMIL",
}  # fmt: skip
"""Market identifier codes that trade by the calendar of another."""


@dataclass(frozen=True)
class Hours:
    """Regular hours in local time."""

    open: dt.time
    close: dt.time
    rest: tuple[dt.time, dt.time] | None = None


@dataclass(frozen=True)
class Calendar:
    """Sessions of one exchange; `gap` says in words what is not known from a published calendar."""

    zone: ZoneInfo
    hours: Hours
    sessions: Sessions = field(default_factory=Sessions)
    holidays: dict[dt.date, str] = field(default_factory=dict)
    first: dt.date = dt.date.max
    last: dt.date = dt.date.min
    gap: str = "No published calendar: weekdays assumed."

    def around(self, at: dt.datetime) -> tuple[Trading | None, Trading | None]:
        """The newest session that has opened at `at`, and the next one."""
        index = self.sessions.opened(at)
        if 0 < index < len(self.sessions):
            return self.sessions[index - 1], self.sessions[index]
        window = self._window(at)
        index = bisect_right(window, at, key=lambda session: session.open)
        return window[index - 1] if index else None, window[index] if index < len(window) else None

    def finished(self, at: dt.datetime) -> Trading | None:
        """The newest session that has closed at `at`."""
        newest, _ = self.around(at)
        if newest is None or newest.close <= at:
            return newest
        return self.around(newest.open - dt.timedelta(microseconds=1))[0]

    def knows(self, day: dt.date) -> bool:
        """Whether the day lies within the published calendar."""
        return self.first <= day <= self.last

    def _window(self, at: dt.datetime) -> list[Trading]:
        """Sessions of the days around `at`, assumed where the published calendar does not reach."""
        day = (at - _MARGIN).date()
        found = self.sessions.between(day, (at + _MARGIN).date())
        for _ in range(2 * _MARGIN.days + 1):
            if day.weekday() < SATURDAY and not self.knows(day):
                found.append(self._assume(day))
            day += dt.timedelta(days=1)
        return sorted(found, key=lambda session: session.open)

    def _assume(self, day: dt.date) -> Trading:
        rest = self.hours.rest
        return Trading(
            day=day,
            open=self._utc(day, self.hours.open),
            close=self._utc(day, self.hours.close),
            rest=(self._utc(day, rest[0]), self._utc(day, rest[1])) if rest else None,
            assumed=True,
        )

    def _utc(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


def build(code: str) -> Calendar:
    """The calendar of an exchange by market identifier code. Takes 0.1 s; Korea, and the first call, 1 s."""
    import exchange_calendars as xc
    from exchange_calendars.errors import CalendarError

    with warnings.catch_warnings():
        # Its holiday rules use what newer versions of pandas deprecate.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            source = xc.get_calendar(SAME_CALENDAR.get(code, code), start=START.isoformat())
        except (CalendarError, ValueError):
            return Calendar(zone=ZoneInfo("UTC"), hours=Hours(dt.time(8), dt.time(20)))
        return _published(source)


def _published(source: Any) -> Calendar:
    early = {stamp.date() for stamp in source.early_closes}
    sessions = Sessions.of(_sessions(source.schedule, early))
    last = source.last_session.date()
    return Calendar(
        zone=source.tz,
        hours=_regular(source),
        sessions=sessions,
        holidays=_names(source),
        first=source.first_session.date(),
        last=last,
        gap=f"The published calendar ends on {last}: weekdays assumed.",
    )


def _sessions(schedule: pd.DataFrame, early: set[dt.date]) -> list[Trading]:
    found: list[Trading] = []
    for row in schedule.itertuples():
        day = _moment(row.Index).date()
        start, end = _time(row.break_start), _time(row.break_end)
        found.append(
            Trading(
                day=day,
                open=_moment(row.open),
                close=_moment(row.close),
                rest=(start, end) if start and end else None,
                half=day in early,
            )
        )
    return found


def _moment(stamp: Any) -> dt.datetime:
    moment: dt.datetime = stamp.to_pydatetime()
    return moment


def _time(stamp: Any) -> dt.datetime | None:
    return None if stamp != stamp else _moment(stamp)  # noqa: PLR0124 - NaT is the only value unequal to itself


def _regular(source: Any) -> Hours:
    def last(times: Any) -> dt.time | None:
        found: dt.time | None = times[-1][1] if times else None
        return found

    start, end = last(source.break_start_times), last(source.break_end_times)
    return Hours(
        open=source.open_times[-1][1],
        close=source.close_times[-1][1],
        rest=(start, end) if start and end else None,
    )


def _names(source: Any) -> dict[dt.date, str]:
    if source.regular_holidays is None:
        return {}
    named = source.regular_holidays.holidays(source.first_session, source.last_session, return_name=True)
    return {stamp.date(): str(name) for stamp, name in named.items()}
