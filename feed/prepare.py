"""Prepare: look at a database before touching it, make the tables, upgrade those of an older version.

Alembic (`feed/migrations`) is imported for an upgrade alone; a new store gets its tables as they are today.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from feed import schema
from feed.database import insert
from feed.store_errors import CorruptError, ForeignError, NewerSchemaError, UnwritableError

_LOCK = 0x6E6172726F7773
"""Of all advisory locks of a server, that of who makes or upgrades the tables."""


def version_of(connection: sa.Connection, where: str) -> int | None:
    """Version of the tables; `None` for an empty database.

    Raises:
        ForeignError: for a database of another program.
        NewerSchemaError: for a store of a newer version.
        CorruptError: for a store that does not say its version.
    """
    found = set(sa.inspect(connection).get_table_names())
    if not found:
        return None
    if schema.meta.name not in found:
        raise ForeignError(
            f"Store {where}: expected a store of Narrows, found a database of another program "
            f"(tables {', '.join(sorted(found)[:3])}); choose another file or database with --store."
        )
    query = sa.select(schema.meta.c.value).where(schema.meta.c.key == "schema")
    version: int | None = connection.execute(query).scalar_one_or_none()
    if version is None:
        raise CorruptError(
            f"Store {where}: it does not say its schema; move it away to begin a new one, or use --store."
        )
    if version > schema.VERSION:
        raise NewerSchemaError(
            f"Store {where}: expected schema {schema.VERSION} or older, found {version}; "
            "update Narrows, or choose another store with --store."
        )
    return version


def readable(version: int | None, where: str) -> None:
    """Check that a store of this version can be read as it is.

    Raises:
        UnwritableError: when its tables would have to be made or upgraded first.
    """
    if version != schema.VERSION:
        raise UnwritableError(
            f"Store {where}: expected schema {schema.VERSION}, found {version or 'none'}; "
            "let somebody who may write it open it once."
        )


def make(connection: sa.Connection, where: str) -> None:
    """Make or upgrade the tables within a transaction; look again first, others may do it too."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    version = version_of(connection, where)
    if version == schema.VERSION:
        return
    if version is None:
        _create(connection)
    else:
        upgrade(connection)
    mine = schema.meta.c.key == "schema"
    connection.execute(sa.update(schema.meta).where(mine).values(value=schema.VERSION))


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Run the revisions that a store has not seen. One without a note of any is of version 2 or older."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _create(connection: sa.Connection) -> None:
    schema.metadata.create_all(connection)
    rows = [{"key": "schema", "value": schema.VERSION}, {"key": "generation", "value": 0}]
    connection.execute(insert(connection, schema.meta).on_conflict_do_nothing(), rows)
    connection.execute(schema.revisions.insert(), {"version_num": str(schema.VERSION)})
