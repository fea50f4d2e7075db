"""What only a server can get wrong. What both kinds of store do stands in the other tests, for both."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import BadUrlError, ForeignError, UnreachableStoreError, UnwritableError
from feed.watch import Watch
from providers.market import Market
from providers.records import Quote
from tests.feed.support import TUESDAY_MORNING, Fake, close, line, universe, until
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


@pytest.fixture
def absent(postgres_url: str, tmp_path: Path) -> tuple[str, Callable[[], None]]:
    """A server that is not there yet, and what makes it appear."""
    url = sa.make_url(postgres_url)
    link = tmp_path / "socket"

    def appear() -> None:
        link.symlink_to(str(url.query["host"]))

    return url.update_query_dict({"host": str(link)}).render_as_string(hide_password=False), appear


def test_a_server_that_is_away_is_opened_by_the_first_call_that_reaches_it(
    absent: tuple[str, Callable[[], None]], postgres_url: str
) -> None:
    url, appear = absent
    store = Store.later(url)
    for _ in range(2):
        with pytest.raises(UnreachableStoreError, match="does not answer"):
            store.generation()
    opened = [store.reached]
    appear()
    assert store.save(ONE_OF_EACH) == 1
    assert [*opened, store.reached] == [False, True]
    store.close()
    again = Store.open(postgres_url)
    assert set(again.records()) == set(ONE_OF_EACH)
    again.close()


def test_what_turns_up_and_is_of_another_program_is_left_alone(
    absent: tuple[str, Callable[[], None]], postgres_url: str
) -> None:
    url, appear = absent
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE songs (title TEXT)")
    engine.dispose()
    store = Store.later(url)
    appear()
    with pytest.raises(ForeignError, match="songs"):
        store.save(ONE_OF_EACH)
    store.close()


async def test_a_feed_without_its_server_polls_nothing_and_goes_on_when_it_comes(
    absent: tuple[str, Callable[[], None]], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may poll that server: until it answers nobody knows."""
    monkeypatch.setattr("feed.follow.BEAT", 0.05)
    url, appear = absent
    clock = ManualClock(TUESDAY_MORNING)
    before = Store.open(postgres_url)
    before.save([close("0700.HK", TUESDAY_MORNING.date() - dt.timedelta(days=4), 590.0)])
    before.close()
    store = Store.later(url)
    source = Fake("first", clock, {"0700.HK": 600.0})
    feed = Feed(
        providers=[source], store=store, clock=clock, exchanges=Exchanges(["XHKG"]),
        universe=universe(line("0700.HK")), settings=FeedSettings(), mode="live",
    )  # fmt: skip
    markets: list[Market] = []
    running = asyncio.create_task(feed.run(markets.append))
    await until(lambda: bool(markets) and bool(markets[-1].sessions))
    await clock.advance(60)
    assert [remark.subject for remark in markets[-1].remarks] == ["store"]
    assert "does not answer" in markets[-1].remarks[0].text
    assert markets[-1].poller is not None
    assert (markets[-1].poller.role, markets[-1].poller.holder) == ("follows", None)
    assert source.requests == []
    appear()
    await until(lambda: bool(markets[-1].quotes))
    assert markets[-1].remarks == ()
    assert markets[-1].poller is not None
    assert markets[-1].poller.role == "polls"
    assert markets[-1].closes["0700.HK"].iloc[0] == 590.0
    await feed.close()
    await asyncio.wait([running])
    assert Quote in {type(record) for record in store.records()}
    store.close()


def test_a_server_needs_a_database_by_name() -> None:
    with pytest.raises(BadUrlError, match="database"):
        Store.open("postgresql+psycopg://localhost")
