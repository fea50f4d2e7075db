"""States of alerts in the store. Every call is given a connection within a transaction."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from feed.database import insert
from feed.schema import alerts


def states(connection: sa.Connection) -> dict[str, tuple[int, bytes]]:
    """Of each alert, by its key: the version of its state and what was kept."""
    return {key: (version, body) for key, version, body in connection.execute(sa.select(alerts))}


def replace(connection: sa.Connection, changed: Mapping[str, tuple[int, bytes]]) -> frozenset[str]:
    """Replace states that are still of the version they were read in; the keys of which that was so."""
    return frozenset(
        key for key, (version, body) in changed.items() if _replaced(connection, key, version, body)
    )


def _replaced(connection: sa.Connection, key: str, version: int, body: bytes) -> bool:
    row = {"key": key, "version": version + 1, "body": body}
    if version == 0:
        first = insert(connection, alerts).values(row).on_conflict_do_nothing()
        return connection.execute(first.returning(alerts.c.key)).one_or_none() is not None
    same = (alerts.c.key == key) & (alerts.c.version == version)
    return connection.execute(sa.update(alerts).where(same).values(row)).rowcount == 1
