"""Schedule: what is due, as a table of cases."""

from __future__ import annotations

import datetime as dt

import pytest

from feed.ledger import Ledger
from feed.schedule import FeedSettings, Job, Log, Trade, plan
from feed.sessions import Exchanges
from feed.tasks import trades
from providers.base import Capability
from tests.feed.support import line, universe

SETTINGS = FeedSettings()
QUOTES = Job(Capability.QUOTES, "XHKG")
CLOSES = Job(Capability.CLOSES, "XHKG")
FX = Job(Capability.FX)
VALUATIONS = Job(Capability.VALUATIONS)

OPENED = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
CLOSED = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
BEFORE = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def clock(text: str) -> dt.datetime:
    return dt.datetime.combine(OPENED.date(), dt.time.fromisoformat(text), dt.UTC)


def trading(now: dt.datetime) -> Trade:
    """Hong Kong at an instant of its session of 24 November, delayed by 15 minutes."""
    if now < CLOSED:
        lunch = clock("04:00") <= now < clock("05:00")
        return Trade("XHKG", not lunch, clock("04:00") if lunch else now, OPENED, BEFORE, 15.0)
    return Trade("XHKG", open=False, until=CLOSED, began=OPENED, closed=CLOSED, delay=15.0)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("02:00:00", None, True),  # never seen
        ("02:00:10", "02:00:00", False),  # ten seconds ago
        ("02:00:15", "02:00:00", True),  # an interval ago
        ("02:00:00", "01:59:50", True),  # on the beat that all exchanges share
        ("02:00:00", "01:00:00", True),  # not in this session
        ("04:10:00", "03:59:50", False),  # lunch: delayed prices have not caught up
        ("04:25:00", "03:59:50", True),  # lunch: now they have
        ("04:40:00", "04:25:00", False),  # lunch: seen
        ("08:10:00", "07:59:50", False),  # closed: the auction and the delay are still to come
        ("08:25:00", "07:59:50", True),  # once after the close
        ("20:00:00", "08:25:00", False),  # and never again
        ("20:00:00", "01:00:00", True),  # the whole session was missed
    ],
)
def test_quotes(now: str, last: str | None, due: bool) -> None:  # noqa: FBT001 - a column of the table
    moment = clock(now)
    log = {QUOTES: Log(answered=clock(last))} if last else {}
    assert (QUOTES in plan(moment, [trading(moment)], log, SETTINGS).due) == due


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("02:00:00", None, True),  # the start: yesterday's close
        ("02:00:00", "00:00:00", False),
        ("08:20:00", "00:00:00", False),  # not settled
        ("08:25:00", "00:00:00", True),
        ("20:00:00", "08:25:00", False),
    ],
)
def test_closes(now: str, last: str | None, due: bool) -> None:  # noqa: FBT001 - a column of the table
    moment = clock(now)
    log = {CLOSES: Log(answered=clock(last))} if last else {}
    assert (CLOSES in plan(moment, [trading(moment)], log, SETTINGS).due) == due


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("20:00:00", None, True),  # once at the start, whatever trades
        ("20:00:00", "10:00:00", False),  # nothing trades
        ("02:00:00", "01:59:30", False),
        ("02:00:00", "01:59:00", True),
    ],
)
def test_fx(now: str, last: str | None, due: bool) -> None:  # noqa: FBT001 - a column of the table
    moment = clock(now)
    log = {FX: Log(answered=clock(last))} if last else {}
    assert (FX in plan(moment, [trading(moment)], log, SETTINGS).due) == due


def test_valuations_every_six_hours() -> None:
    now = clock("12:00:00")
    assert VALUATIONS not in plan(now, [], {VALUATIONS: Log(answered=clock("06:00:01"))}, SETTINGS).due
    assert VALUATIONS in plan(now, [], {VALUATIONS: Log(answered=clock("06:00:00"))}, SETTINGS).due


def test_what_got_no_answer_is_asked_again_after_a_pause() -> None:
    log = {VALUATIONS: Log(asked=clock("11:58:00"))}
    assert VALUATIONS not in plan(clock("12:00:00"), [], log, SETTINGS).due
    assert VALUATIONS in plan(clock("12:03:00"), [], log, SETTINGS).due


def test_a_clock_set_back_does_not_stop_polling() -> None:
    moment = clock("02:00:00")
    future = Log(asked=clock("23:00:00"), answered=clock("23:00:00"))
    assert QUOTES in plan(moment, [trading(moment)], {QUOTES: future}, SETTINGS).due


def test_says_when_the_next_job_is_due() -> None:
    moment = clock("02:00:00")
    seen = Log(asked=clock("02:00:00"), answered=clock("02:00:00"))
    assert plan(moment, [trading(moment)], {QUOTES: seen}, SETTINGS).wake == clock("02:00:15")
    assert plan(moment, [], {VALUATIONS: Log(answered=moment)}, SETTINGS).wake == clock("08:00:00")
    assert plan(moment, [], {}, SETTINGS).wake is None


def test_a_week_with_holidays_asks_in_session_once_after_and_never_else() -> None:
    """From Monday 28 September 2026: Shanghai rests from Thursday on, Hong Kong on Thursday."""
    settings = FeedSettings(quotes=600)
    lines = [line("688256.SS", "XSHG"), line("0700.HK"), line("NVDA", "XNAS")]
    exchanges = Exchanges(one.exchange for one in lines)
    ledger = Ledger(universe(*lines))
    moment = dt.datetime(2026, 9, 28, tzinfo=dt.UTC)
    end = moment + dt.timedelta(days=7)
    last_friday = Log(answered=moment - dt.timedelta(days=2))
    log = {Job(Capability.QUOTES, code): last_friday for code in exchanges.codes}
    in_session, after = dict.fromkeys(exchanges.codes, 0), dict.fromkeys(exchanges.codes, 0)
    while moment < end:
        made = plan(moment, trades(exchanges, ledger, 15.0, {}, moment), log, settings)
        for job in made.due:
            log[job] = Log(asked=moment, answered=moment)
            if job.capability == Capability.QUOTES and job.exchange:
                counted = in_session if exchanges.is_open(job.exchange, moment) else after
                counted[job.exchange] += 1
        moment += dt.timedelta(minutes=1)
    # Hours of trading in the week, six polls an hour: 3 × 4 h, 4 × 5.5 h, 5 × 6.5 h.
    assert in_session["XSHG"] == pytest.approx(3 * 4 * 6, abs=6)
    assert in_session["XHKG"] == pytest.approx(4 * 5.5 * 6, abs=8)
    assert in_session["XNAS"] == pytest.approx(5 * 6.5 * 6, abs=5)
    # Once in each lunch break and once after each close.
    assert after == {"XSHG": 3 * 2, "XHKG": 4 * 2, "XNAS": 5}
