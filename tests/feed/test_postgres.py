"""What only a server can get wrong. What both kinds of store do stands in the other tests, for both."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from feed.store import Store
from feed.store_errors import BadUrlError, ForeignError, UnreachableStoreError, UnwritableError
from feed.watch import Watch
from tests.feed.test_store import DAY, NOW, ONE_OF_EACH


def test_everything_that_a_file_keeps_a_server_keeps(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    store.save(ONE_OF_EACH, done={("closes:XHKG", DAY): NOW}, requests={"yahoo": 2}, day=DAY)
    store.save(ONE_OF_EACH, requests={"yahoo": 3}, day=DAY)
    assert set(store.records()) == set(ONE_OF_EACH)
    assert store.finished() == {("closes:XHKG", DAY): NOW}
    assert store.requests(DAY) == {"yahoo": 5}
    for step in range(8):
        store.save_headlines(NOW + step * dt.timedelta(seconds=15), {"x": float(step)})
    assert len(store.headlines(NOW, most=3)) in {3, 4}
    store.compact(NOW + dt.timedelta(days=31))
    assert [values["x"] for _, values in store.headlines(NOW)] == [3.0, 7.0]
    assert store.save_alert_states({"a": (0, b"x")}, DAY) == {"a"}
    assert store.save_alert_states({"a": (0, b"y")}, DAY) == frozenset()
    assert store.tape_days() == []
    assert set(store.records()) == set(ONE_OF_EACH)
    store.close()


def called(watch: Watch) -> None:
    """Look until the server has called: it does so a moment after the write."""
    while not watch.moved():
        continue


def test_a_write_calls_those_who_listen(postgres_url: str) -> None:
    writer, reader = Store.open(postgres_url), Store.open(postgres_url)
    watch = reader.watch()
    assert watch.moved()
    assert watch.fileno() is not None
    assert not watch.moved()
    writer.save(ONE_OF_EACH)
    called(watch)
    assert not watch.moved()
    watch.close()
    writer.close()
    reader.close()


def test_a_connection_that_was_cut_is_told_and_made_anew(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    watch = store.watch()
    watch.moved()
    admin = sa.create_engine(postgres_url)
    with admin.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.exec_driver_sql(f"{others} AND application_name = 'narrows'")
    with pytest.raises(UnreachableStoreError):
        called(watch)
    assert watch.moved()
    assert store.generation() == 0
    admin.dispose()
    watch.close()
    store.close()


def test_a_reader_never_writes(postgres_url: str) -> None:
    writer, reader = Store.open(postgres_url), Store.open(postgres_url, read_only=True)
    writer.save(ONE_OF_EACH)
    assert set(reader.records()) == set(ONE_OF_EACH)
    with pytest.raises(UnwritableError):
        reader.save([])
    writer.close()
    reader.close()


def test_tables_of_another_program_are_left_alone(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE songs (title TEXT)")
    with pytest.raises(ForeignError, match="songs"):
        Store.open(postgres_url)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["songs"]
    engine.dispose()


def test_no_message_shows_a_password() -> None:
    url = "postgresql+psycopg://narrows:very-secret@127.0.0.1:1/db"
    with pytest.raises(UnreachableStoreError) as caught:
        Store.open(url)
    assert "very-secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_server_needs_a_database_by_name() -> None:
    with pytest.raises(BadUrlError, match="database"):
        Store.open("postgresql+psycopg://localhost")
