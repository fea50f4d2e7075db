"""Migrations: a store of any version becomes what a new one is, in place, and nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from feed import prepare, schema
from feed.store import Store
from feed.store_errors import NewerSchemaError, UnwritableError

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
DAY = NOW.toordinal()
TODAY = NOW.date()


def older(url: str, version: int) -> None:
    """A store as an earlier version of the program has left it, with a close in it."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        prepare.upgrade(connection, "2")
        kept = [{"key": "schema", "value": version}, {"key": "generation", "value": 7}]
        connection.execute(schema.meta.insert(), kept)
        close = sa.text("INSERT INTO closes VALUES ('A', :day, 12.5, 'HKD', NULL, NULL, 's')")
        connection.execute(close, {"day": DAY})
        connection.exec_driver_sql("DROP TABLE narrows_revision")
        if version == 1:
            connection.exec_driver_sql("DROP TABLE alerts")
    engine.dispose()


def differences(url: str) -> list[object]:
    """What the tables of a store have that `feed.schema` has not, and the reverse."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = list(compare_metadata(context, schema.metadata))
    engine.dispose()
    return found


def number(url: str, table: str, column: str, where: str = "1 = 1") -> object:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {column} FROM {table} WHERE {where}").scalar_one()  # noqa: S608 - of this file
    engine.dispose()
    return found


def test_a_new_store_has_the_tables_of_the_schema(store_url: str) -> None:
    Store.open(store_url).close()
    assert differences(store_url) == []
    assert number(store_url, "narrows_revision", "version_num") == str(schema.VERSION)


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_store_is_upgraded_in_place(store_url: str, version: int) -> None:
    older(store_url, version)
    store = Store.open(store_url)
    assert [record.source for record in store.records()] == ["s"]
    assert store.generation() == 7
    assert store.save_alert_states({"a": (0, b"one")}, TODAY) == {"a"}
    assert store.save([]) == 8
    store.close()
    assert differences(store_url) == []
    assert number(store_url, "narrows_meta", "value", "key = 'schema'") == schema.VERSION
    Store.open(store_url).close()


def test_an_alert_of_an_older_store_counts_as_watched_when_it_is_upgraded(store_url: str) -> None:
    older(store_url, 2)
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO alerts (key, version, body) VALUES ('a', 3, 'x')")
    engine.dispose()
    store = Store.open(store_url)
    store.compact(dt.datetime.now(dt.UTC))
    assert store.alert_states()["a"][0] == 3
    store.close()


def test_the_last_revision_is_the_version_of_the_schema() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "feed:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == str(schema.VERSION)


def test_a_newer_store_is_refused(store_url: str) -> None:
    Store.open(store_url).close()
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE narrows_meta SET value = 99 WHERE key = 'schema'")
    engine.dispose()
    with pytest.raises(NewerSchemaError, match="99"):
        Store.open(store_url)
    assert number(store_url, "narrows_meta", "value", "key = 'schema'") == 99


def test_a_reader_does_not_upgrade(store_url: str) -> None:
    older(store_url, 2)
    with pytest.raises(UnwritableError, match="found 2"):
        Store.open(store_url, read_only=True)
    assert number(store_url, "narrows_meta", "value", "key = 'schema'") == 2


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_alembic_is_imported_for_an_upgrade_alone(store_url: str) -> None:
    program = (
        "import sys; from feed.store import Store; Store.open(sys.argv[1]).close();"
        "Store.open(sys.argv[1]).close(); sys.exit('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, store_url], check=False)  # noqa: S603 - ourselves
    assert done.returncode == 0
