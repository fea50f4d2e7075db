"""The tape in the store: rows are only added, and go with the polls of their days.

Every call is given a connection within a transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa

from feed.identity import instant, microseconds
from feed.schema import tape
from feed.tape_frames import TapeRow

DAY = dt.timedelta(days=1)
_BATCH = 500


class TapeDay(NamedTuple):
    """What the tape holds of one UTC day: its frames, the instants of the first and last, and the bytes."""

    day: dt.date
    frames: int
    first: dt.datetime
    last: dt.datetime
    size: int


def append(connection: sa.Connection, rows: Iterable[TapeRow]) -> None:
    """Add frames.

    One that is there already is left out: of a write whose answer was lost nobody knows that it was done.
    So is the rest of a reel that another process has gone on with.
    """
    values, lost = [], set[str]()
    for row in rows:
        mine = (tape.c.reel == row.reel) & (tape.c.number == row.number)
        held = connection.execute(sa.select(tape.c.body).where(mine)).scalar_one_or_none()
        if held is not None and held != row.body:
            lost.add(row.reel)
        elif held is None and row.reel not in lost:
            values.append(row._asdict())
    for start in range(0, len(values), _BATCH):
        connection.execute(sa.insert(tape), values[start : start + _BATCH])


def rows(connection: sa.Connection, first: dt.date, last: dt.date) -> Iterator[TapeRow]:
    """The frames of the reels that began on these UTC days, in the order in which they began."""
    begun = tape.alias("begun")
    query = (
        sa.select(tape.c.reel, tape.c.number, tape.c.at, tape.c.body)
        .join(begun, (begun.c.reel == tape.c.reel) & (begun.c.number == 0))
        .where(begun.c.at >= _midnight(first), begun.c.at < _midnight(last + DAY))
        .order_by(begun.c.at, tape.c.reel, tape.c.number)
    )
    for row in connection.execution_options(yield_per=_BATCH).execute(query):
        yield TapeRow(*row)


def newest(connection: sa.Connection, most: int) -> list[TapeRow]:
    """The reel of the newest frame, whole; nothing where it has more than `most` polls."""
    last = sa.select(tape.c.reel, tape.c.number).order_by(tape.c.at.desc(), tape.c.number.desc()).limit(1)
    found = connection.execute(last).one_or_none()
    if found is None or found.number > most:
        return []
    query = sa.select(tape.c.reel, tape.c.number, tape.c.at, tape.c.body).where(tape.c.reel == found.reel)
    return [TapeRow(*row) for row in connection.execute(query.order_by(tape.c.number))]


def days(connection: sa.Connection) -> list[TapeDay]:
    """The UTC days on the tape, ascending."""
    number = tape.c.at // sa.literal_column(str(int(DAY.total_seconds() * 1_000_000)))
    size = sa.func.sum(sa.func.length(tape.c.body))
    query = (
        sa.select(number, sa.func.count(), sa.func.min(tape.c.at), sa.func.max(tape.c.at), size)
        .group_by(number)
        .order_by(number)
    )
    return [
        TapeDay(instant(first).date(), count, instant(first), instant(last), int(bytes_))
        for _, count, first, last, bytes_ in connection.execute(query)
    ]


def forget(connection: sa.Connection, before: dt.datetime) -> None:
    """Remove the reels that began before an instant, whole, and frames that have lost their base."""
    limit = microseconds(before)
    old = sa.select(tape.c.reel).where(tape.c.number == 0, tape.c.at < limit)
    orphaned = tape.c.at < microseconds(before - 2 * DAY)
    connection.execute(sa.delete(tape).where(tape.c.reel.in_(old) | orphaned))


def _midnight(day: dt.date) -> int:
    return microseconds(dt.datetime.combine(day, dt.time(), dt.UTC))
