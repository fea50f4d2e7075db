"""Store: what is remembered, what never is, and files that are not to be touched."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from feed import prepare
from feed.store import Store
from feed.store_errors import (
    AbsentError,
    BadUrlError,
    BusyError,
    CorruptError,
    ForeignError,
    NewerSchemaError,
    UnwritableError,
)
from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    Event,
    FxAverage,
    FxRate,
    IndexVersion,
    ModelScore,
    PrivateMark,
    Quote,
    ShareCount,
    Split,
    Valuation,
)
from tests.feed.support import close, quote, rate

NOW = dt.datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 23)
MINUTE = dt.timedelta(minutes=1)

ONE_OF_EACH: tuple[AnyRecord, ...] = (
    quote("0700.HK", 600.5, NOW),
    close("0700.HK", DAY, 599.0, to=DAY),
    Split(source="s", symbol="0700.HK", day=DAY, ratio=5),
    rate("HKD", 7.8, NOW),
    FxAverage(source="s", currency="HKD", quarter="2026Q4", per_usd=7.79),
    ShareCount(source="s", symbol="0700.HK", day=DAY, shares=9.1e9),
    Valuation(source="s", issuer="tencent", day=DAY, field="forward_pe", value=18.2),
    CapexFact(
        source="s", company="Tencent", region="CN", start=dt.date(2026, 7, 1), end=dt.date(2026, 9, 30),
        amount=2e10, currency="CNY", kind="actual", known_on=DAY, definition="cash",
    ),
    ModelScore(
        source="s", index="I", version="4", region="CN", model="M", developer="D", score=60.0,
        day=DAY, known_on=DAY,
    ),
    IndexVersion(source="s", index="I", version="4", day=DAY),
    PrivateMark(
        source="s", company="Moonshot", side="china", region="CN", subsector="model_developers",
        day=DAY, kind="round", value_usd=4e9, low_usd=3e9, high_usd=5e9,
    ),
    Event(source="s", day=DAY, kind="ipo", region="CN", title="[b]An\u202e offering[/b]"),
)  # fmt: skip


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/narrows.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


def held(store: Store, kind: type[AnyRecord]) -> list[AnyRecord]:
    return [record for record in store.records() if isinstance(record, kind)]


def test_every_kind_of_record_comes_back_as_it_was(store: Store) -> None:
    store.save(ONE_OF_EACH)
    assert set(store.records()) == set(ONE_OF_EACH)


def test_saving_twice_stores_once(store: Store) -> None:
    store.save(ONE_OF_EACH)
    store.save(ONE_OF_EACH)
    assert len(list(store.records())) == len(ONE_OF_EACH)


def test_survives_a_restart(url: str) -> None:
    first = Store.open(url)
    first.save(ONE_OF_EACH, done={("closes:XHKG", DAY): NOW}, requests={"yahoo": 3}, day=DAY)
    first.close()
    again = Store.open(url)
    assert set(again.records()) == set(ONE_OF_EACH)
    assert again.finished() == {("closes:XHKG", DAY): NOW}
    assert again.requests(DAY) == {"yahoo": 3}
    again.close()


@pytest.mark.parametrize("together", [True, False])
def test_an_older_quote_never_replaces_a_newer_one(store: Store, together: bool) -> None:  # noqa: FBT001
    newer, older = quote("A", 2.0, NOW), quote("A", 1.0, NOW - MINUTE)
    for poll in [[newer, older]] if together else [[newer], [older]]:
        store.save(poll)
    assert held(store, Quote) == [newer]


def test_of_a_day_the_newest_fx_rate_stands(store: Store) -> None:
    store.save([rate("HKD", 7.8, NOW)])
    store.save([rate("HKD", 7.7, NOW - MINUTE), rate("HKD", 7.75, NOW - dt.timedelta(days=1))])
    assert {record.per_usd for record in held(store, FxRate) if isinstance(record, FxRate)} == {7.8, 7.75}


def test_a_restated_close_replaces_the_printed_one_and_not_the_reverse(store: Store) -> None:
    printed, restated = close("A", DAY, 100.0), close("A", DAY, 10.0, to=DAY + dt.timedelta(days=1))
    store.save([printed])
    store.save([restated])
    store.save([printed])
    assert held(store, Close) == [restated]


def test_generation_grows_with_every_write(store: Store) -> None:
    before = store.generation()
    assert store.save([]) == before + 1 == store.generation()


def test_done(store: Store) -> None:
    store.save([], done={("fill:A", DAY): NOW})
    assert store.done("fill:A", DAY)
    assert not store.done("fill:A", DAY + dt.timedelta(days=1))


def test_request_counts_add_up_by_day(store: Store) -> None:
    store.save([], requests={"yahoo": 2, "ecb": 1}, day=DAY)
    store.save([], requests={"yahoo": 3}, day=DAY)
    assert store.requests(DAY) == {"yahoo": 5, "ecb": 1}
    assert store.requests(DAY + dt.timedelta(days=1)) == {}


def test_headlines_come_back_in_order_from_a_time_on(store: Store) -> None:
    for step in (2, 0, 1):
        store.save_headlines(NOW + step * MINUTE, {"basket.value_usd": float(step)})
    store.save_headlines(NOW + MINUTE, {"basket.value_usd": 10.0})
    assert store.headlines(NOW + MINUTE) == [
        (NOW + MINUTE, {"basket.value_usd": 10.0}),
        (NOW + 2 * MINUTE, {"basket.value_usd": 2.0}),
    ]


def test_many_headlines_are_thinned_evenly_and_the_newest_stays(store: Store) -> None:
    for step in range(100):
        store.save_headlines(NOW + step * MINUTE, {"x": float(step)})
    thinned = store.headlines(NOW, most=10)
    assert len(thinned) in {10, 11}
    assert thinned[-1][1] == {"x": 99.0}


def test_compaction_keeps_a_minute_then_a_day_and_all_closes(store: Store) -> None:
    store.save(ONE_OF_EACH)
    for step in range(8):
        store.save_headlines(NOW + step * MINUTE / 4, {"x": float(step)})
    store.compact(NOW + dt.timedelta(days=29))
    assert len(store.headlines(NOW)) == 8
    store.compact(NOW + dt.timedelta(days=31))
    assert [values["x"] for _, values in store.headlines(NOW)] == [3.0, 7.0]
    store.compact(NOW + dt.timedelta(days=181))
    assert [values["x"] for _, values in store.headlines(NOW)] == [7.0]
    assert set(store.records()) == set(ONE_OF_EACH)


def test_old_valuations_are_thinned_to_one_a_week(store: Store) -> None:
    days = [DAY + dt.timedelta(days=step) for step in range(14)]
    store.save(
        Valuation(source="s", issuer=issuer, day=day, field="forward_pe", value=1.0)
        for day in days
        for issuer in ("a", "b")
    )
    store.compact(NOW + dt.timedelta(days=90))
    assert len(held(store, Valuation)) == 28
    store.compact(NOW + dt.timedelta(days=200))
    assert len(held(store, Valuation)) in {4, 6}


def test_reading_needs_a_file_and_writes_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match="there is none"):
        Store.open(url, read_only=True)
    assert not list(tmp_path.iterdir())
    writer = Store.open(url)
    writer.save(ONE_OF_EACH)
    reader = Store.open(url, read_only=True)
    assert set(reader.records()) == set(ONE_OF_EACH)
    with pytest.raises(UnwritableError):
        reader.save([])
    reader.close()
    writer.close()


def test_a_reader_sees_what_is_written_meanwhile(url: str) -> None:
    writer, reader = Store.open(url), Store.open(url, read_only=True)
    seen = reader.generation()
    writer.save(ONE_OF_EACH)
    assert reader.generation() == seen + 1
    assert len(list(reader.records())) == len(ONE_OF_EACH)
    reader.close()
    writer.close()


def test_calls_that_come_while_a_store_is_made_ready_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.later(f"sqlite:///{tmp_path}/narrows.db")
    begun, answered = threading.Event(), threading.Event()

    def slowly(connection: sa.Connection, where: str) -> None:
        begun.set()
        answered.wait(0.2)  # as long as nobody answers too early
        make(connection, where)

    make = prepare.make
    monkeypatch.setattr(prepare, "make", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(store.generation)
        assert begun.wait(5)
        second = pool.submit(store.generation)
        second.add_done_callback(lambda _done: answered.set())
        assert (first.result(5), second.result(5), store.reached) == (0, 0, True)
    store.close()


def test_a_locked_store_is_busy_and_says_so(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.database.BUSY_MS", 1)
    store = Store.open(url)
    other = sqlite3.connect(tmp_path / "state" / "narrows.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="another process"):
        store.save(ONE_OF_EACH)
    other.execute("ROLLBACK")
    store.save(ONE_OF_EACH)
    other.close()
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://me:secret@host/db"])
def test_a_url_that_names_no_file(url: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("read_only", [True, False])
class TestFilesThatAreLeftAlone:
    """The file is byte for byte what it was."""

    def refused(self, path: Path, kind: type[Exception], says: str, *, read_only: bool) -> None:
        before = path.read_bytes()
        with pytest.raises(kind, match=says) as caught:
            Store.open(f"sqlite:///{path}", read_only=read_only)
        assert str(path) in str(caught.value)
        assert path.read_bytes() == before

    def test_not_a_database(self, tmp_path: Path, read_only: bool) -> None:  # noqa: FBT001
        path = tmp_path / "notes.txt"
        path.write_bytes(b"shopping list " * 100)
        self.refused(path, CorruptError, "not a database", read_only=read_only)

    def test_damaged(self, tmp_path: Path, read_only: bool) -> None:  # noqa: FBT001
        path = tmp_path / "narrows.db"
        store = Store.open(f"sqlite:///{path}")
        store.save(ONE_OF_EACH)
        store.close()
        path.write_bytes(path.read_bytes()[:100] + b"\x55" * 4000)
        self.refused(path, CorruptError, "damaged", read_only=read_only)

    def test_of_another_program(self, tmp_path: Path, read_only: bool) -> None:  # noqa: FBT001
        path = tmp_path / "other.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE songs (title TEXT)")
        other.commit()
        other.close()
        self.refused(path, ForeignError, "songs", read_only=read_only)

    def test_of_a_newer_version(self, tmp_path: Path, read_only: bool) -> None:  # noqa: FBT001
        path = tmp_path / "narrows.db"
        store = Store.open(f"sqlite:///{path}")
        store.close()
        newer = sqlite3.connect(path)
        newer.execute("PRAGMA journal_mode=DELETE")
        newer.execute("UPDATE narrows_meta SET value = 99 WHERE key = 'schema'")
        newer.commit()
        newer.close()
        self.refused(path, NewerSchemaError, "99", read_only=read_only)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableError, match="folder"):
        Store.open(f"sqlite:///{tmp_path}/file/state/narrows.db")


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    with pytest.raises(UnwritableError):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_record_that_cannot_be_read_is_told(url: str, tmp_path: Path) -> None:
    store = Store.open(url)
    store.save(ONE_OF_EACH)
    raw = sqlite3.connect(tmp_path / "state" / "narrows.db")
    raw.execute("UPDATE facts SET body = ? WHERE kind = 'Event'", (b"{half",))
    raw.commit()
    raw.close()
    with pytest.raises(CorruptError, match="cannot be read"):
        list(store.records())
    store.close()


WRITER = """
import datetime as dt, itertools, sys
from feed.store import Store
from providers.records import Close
store = Store.open(sys.argv[1])
first = dt.date(2000, 1, 1)
for poll in itertools.count():
    day = first + dt.timedelta(days=poll)
    store.save(Close(source="s", symbol=f"S{n}", day=day, close=1.0, currency="HKD") for n in range(20))
    print(poll, flush=True)
"""


def test_killed_between_writes_it_holds_whole_polls_and_all_that_were_finished(url: str) -> None:
    for _ in range(3):
        with subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            finished = max(int(next(writer.stdout)) for _ in range(5))
            writer.kill()
        store = Store.open(url)
        by_day: dict[dt.date, int] = {}
        for record in held(store, Close):
            assert isinstance(record, Close)
            by_day[record.day] = by_day.get(record.day, 0) + 1
        store.close()
        assert set(by_day.values()) == {20}
        assert len(by_day) > finished
