"""Nothing lost: a process killed at any instant, a disk that fills, a folder that may only be read."""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import signal
import sqlite3
import threading
from pathlib import Path

import pytest

from feed.aside import begin_anew
from feed.lease import Lease
from feed.shared import News
from feed.store import Store
from feed.store_errors import CorruptError, FullError, UnwritableError
from providers.records import Close, Quote
from tests.feed.poll_writer import START, SYMBOLS, write
from tests.feed.support import quote

KILLS = int(os.environ.get("NARROWS_TEST_KILLS", "25"))
"""How often; set it to 200 and more for the whole of it."""

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


def poll_until_killed(url: str, first: int, chance: random.Random) -> int:
    """Start a process that polls, kill it at some instant, and give the last poll that it called stored."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        try:
            write(url, first, told)
        finally:
            os._exit(1)
    os.close(told)
    with os.fdopen(heard) as lines:
        last = int(lines.readline())
        timer = threading.Timer(chance.uniform(0.0, 0.02), os.kill, (child, signal.SIGKILL))
        timer.start()
        last = max((int(line) for line in lines if line.endswith("\n")), default=last)
        timer.join()
    os.waitpid(child, 0)
    return last


def whole_polls(store: Store) -> int:
    """The number of the newest poll in the store, of which all parts are there and of no other any."""
    news: News = store.since(0)
    quotes = [record for record in news.records if isinstance(record, Quote)]
    (price,) = {record.price for record in quotes}
    number = round(price) - 1
    assert len(quotes) == len(SYMBOLS)
    assert news.shared is not None
    assert news.shared.at == START + dt.timedelta(seconds=number)
    closes = [record for record in news.records if isinstance(record, Close)]
    assert len(closes) == 5 * len({record.day for record in closes})
    assert {round(record.close) - 1 for record in closes} == set(range(number + 1))
    return number


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_process_killed_at_any_instant_loses_no_poll_and_leaves_no_half(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/narrows.db"
    chance = random.Random(4)
    first = 0
    for _ in range(KILLS):
        stored = poll_until_killed(url, first, chance)
        store = Store.open(url)
        found = whole_polls(store)
        # What was called stored is there; the poll that was being written is there whole, or not at all.
        assert stored <= found <= stored + 1
        held = store.lease()
        assert held is not None
        store.release_lease(held.holder)
        store.close()
        first = found + 1
    with sqlite3.connect(tmp_path / "narrows.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def fill(store: Store) -> None:
    """Poll new lines, until the disk is full."""
    for step in range(1, 200):
        store.save([quote(f"{symbol}-{step}", 2.0, NOW) for symbol in SYMBOLS])


def read(url: str) -> set[object]:
    """Open a store and read all of it."""
    store = Store.open(url)
    try:
        return set(store.records())
    finally:
        store.close()


def test_a_full_disk_loses_nothing_that_was_stored_and_writes_again_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/narrows.db"
    store = Store.open(url)
    store.save([quote(symbol, 1.0, NOW) for symbol in SYMBOLS])
    before = set(store.records())
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = (tmp_path / "narrows.db-wal").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, limit[1]))
        with pytest.raises((FullError, UnwritableError)):
            fill(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert before <= set(store.records())
    assert len(set(store.records())) % len(SYMBOLS) == 0
    store.save([quote("A", 3.0, NOW)])
    store.close()


def test_a_damaged_store_is_set_aside_whole_and_a_new_one_begins(tmp_path: Path) -> None:
    path = tmp_path / "narrows.db"
    path.write_bytes(b"not what it was " * 500)
    before = path.read_bytes()
    store, kept = begin_anew(f"sqlite:///{path}", NOW)
    assert kept == tmp_path / "narrows.db.corrupt-20261124T020000Z"
    assert kept.read_bytes() == before
    store.save([quote("A", 3.0, NOW)])
    store.close()


def test_of_two_who_find_it_damaged_one_sets_it_aside(tmp_path: Path) -> None:
    path = tmp_path / "narrows.db"
    path.write_bytes(b"not what it was " * 500)
    first, kept = begin_anew(f"sqlite:///{path}", NOW)
    second, none = begin_anew(f"sqlite:///{path}", NOW)
    assert kept is not None
    assert none is None
    first.save([quote("A", 3.0, NOW)])
    assert second.generation() == 1
    first.close()
    second.close()


def test_pages_that_break_under_a_running_monitor_are_told(tmp_path: Path) -> None:
    path = tmp_path / "narrows.db"
    store = Store.open(f"sqlite:///{path}")
    for step in range(50):
        store.save([quote(f"{symbol}-{step}", 1.0, NOW) for symbol in SYMBOLS])
    store.close()
    data = bytearray(path.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    path.write_bytes(bytes(data))
    with pytest.raises(CorruptError):
        read(f"sqlite:///{path}")


def test_the_file_heeds_the_umask_so_that_a_group_may_write_it(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        store = Store.open(f"sqlite:///{tmp_path}/narrows.db")
        store.save([quote("A", 1.0, NOW)])
        for name in ("narrows.db", "narrows.db-wal", "narrows.db-shm"):
            assert (tmp_path / name).stat().st_mode & 0o777 == 0o664, name
        store.close()
    finally:
        os.umask(before)


def test_a_lease_left_by_a_process_that_was_killed_is_free_within_ten_seconds(tmp_path: Path) -> None:
    """By the watcher's own clock, which a test can set."""
    seconds = [0.0]
    url = f"sqlite:///{tmp_path}/narrows.db"
    poll_until_killed(url, 0, random.Random(1))
    store = Store.open(url)
    lease = Lease(store, steady=lambda: seconds[0])
    waited = 0.0
    while not lease.step():
        seconds[0] += 0.5
        waited += 0.5
    assert waited <= 10
    lease.end()
    store.close()
