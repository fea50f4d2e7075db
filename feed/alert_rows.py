"""States of alerts in the store. Every call is given a connection within a transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from feed.database import insert
from feed.schema import alerts


def states(connection: sa.Connection) -> dict[str, tuple[int, bytes]]:
    """Of each alert, by its key: the version of its state and what was kept."""
    columns = sa.select(alerts.c.key, alerts.c.version, alerts.c.body)
    return {key: (version, body) for key, version, body in connection.execute(columns)}


def replace(
    connection: sa.Connection, changed: Mapping[str, tuple[int, bytes]], day: dt.date
) -> frozenset[str]:
    """Replace states that are still of the version they were read in; the keys of which that was so."""
    return frozenset(
        key for key, (version, body) in changed.items() if _replaced(connection, key, version, body, day)
    )


def renew(connection: sa.Connection, keys: Collection[str], day: dt.date) -> None:
    """Note that somebody watches for these alerts on a day."""
    old = alerts.c.key.in_(keys) & (alerts.c.seen < day.toordinal())
    connection.execute(sa.update(alerts).where(old).values(seen=day.toordinal()))


def forget(connection: sa.Connection, before: dt.date) -> None:
    """Remove the states of alerts that nobody has watched for since a day."""
    connection.execute(sa.delete(alerts).where(alerts.c.seen < before.toordinal()))


def _replaced(connection: sa.Connection, key: str, version: int, body: bytes, day: dt.date) -> bool:
    row = {"key": key, "version": version + 1, "body": body, "seen": day.toordinal()}
    if version == 0:
        first = insert(connection, alerts).values(row).on_conflict_do_nothing()
        return connection.execute(first.returning(alerts.c.key)).one_or_none() is not None
    same = (alerts.c.key == key) & (alerts.c.version == version)
    return connection.execute(sa.update(alerts).where(same).values(row)).rowcount == 1
