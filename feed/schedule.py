"""Schedule: what is due when. Pure: from sessions and a log of what was asked to the jobs that are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from providers.base import Capability

DAILY = (
    Capability.SCORES,
    Capability.CAPEX,
    Capability.FUNDAMENTALS,
    Capability.SHARES,
    Capability.EVENTS,
    Capability.MARKS,
    Capability.FX_HISTORY,
)


@dataclass(frozen=True, kw_only=True)
class FeedSettings:
    """Intervals in seconds of the clock in use; `answer`, `patience` and `tick` in real seconds.

    Attributes:
        quotes: Between two polls of an exchange in session.
        settle: From the end of trading to the last poll: the closing auction takes up to ten minutes.
        cross_check: Between two questions to a second source about lines that another serves.
        assumed_delay_minutes: Of an exchange whose prices have not been seen yet.
        retry: Between two tries of a job other than quotes and FX that got no answer.
        answer: The longest wait for one answer of a provider.
        patience: How long a poll waits for its slower answers before the others are published.
        slice: Lines per step of the first fill of closes.
        look: Between two looks at what another process has polled, in real seconds whatever the clock.
        tick: The longest sleep, so that a woken machine or a changed clock is noticed.
    """

    quotes: float = 15.0
    fx: float = 60.0
    valuations: float = 6 * 3600.0
    daily: float = 24 * 3600.0
    settle: float = 600.0
    cross_check: float = 600.0
    assumed_delay_minutes: float = 15.0
    retry: float = 300.0
    answer: float = 30.0
    patience: float = 0.5
    slice: int = 10
    tick: float = 5.0
    look: float = 0.25


class Job(NamedTuple):
    """One thing to ask for; `exchange` where it goes by exchange."""

    capability: Capability
    exchange: str | None = None


class Log(NamedTuple):
    """When a job was last asked, and when the question was asked that last got an answer."""

    asked: dt.datetime | None = None
    answered: dt.datetime | None = None


class Trade(NamedTuple):
    """Where an exchange stands: whether it trades, and until when it last did.

    `began` is the start of its newest session, `closed` the close of its newest finished one, `delay` that of
    its prices in minutes: the longer of what their sources declare and what is measured.
    """

    exchange: str
    open: bool
    until: dt.datetime | None
    began: dt.datetime | None
    closed: dt.datetime | None
    delay: float


class Plan(NamedTuple):
    """The jobs that are due, and the instant at which the next will be, where that is known."""

    due: tuple[Job, ...]
    wake: dt.datetime | None


def plan(
    now: dt.datetime,
    trades: Iterable[Trade],
    log: Mapping[Job, Log],
    settings: FeedSettings,
) -> Plan:
    """What is due at `now`.

    Quotes: on every beat of `quotes` seconds while the exchange trades, the same beat for all, so that
    exchanges which opened at different times share their requests; once when trading has ended, in a lunch
    break too, as soon as delayed prices have caught up; at once when nothing of the newest session was seen.
    FX: every `fx` while anything trades, and once at the start. Closes: once the session has settled. All
    else: by interval.
    """
    due: list[Job] = []
    wake: dt.datetime | None = None
    trades = tuple(trades)
    for when, job in _instants(now, trades, log, settings):
        tried = log.get(job, Log()).asked
        prompt = job.capability in {Capability.QUOTES, Capability.FX}
        if tried is not None and tried <= now:
            retry = tried + dt.timedelta(seconds=settings.retry)
            when = max(when, _beat_after(tried, settings.quotes) if prompt else retry)  # noqa: PLW2901 - the later of two reasons
        if when <= now:
            due.append(job)
        else:
            wake = min(wake or when, when)
    return Plan(tuple(dict.fromkeys(due)), wake)


def _instants(
    now: dt.datetime, trades: tuple[Trade, ...], log: Mapping[Job, Log], settings: FeedSettings
) -> Iterator[tuple[dt.datetime, Job]]:
    """Each job with the instant from which it is due."""

    def after(job: Job, interval: float) -> dt.datetime:
        last = _answered(job, log, now)
        return now if last is None else last + dt.timedelta(seconds=interval)

    for trade in trades:
        yield from _of_exchange(now, trade, log, settings)
    fx = Job(Capability.FX)
    if any(trade.open for trade in trades) or _answered(fx, log, now) is None:
        yield after(fx, settings.fx), fx
    yield after(Job(Capability.VALUATIONS), settings.valuations), Job(Capability.VALUATIONS)
    for capability in DAILY:
        yield after(Job(capability), settings.daily), Job(capability)


def _of_exchange(
    now: dt.datetime, trade: Trade, log: Mapping[Job, Log], settings: FeedSettings
) -> Iterator[tuple[dt.datetime, Job]]:
    quotes = Job(Capability.QUOTES, trade.exchange)
    last = _answered(quotes, log, now)
    if last is None or (trade.began is not None and last < trade.began):
        yield now, quotes
    elif trade.open:
        yield _beat_after(last, settings.quotes), quotes
    elif trade.until is not None and last < (settled := _settled(trade.until, trade, settings)):
        yield settled, quotes
    if trade.closed is not None:
        closes = Job(Capability.CLOSES, trade.exchange)
        last, settled = _answered(closes, log, now), _settled(trade.closed, trade, settings)
        if last is None or last < settled:
            yield settled, closes


def _beat_after(moment: dt.datetime, seconds: float) -> dt.datetime:
    """The first beat after a moment; beats are whole multiples of the interval since 1970."""
    at = moment.timestamp()
    return moment + dt.timedelta(seconds=seconds - at % seconds)


def _answered(job: Job, log: Mapping[Job, Log], now: dt.datetime) -> dt.datetime | None:
    """When it was last answered; an answer from the future is one of a clock that has been set back."""
    moment = log.get(job, Log()).answered
    return None if moment is None or moment > now else moment


def _settled(end: dt.datetime, trade: Trade, settings: FeedSettings) -> dt.datetime:
    return end + dt.timedelta(seconds=settings.settle, minutes=trade.delay)
