"""Sessions: what each exchange does at a named instant."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from feed.calendars import Calendar
from feed.sessions import Exchanges

CODES = ("XSHG", "XSHE", "XHKG", "XTKS", "XNYS", "XNAS")


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(CODES)
    known.warm(dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    return known


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("code", "when", "state", "next_change"),
    [
        # Hong Kong rests 12:00-13:00, Shanghai 11:30-13:00, Tokyo 11:30-12:30, local time.
        ("XHKG", "2026-11-24T03:59", "open", "2026-11-24T04:00"),
        ("XHKG", "2026-11-24T04:00", "lunch", "2026-11-24T05:00"),
        ("XHKG", "2026-11-24T05:00", "open", "2026-11-24T08:00"),
        ("XSHG", "2026-11-24T03:30", "lunch", "2026-11-24T05:00"),
        ("XTKS", "2026-11-24T02:30", "lunch", "2026-11-24T03:30"),
        ("XTKS", "2026-11-24T06:29", "open", "2026-11-24T06:30"),
        # Closed overnight until the next open.
        ("XSHG", "2026-11-24T07:00", "closed", "2026-11-25T01:30"),
        ("XHKG", "2026-11-27T20:00", "closed", "2026-11-30T01:30"),
        # Golden Week: Thursday 1 to Wednesday 7 October; Hong Kong rests on the first only.
        ("XSHG", "2026-10-01T02:00", "holiday", "2026-10-08T01:30"),
        ("XSHG", "2026-10-03T02:00", "closed", "2026-10-08T01:30"),
        ("XSHG", "2026-10-07T02:00", "holiday", "2026-10-08T01:30"),
        ("XHKG", "2026-10-02T02:00", "open", "2026-10-02T04:00"),
        # Chinese New Year: a half day in Hong Kong on the eve, then days without a session.
        ("XSHG", "2026-02-16T02:00", "holiday", "2026-02-24T01:30"),
        ("XHKG", "2026-02-16T03:00", "open", "2026-02-16T04:00"),
        ("XHKG", "2026-02-16T05:00", "closed", "2026-02-20T01:30"),
        ("XHKG", "2026-02-17T02:00", "holiday", "2026-02-20T01:30"),
        # The Friday after Thanksgiving: New York closes at 13:00, late trading ends at 17:00.
        ("XNYS", "2026-11-27T17:59", "open", "2026-11-27T18:00"),
        ("XNYS", "2026-11-27T18:00", "post", "2026-11-27T22:00"),
        ("XNYS", "2026-11-27T22:00", "closed", "2026-11-30T09:00"),
        ("XNYS", "2026-11-26T15:00", "holiday", "2026-11-27T09:00"),
        # Before and after hours, and Nasdaq by New York's calendar.
        ("XNAS", "2026-11-24T08:59", "closed", "2026-11-24T09:00"),
        ("XNAS", "2026-11-24T09:00", "pre", "2026-11-24T14:30"),
        ("XNAS", "2026-11-24T21:00", "post", "2026-11-25T01:00"),
        # Daylight saving: until 31 October New York opens at 13:30 UTC, from 2 November at 14:30.
        ("XNYS", "2026-10-30T13:30", "open", "2026-10-30T20:00"),
        ("XNYS", "2026-11-02T13:30", "pre", "2026-11-02T14:30"),
        ("XNYS", "2026-11-02T14:30", "open", "2026-11-02T21:00"),
    ],
)
def test_state_and_next_change(
    exchanges: Exchanges, code: str, when: str, state: str, next_change: str
) -> None:
    session = exchanges.state(code, at(when))
    assert (session.state, session.next_change) == (state, at(next_change))
    assert exchanges.is_open(code, at(when)) == (state == "open")


def test_notes_name_half_days_and_holidays(exchanges: Exchanges) -> None:
    assert exchanges.state("XNYS", at("2026-11-27T15:00")).note == "half day"
    assert exchanges.state("XNYS", at("2026-11-26T15:00")).note == "Thanksgiving"
    assert exchanges.state("XNYS", at("2026-11-24T15:00")).note is None


def test_an_open_session_says_when_it_began_and_what_closed_last(exchanges: Exchanges) -> None:
    session = exchanges.state("XHKG", at("2026-11-24T04:30"))
    assert session.opened == at("2026-11-24T01:30")
    assert session.last_close == at("2026-11-23T08:00")
    assert exchanges.state("XHKG", at("2026-11-24T08:00")).opened is None


def test_last_session_and_previous_close(exchanges: Exchanges) -> None:
    assert exchanges.last_session("XNYS", at("2026-11-27T17:59")) == dt.date(2026, 11, 25)
    assert exchanges.last_session("XNYS", at("2026-11-27T18:00")) == dt.date(2026, 11, 27)
    assert exchanges.previous_close("XSHG", at("2026-10-07T02:00")) == at("2026-09-30T07:00")


def test_a_session_says_when_it_went_on_after_lunch(exchanges: Exchanges) -> None:
    resumed = [
        exchanges.state("XHKG", at(f"2026-11-24T{time}")).resumed
        for time in ("03:59", "04:30", "05:00", "07:59", "08:00")
    ]
    assert resumed == [None, None, at("2026-11-24T05:00"), at("2026-11-24T05:00"), None]
    assert exchanges.state("XNAS", at("2026-11-24T18:00")).resumed is None


def test_traded_until_stops_at_lunch_and_close(exchanges: Exchanges) -> None:
    assert exchanges.traded_until("XHKG", at("2026-11-24T02:10")) == at("2026-11-24T02:10")
    assert exchanges.traded_until("XHKG", at("2026-11-24T04:30")) == at("2026-11-24T04:00")
    assert exchanges.traded_until("XHKG", at("2026-11-24T20:00")) == at("2026-11-24T08:00")


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2026-11-24T12:00", "2026-11-23"),  # Shanghai has closed Tuesday, New York has not
        ("2026-11-24T21:00", "2026-11-24"),
        ("2026-10-06T21:00", "2026-09-30"),  # Golden Week: New York went on alone
        ("2026-11-27T12:00", "2026-11-25"),  # Thanksgiving: Shanghai went on alone
    ],
)
def test_last_common_close(exchanges: Exchanges, when: str, day: str) -> None:
    assert exchanges.last_common_close(at(when)) == dt.date.fromisoformat(day)


def test_beyond_the_calendar_weekdays_are_assumed_and_said(exchanges: Exchanges) -> None:
    session = exchanges.state("XSHG", at("2031-06-03T02:00"))
    assert session.state == "open"
    assert session.next_change == at("2031-06-03T03:30")
    assert session.note is not None
    assert "calendar ends" in session.note
    assert exchanges.state("XSHG", at("2031-06-07T02:00")).state == "closed"


def test_before_the_calendar_there_are_sessions_too(exchanges: Exchanges) -> None:
    assert exchanges.last_session("XNYS", at("2015-06-03T12:00")) == dt.date(2015, 6, 2)


def test_the_seam_at_the_end_of_a_calendar_has_no_hole(exchanges: Exchanges) -> None:
    """Every instant around the end has a next change, and the states follow each other."""
    moment = at("2026-12-20T00:00")
    while moment < at("2027-01-20T00:00"):
        session = exchanges.state("XSHG", moment)
        assert session.next_change is not None
        assert session.next_change > moment
        assert exchanges.newest_close("XSHG", moment) is not None
        moment += dt.timedelta(hours=1)


class TestCache:
    NOON = dt.datetime(2026, 11, 24, 4, 30, tzinfo=dt.UTC)

    @pytest.fixture
    def cache(self, tmp_path: Path) -> Path:
        Exchanges(CODES, tmp_path / "calendars").warm(self.NOON)
        return tmp_path / "calendars"

    @pytest.fixture
    def no_building(self, monkeypatch: pytest.MonkeyPatch) -> None:

        def refuse(code: str) -> Calendar:
            raise AssertionError(f"{code} was built")

        monkeypatch.setattr("feed.sessions.build", refuse)

    @pytest.mark.usefixtures("cache", "no_building")
    def test_kept_calendars_say_the_same_and_nothing_is_built(
        self, cache: Path, exchanges: Exchanges
    ) -> None:
        kept = Exchanges(CODES, cache)
        for days in range(-40, 30):
            moment = self.NOON + dt.timedelta(days=days)
            assert kept.states(moment) == exchanges.states(moment)

    @pytest.mark.usefixtures("no_building")
    def test_the_first_time_another_process_builds_them(self, tmp_path: Path) -> None:
        known = Exchanges(["XSHG", "XSHE"], tmp_path / "calendars")
        known.warm(self.NOON)
        assert [session.state for session in known.states(self.NOON)] == ["lunch", "lunch"]

    def test_that_process_ends_when_its_parent_does(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "feed.calendar_build", str(tmp_path), "2026-11-24", *CODES]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own module
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(20) == 1

    @pytest.mark.parametrize("content", [b"", b"{half", b"{}", b"\xff\xfe", b"[1]"])
    def test_a_damaged_file_is_built_anew(self, cache: Path, content: bytes) -> None:
        (cache / "XSHG.json").write_bytes(content)
        assert Exchanges(["XSHG"], cache).state("XSHG", self.NOON).state == "lunch"
        assert (cache / "XSHG.json").read_bytes() != content

    @pytest.mark.usefixtures("cache", "no_building")
    def test_an_old_one_is_built_anew(self, cache: Path) -> None:
        with pytest.raises(AssertionError, match="XSHG was built"):
            Exchanges(["XSHG"], cache).state("XSHG", self.NOON + dt.timedelta(days=31))

    def test_a_folder_that_cannot_be_written_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        known = Exchanges(["XSHG"], tmp_path / "file" / "calendars")
        assert known.state("XSHG", self.NOON).state == "lunch"


def test_an_exchange_that_nobody_knows_is_assumed_to_trade_on_weekdays() -> None:
    session = Exchanges(["XXXX"]).state("XXXX", at("2026-11-24T12:00"))
    assert session.state == "open"
    assert session.note == "No published calendar: weekdays assumed."
