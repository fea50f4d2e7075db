"""A kiosk reads what a collector writes, and nothing else; stores that may only be read, or are broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feed.lease import Lease
from feed.store import Store
from feed.store_errors import UnwritableError
from tui import cli, compose
from tui.config import Config, StoreSettings
from tui.errors import StoreUnusable
from tui.options import Settings

NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/shared.db"


def chosen(url: str, *, kiosk: bool = False) -> Settings:
    return Settings(config=Config(store=StoreSettings(url=url)), kiosk=kiosk)


@pytest.fixture
def writable() -> Callable[..., Store]:
    """Opens a store as its owner does."""
    return Store.open


@pytest.fixture
def unwritable(writable: Callable[..., Store], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stores may be read and not written, as to somebody outside their group."""

    def refuse(url: str, *, read_only: bool = False) -> Store:
        if not read_only:
            raise UnwritableError("Store: permission is denied.")
        return writable(url, read_only=True)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "open", refuse)
        yield


def test_a_kiosk_opens_the_store_for_reading(url: str) -> None:
    Store.open(url).close()
    store, remarks = compose.open_store(chosen(url, kiosk=True), NOW)
    assert store is not None
    assert store.read_only
    assert remarks == ()
    store.close()


def test_a_kiosk_without_a_collector_says_what_to_start(url: str) -> None:
    with pytest.raises(StoreUnusable, match="narrows collect"):
        compose.open_store(chosen(url, kiosk=True), NOW)


@pytest.mark.parametrize("command", ["snapshot", "collect", "doctor"])
def test_a_kiosk_is_the_monitor_and_no_other_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, "--kiosk"]) == 2
    assert "--kiosk" in capsys.readouterr().err


def test_a_chosen_store_that_is_not_there_and_cannot_be_made_is_an_error(url: str, unwritable: None) -> None:
    with pytest.raises(StoreUnusable):
        compose.open_store(chosen(url), NOW)


@pytest.mark.usefixtures("unwritable")
class TestReadable:
    """The store is there, and somebody has polled it."""

    @pytest.fixture(autouse=True)
    def polled(self, url: str, writable: Callable[..., Store]) -> Iterator[Lease]:
        store = writable(url)
        lease = Lease(store)
        lease.step()
        yield lease
        store.close()

    def test_it_is_followed_while_somebody_polls(self, url: str) -> None:
        store, remarks = compose.open_store(chosen(url), NOW)
        assert store is not None
        assert store.read_only
        assert remarks == ()
        store.close()

    def test_and_when_nobody_does_it_says_so(self, url: str, polled: Lease) -> None:
        polled.end()
        store, remarks = compose.open_store(chosen(url), NOW)
        assert store is not None
        assert "nobody polls" in remarks[0].text
        store.close()


def test_a_damaged_store_in_the_usual_place_makes_room_and_is_kept(virgin_home: Path) -> None:
    settings = Settings()
    path = Path(settings.store_url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not what it was " * 100)
    store, remarks = compose.open_store(settings, NOW)
    assert store is not None
    kept = path.with_name("narrows.db.corrupt-20261124T030000Z")
    assert kept.read_bytes() == b"not what it was " * 100
    assert str(kept) in remarks[0].text
    store.close()
