"""Sessions: whether an exchange trades now, and when that changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from feed import calendar_cache
from feed.calendar_build import build_apart
from feed.calendars import SAME_CALENDAR, SATURDAY, Calendar, build
from feed.trading import Trading
from providers.market import Session, SessionState

US_PRE = dt.time(4)
US_POST = dt.time(20)
US_POST_HALF_DAY = dt.time(17)
_US = "XNYS"


class Exchanges:
    """The exchanges of a universe. Each calendar is built once, when first asked for, not at construction.

    `cache` is a folder in which calendars are kept from run to run; with it `warm` has another process build
    what is not there.
    """

    def __init__(self, codes: Iterable[str], cache: Path | None = None) -> None:
        self.codes = tuple(dict.fromkeys(codes))
        self._cache = cache
        self._calendars: dict[str, Calendar] = {}

    def warm(self, at: dt.datetime) -> None:
        """Have every calendar ready; seconds of work that may run in a thread. `at` is now."""
        if self._cache and (missing := self._not_kept(self._cache, at.date())):
            build_apart(self._cache, missing, at.date())
        for code in self.codes:
            self._calendar(code, at)

    def state(self, code: str, at: dt.datetime) -> Session:
        """State of an exchange at an instant.

        `next_change` of a closed exchange is when it next opens (or its pre-market does): that midnight turns
        a holiday into a weekend is no change. A note names the holiday, the half day, or a calendar's end.
        """
        calendar = self._calendar(code, at)
        newest, coming = calendar.around(at)
        finished = calendar.finished(at)

        def session(state: SessionState, until: dt.datetime | None, note: str | None) -> Session:
            within = newest is not None and at < newest.close
            rest = newest.rest if newest is not None and within else None
            return Session(
                exchange=code,
                state=state,
                next_change=until,
                last_close=finished.close if finished else None,
                opened=newest.open if newest and within else None,
                resumed=rest[1] if rest is not None and at >= rest[1] else None,
                note=note,
            )

        if newest is not None and at < newest.close:
            resting = newest.rest is not None and newest.rest[0] <= at < newest.rest[1]
            return session("lunch" if resting else "open", _next_within(newest, at), _note(calendar, newest))
        opening = coming.open if coming else None
        if SAME_CALENDAR.get(code, code) == _US:
            if newest is not None and at < (end := _post_end(calendar, newest)):
                return session("post", end, _note(calendar, newest))
            if coming is not None:
                opening = _local(calendar, coming.day, US_PRE)
                if opening <= at:
                    return session("pre", coming.open, _note(calendar, coming))
        day = at.astimezone(calendar.zone).date()
        traded = any(one is not None and one.day == day for one in (newest, coming))
        if not traded and day.weekday() < SATURDAY and calendar.knows(day):
            return session("holiday", opening, calendar.holidays.get(day))
        return session("closed", opening, _gap(calendar, coming))

    def states(self, at: dt.datetime) -> tuple[Session, ...]:
        """State of every exchange, in the order given."""
        return tuple(self.state(code, at) for code in self.codes)

    def is_open(self, code: str, at: dt.datetime) -> bool:
        """Whether the exchange trades; not in its lunch break, nor before or after hours."""
        newest, _ = self._calendar(code, at).around(at)
        if newest is None or at >= newest.close:
            return False
        return newest.rest is None or not newest.rest[0] <= at < newest.rest[1]

    def traded_until(self, code: str, at: dt.datetime) -> dt.datetime | None:
        """The newest instant, not after `at`, at which the exchange traded: `at` itself while it is open."""
        newest, _ = self._calendar(code, at).around(at)
        if newest is None or at >= newest.close:
            return newest.close if newest else None
        return newest.rest[0] if newest.rest and newest.rest[0] <= at < newest.rest[1] else at

    def newest_session(self, code: str, at: dt.datetime) -> Trading | None:
        """The newest session that has opened at `at`, finished or not."""
        return self._calendar(code, at).around(at)[0]

    def newest_close(self, code: str, at: dt.datetime) -> dt.datetime | None:
        """When the newest finished session closed, if one is known."""
        finished = self._calendar(code, at).finished(at)
        return finished.close if finished else None

    def last_session(self, code: str, at: dt.datetime) -> dt.date:
        """Day of the newest session that has closed at `at`.

        Raises:
            LookupError: when no session is known on the days before; none is that far back.
        """
        return self._finished(code, at).day

    def previous_close(self, code: str, at: dt.datetime) -> dt.datetime:
        """When the newest finished session closed. Errors as `last_session`."""
        return self._finished(code, at).close

    def last_common_close(self, at: dt.datetime, codes: tuple[str, ...] = ("XSHG", "XNYS")) -> dt.date | None:
        """The newest day on which all of `codes` held a session that has closed at `at`, if there is one."""
        moments = dict.fromkeys(codes, at)
        for _ in range(60):
            found = {code: self._calendar(code, moment).finished(moment) for code, moment in moments.items()}
            days = [session.day for session in found.values() if session is not None]
            if len(days) < len(codes):
                return None
            if len(set(days)) == 1:
                return days[0]
            for code, session in found.items():
                if session is not None and session.day > min(days):
                    moments[code] = session.open
        return None

    def _not_kept(self, cache: Path, today: dt.date) -> list[str]:
        """Calendars that the cache lacks; the others are taken from it."""
        wanted = dict.fromkeys(SAME_CALENDAR.get(code, code) for code in self.codes)
        found = {key: calendar_cache.load(cache, key, today) for key in wanted}
        self._calendars |= {key: calendar for key, calendar in found.items() if calendar is not None}
        return [key for key, calendar in found.items() if calendar is None]

    def _finished(self, code: str, at: dt.datetime) -> Trading:
        session = self._calendar(code, at).finished(at)
        if session is None:
            raise LookupError(f"No session of {code} is known before {at:%Y-%m-%d}.")
        return session

    def _calendar(self, code: str, at: dt.datetime) -> Calendar:
        key = SAME_CALENDAR.get(code, code)
        calendar = self._calendars.get(key)
        if calendar is None:
            calendar = calendar_cache.load(self._cache, key, at.date()) if self._cache else None
            if calendar is None:
                calendar = build(key)
                if self._cache:
                    calendar_cache.keep(self._cache, key, calendar, at.date())
            self._calendars[key] = calendar
        return calendar


def _next_within(session: Trading, at: dt.datetime) -> dt.datetime:
    edges: tuple[dt.datetime, ...] = (*(session.rest or ()), session.close)
    return next(edge for edge in edges if edge > at)


def _post_end(calendar: Calendar, session: Trading) -> dt.datetime:
    end = US_POST_HALF_DAY if session.half else US_POST
    return _local(calendar, session.day, end)


def _local(calendar: Calendar, day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, calendar.zone).astimezone(dt.UTC)


def _note(calendar: Calendar, session: Trading) -> str | None:
    return "half day" if session.half else _gap(calendar, session)


def _gap(calendar: Calendar, session: Trading | None) -> str | None:
    return calendar.gap if session is not None and session.assumed else None
