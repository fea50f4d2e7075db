"""The states of alerts, as the store has them and as this process goes on with them when the store fails."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

import msgspec

from feed.store_errors import BusyError, FullError, StoreError, UnreachableStoreError, UnwritableError
from metrics.alert_states import AlertState, Key

log = logging.getLogger("narrows")

PASSING = (FullError, UnreachableStoreError, UnwritableError)
"""Failures after which the store may work again."""

_state = msgspec.json.Decoder(AlertState)


class Keeper(Protocol):
    """Keeps states by key, each with a version that grows; see `feed.store.Store`."""

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        """Version and body by key."""

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]], day: dt.date) -> frozenset[str]:
        """Replace those that are still of the version given; the keys that were."""

    def renew_alert_states(self, keys: Collection[str], day: dt.date) -> None:
        """Note that they are watched for on a day."""


class Kept:
    """The states, read and replaced; without a store, in memory.

    While the store fails it goes on from memory with what it last read, and writes what has changed once the
    store works again, unless somebody else has by then. A store that is only busy is asked again: `load`
    gives `None` then, and nothing can be said this time.

    Args:
        store: Where the states are.
        rules: Keys of the rules that are watched: once a day the store is told, which forgets all others.
        now: The clock in use.
    """

    def __init__(self, store: Keeper | None, rules: Iterable[str], now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._rules = frozenset(rules)
        self._now = now
        self._renewed: dt.date | None = None
        self._versions: dict[Key, int] = {}
        self._states: dict[Key, AlertState] = {}
        self._unwritten: dict[Key, AlertState] = {}
        self._failing = False

    def load(self) -> dict[Key, AlertState] | None:
        """The states as they are now."""
        if self._store is not None:
            try:
                found = [
                    (version, _state.decode(body)) for version, body in self._store.alert_states().values()
                ]
            except BusyError:
                return None
            except (StoreError, msgspec.DecodeError) as error:
                self._failed(error)
            else:
                self._read(found)
        return dict(self._states)

    def save(self, changed: Iterable[AlertState]) -> frozenset[Key]:
        """Replace what nobody else has replaced since `load`; the keys that were."""
        new = {state.key: state for state in changed}
        saved = frozenset(new)
        waiting = self._unwritten | new
        self._renew()
        if self._store is not None and waiting:
            rows = {
                _name(key): (self._versions.get(key, 0), msgspec.json.encode(state))
                for key, state in waiting.items()
            }
            try:
                written = self._store.save_alert_states(rows, self._now().date())
            except BusyError:
                return frozenset()
            except StoreError as error:
                self._unwritten = waiting
                self._failed(error)
            else:
                self._unwritten, self._failing = {}, False
                saved = frozenset(key for key in new if _name(key) in written)
        self._states |= {key: new[key] for key in saved}
        return saved

    def _renew(self) -> None:
        """Once a day, tell the store what is watched for."""
        today = self._now().date()
        if self._store is None or self._renewed == today:
            return
        watched = [_name(key) for key in self._versions if key[0] in self._rules]
        try:
            self._store.renew_alert_states(watched, today)
        except BusyError:
            return
        except StoreError as error:
            self._failed(error)
        else:
            self._renewed = today

    def _read(self, found: Iterable[tuple[int, AlertState]]) -> None:
        """Take the store's word, but for what has waited to be written and nobody else has replaced."""
        before, self._versions, self._states = self._versions, {}, {}
        for version, state in found:
            self._versions[state.key] = version
            self._states[state.key] = state
        self._unwritten = {
            key: state
            for key, state in self._unwritten.items()
            if self._versions.get(key, 0) == before.get(key, 0)
        }
        self._states |= self._unwritten

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, PASSING):
            self._store = None
        if not self._failing:
            self._failing = True
            log.warning("alerts go on from memory, and other processes may tell them too: %s", error)


def _name(key: Key) -> str:
    return msgspec.json.encode(key).decode()
