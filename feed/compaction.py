"""Compaction: how long the store keeps what. Every call is given a connection within a transaction."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from feed import alert_rows, headline_rows, tape_store
from feed.schema import facts, jobs

KEEP_POLLS = dt.timedelta(days=30)
KEEP_MINUTES = dt.timedelta(days=180)
KEEP_DAILY_VALUATIONS = dt.timedelta(days=100)
KEEP_UNWATCHED = dt.timedelta(days=30)

_WEEK = 7


def compact(connection: sa.Connection, now: dt.datetime) -> None:
    """Thin what is old: headlines to one a minute, then a day; valuations to one a week. Closes stay.

    The tape and the log of finished jobs go after a month, but not what has been filled; so do the states of
    alerts that nobody watches for any more.
    """
    headline_rows.thin(connection, now - KEEP_POLLS, now - KEEP_MINUTES)
    tape_store.forget(connection, now - KEEP_POLLS)
    alert_rows.forget(connection, (now - KEEP_UNWATCHED).date())
    old = (facts.c.kind == "Valuation") & (facts.c.day < (now - KEEP_DAILY_VALUATIONS).toordinal())
    newest = sa.select(sa.func.max(facts.c.key)).where(old).group_by(facts.c.subject, facts.c.day // _WEEK)
    connection.execute(sa.delete(facts).where(old, facts.c.key.not_in(newest)))
    over = jobs.c.day < (now - KEEP_POLLS).toordinal()
    connection.execute(sa.delete(jobs).where(over, jobs.c.job.not_like("fill:%")))
