"""Lease: one holder, a token that grows with every take-over, and no trust in anybody's wall clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from feed.lease import EXPIRES, Lease
from feed.store import Store
from feed.store_errors import LeaseLostError
from providers.records import Quote
from tests.feed.support import TUESDAY_MORNING as NOW
from tests.feed.support import quote


class Steady:
    """A steady clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> Steady:
    return Steady()


Opens = Callable[[], Store]


@pytest.fixture
def opens(store_url: str) -> Iterator[Opens]:
    """Opens the store as one process after another would."""
    opened: list[Store] = []

    def one() -> Store:
        opened.append(Store.open(store_url))
        return opened[-1]

    yield one
    for store in opened:
        store.close()


def test_the_first_to_ask_holds_it_and_the_others_see_who(opens: Opens, steady: Steady) -> None:
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    assert first.step()
    assert not second.step()
    assert second.other is not None
    assert (second.other.holder, second.other.label) == (first.holder, first.label)
    assert "@" in first.label


def test_a_holder_that_beats_keeps_it(opens: Opens, steady: Steady) -> None:
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    first.step()
    for _ in range(20):
        steady.seconds += EXPIRES - 1
        assert first.step()
        assert not second.step()


def test_a_holder_that_died_is_replaced_once_its_beats_have_been_missed(opens: Opens, steady: Steady) -> None:
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    first.step()
    assert not second.step()
    steady.seconds += EXPIRES - 0.1
    assert not second.step()
    steady.seconds += 0.2
    assert second.step()
    assert second.token == 2


def test_what_did_not_move_is_not_read_and_still_expires(
    opens: Opens, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opens()
    first, second = Lease(opens(), steady=steady), Lease(store, steady=steady)
    first.step()
    second.step()
    monkeypatch.setattr(store, "lease", lambda: pytest.fail("read again"))
    assert not second.step(moved=False)
    steady.seconds += EXPIRES + 1
    assert second.step(moved=False)


def test_a_lease_left_long_ago_is_taken_at_first_sight(
    opens: Opens, steady: Steady, age: Callable[[float], None]
) -> None:
    Lease(opens(), steady=steady).step()
    age(3600)
    assert Lease(opens(), steady=steady).step()


def test_a_wrong_clock_ends_no_lease_that_is_watched(
    opens: Opens, steady: Steady, age: Callable[[float], None]
) -> None:
    """Forward by an hour, back by two: the watcher counts beats on a clock of its own."""
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    first.step()
    second.step()
    for jump in (3600, -7200):
        first.step()
        age(jump)
        assert not second.step()
    steady.seconds += EXPIRES + 1
    assert second.step()


def test_who_lost_it_learns_so_and_writes_nothing(opens: Opens, steady: Steady) -> None:
    store = opens()
    first, second = Lease(store, steady=steady), Lease(opens(), steady=steady)
    first.step()
    stale = first.token
    second.step()
    steady.seconds += EXPIRES + 1
    second.step()
    for write in (
        lambda: store.save([quote("A", 1.0, NOW)], token=stale),
        lambda: store.save_headlines(NOW, {"x": 1.0}, token=stale),
        lambda: store.compact(NOW, token=stale),
    ):
        with pytest.raises(LeaseLostError):
            write()
    assert not [record for record in store.records() if isinstance(record, Quote)]
    assert store.headlines(NOW - dt.timedelta(days=1)) == []
    assert not first.step()
    assert first.token is None


def test_who_has_slept_knows_that_it_may_have_been_taken_for_dead(opens: Opens, steady: Steady) -> None:
    uptime = Steady()
    lease = Lease(opens(), steady=steady, uptime=uptime)
    lease.step()
    seen = [lease.overdue]
    uptime.seconds += 3600
    seen.append(lease.overdue)
    assert lease.step()
    seen.append(lease.overdue)
    assert seen == [False, True, False]


def test_of_two_who_see_it_free_one_gets_it(opens: Opens, steady: Steady) -> None:
    store = opens()
    first = Lease(opens(), steady=steady)
    first.step()
    first.end()
    seen = store.lease()
    assert store.take_lease("a", "a@x", seen) == 2
    assert store.take_lease("b", "b@x", seen) is None


def test_a_clean_end_frees_it_at_once_and_for_good(opens: Opens, steady: Steady) -> None:
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    first.step()
    second.step()
    first.end()
    assert second.step()
    second.end()
    assert not first.step()


def test_ending_without_it_takes_it_from_nobody(opens: Opens, steady: Steady) -> None:
    first, second = Lease(opens(), steady=steady), Lease(opens(), steady=steady)
    first.step()
    second.step()
    second.end()
    assert first.step()


def test_a_wish_reaches_the_holder_once(opens: Opens, steady: Steady) -> None:
    store = opens()
    first = Lease(opens(), steady=steady)
    first.step()
    first.step()
    _, known = first.wished(None)
    store.wish()
    first.step()
    wished, known = first.wished(known)
    assert wished
    first.step()
    assert not first.wished(known)[0]
