"""Headlines of each poll in the store: written, read in as many steps as a chart can show, thinned with age.

A row is JSON, compressed, with nine digits of each figure: a third of what it would be otherwise. Every call
is given a connection within a transaction.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from feed.database import insert
from feed.identity import instant, microseconds
from feed.schema import headlines

MINUTE = 60_000_000
DAY = 86_400_000_000

_values = msgspec.json.Decoder(dict[str, float])


def packed(values: Mapping[str, float]) -> bytes:
    """Figures by path, as a row keeps them."""
    return zlib.compress(msgspec.json.encode({path: float(f"{value:.9g}") for path, value in values.items()}))


def unpacked(body: bytes) -> dict[str, float]:
    """The reverse; rows of earlier versions are plain JSON."""
    return _values.decode(body if body.startswith(b"{") else zlib.decompress(body))


def save(connection: sa.Connection, at: dt.datetime, values: Mapping[str, float]) -> None:
    """Keep the headlines of an instant, by path."""
    row = {"at": microseconds(at), "body": packed(values)}
    statement = insert(connection, headlines)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["at"], set_={"body": statement.excluded.body}), [row]
    )


def read(
    connection: sa.Connection, since: dt.datetime, most: int
) -> list[tuple[dt.datetime, dict[str, float]]]:
    """Headlines from `since` on, oldest first; if more than `most`, the last of each of as many steps."""
    at = headlines.c.at
    start = microseconds(since)
    newest, count = connection.execute(sa.select(sa.func.max(at), sa.func.count()).where(at >= start)).one()
    query = sa.select(at, headlines.c.body).where(at >= start).order_by(at)
    if count > most:
        oldest = connection.execute(sa.select(sa.func.min(at)).where(at >= start)).scalar_one()
        query = query.where(at.in_(_last_of_each((newest - oldest) // most + 1, at >= start)))
    return [(instant(when), unpacked(body)) for when, body in connection.execute(query)]


def thin(connection: sa.Connection, polls: dt.datetime, minutes: dt.datetime) -> None:
    """Keep all from `polls` on, before that one a minute, before `minutes` one a day."""
    at = headlines.c.at
    late, early = microseconds(polls), microseconds(minutes)
    for step, when in ((MINUTE, (at < late) & (at >= early)), (DAY, at < early)):
        connection.execute(sa.delete(headlines).where(when, at.not_in(_last_of_each(step, when))))


def _last_of_each(step: int, where: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    at = headlines.c.at
    return sa.select(sa.func.max(at)).where(where).group_by(at // step)
