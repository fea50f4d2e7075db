"""Alert states in the store: of two who saw the same state, one may replace it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.store import Store
from tests.feed.support import TUESDAY_MORNING

TODAY = TUESDAY_MORNING.date()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'narrows.db'}"


@pytest.fixture
def here(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


@pytest.fixture
def there(url: str, here: Store) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


def test_nothing_is_known_at_first(here: Store) -> None:
    assert here.alert_states() == {}


def test_a_state_is_remembered_and_its_version_grows(here: Store, url: str) -> None:
    assert here.save_alert_states({"a": (0, b"one"), "b": (0, b"two")}, TODAY) == {"a", "b"}
    assert here.save_alert_states({"a": (1, b"three")}, TODAY) == {"a"}
    again = Store.open(url)
    assert again.alert_states() == {"a": (2, b"three"), "b": (1, b"two")}
    again.close()


def test_only_the_first_of_two_replaces_a_state(here: Store, there: Store) -> None:
    for seen in (0, 1):
        assert here.save_alert_states({"a": (seen, b"here")}, TODAY) == {"a"}
        assert there.save_alert_states({"a": (seen, b"there"), f"b{seen}": (0, b"there")}, TODAY) == {
            f"b{seen}"
        }
        assert there.alert_states()["a"] == (seen + 1, b"here")


def test_the_state_of_an_alert_that_nobody_watches_for_goes_after_a_month(here: Store) -> None:
    here.save_alert_states({"gone": (0, b"x"), "watched": (0, b"y")}, TODAY)
    for days in range(32):
        here.renew_alert_states(["watched"], TODAY + dt.timedelta(days))
    here.compact(TUESDAY_MORNING + dt.timedelta(30))
    assert here.alert_states().keys() == {"gone", "watched"}
    here.compact(TUESDAY_MORNING + dt.timedelta(31))
    assert here.alert_states() == {"watched": (1, b"y")}
