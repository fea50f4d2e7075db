"""Where states of alerts are kept: the store, or memory where there is none or it fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from feed.store_errors import BusyError, StoreError
from metrics.alert_states import AlertState, Key

log = logging.getLogger("narrows")

_state = msgspec.json.Decoder(AlertState)


class Keeper(Protocol):
    """Keeps states by key, each with a version that grows; see `feed.store.Store`."""

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        """Version and body by key."""

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]]) -> frozenset[str]:
        """Replace those that are still of the version given; the keys that were."""


class Memory:
    """Keeps states as long as the process lives."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[int, bytes]] = {}

    def alert_states(self) -> dict[str, tuple[int, bytes]]:
        """Version and body by key."""
        return dict(self._states)

    def save_alert_states(self, states: Mapping[str, tuple[int, bytes]]) -> frozenset[str]:
        """Replace those that are still of the version given; the keys that were."""
        fresh = {key for key, (version, _) in states.items() if self._states.get(key, (0,))[0] == version}
        self._states |= {key: (states[key][0] + 1, states[key][1]) for key in fresh}
        return frozenset(fresh)


class Kept:
    """The states, read and replaced. When the store fails it goes on from memory with what it last read.

    A store that is only busy is asked again: `load` gives `None` then, and nothing can be said this time.
    """

    def __init__(self, store: Keeper | None) -> None:
        self._keeper: Keeper = store or Memory()
        self._versions: dict[Key, int] = {}
        self._states: dict[Key, AlertState] = {}

    def load(self) -> dict[Key, AlertState] | None:
        """The states as they are now."""
        try:
            found = self._keeper.alert_states().values()
            read = [(version, _state.decode(body)) for version, body in found]
        except BusyError:
            return None
        except (StoreError, msgspec.DecodeError) as error:
            self._give_up(error)
        else:
            self._versions = {state.key: version for version, state in read}
            self._states = {state.key: state for _, state in read}
        return dict(self._states)

    def save(self, changed: Iterable[AlertState]) -> frozenset[Key]:
        """Replace what nobody else has replaced since `load`; the keys that were."""
        new = {state.key: state for state in changed}
        if not new:
            return frozenset()
        try:
            saved = self._written(new)
        except BusyError:
            return frozenset()
        except StoreError as error:
            self._give_up(error)
            saved = self._written(new)
        keys = frozenset(key for key in new if _name(key) in saved)
        self._states |= {key: new[key] for key in keys}
        return keys

    def _written(self, new: Mapping[Key, AlertState]) -> frozenset[str]:
        return self._keeper.save_alert_states(
            {
                _name(key): (self._versions.get(key, 0), msgspec.json.encode(state))
                for key, state in new.items()
            }
        )

    def _give_up(self, error: Exception) -> None:
        log.warning("alerts go on from memory, and may be told again after a restart: %s", error)
        self._keeper, self._versions = Memory(), {}
        self._written(self._states)
        self._versions = dict.fromkeys(self._states, 1)


def _name(key: Key) -> str:
    return msgspec.json.encode(key).decode()
