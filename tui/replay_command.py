"""`narrows replay`: from a day or a file to the screen. The store is opened for reading only."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from feed import tape_file
from feed.replay import Player
from feed.store import Store
from feed.store_errors import StoreError
from feed.tape import Tape, TapeError
from providers.redaction import redacted
from tui import display, logs, watch
from tui.errors import NothingToShow, StoreUnusable, UsageError
from tui.options import Settings
from tui.replay import Plan
from tui.replay_times import NotOnTapeError, instant_of

FASTEST = 86_400.0


def run(settings: Settings, name: str, *, speed: float, start: str | None, end: str | None) -> int:
    """Replay until the screen is left.

    Raises:
        ProgramError: when there is no such tape, or it cannot be read.
    """
    if not 0 < speed <= FASTEST:
        raise UsageError(f"--speed: expected a number above 0, up to {FASTEST:.0f}, got {speed:g}.")
    zone = display.zone(settings.config.display)
    plan = plan_of(tape_of(settings, name), speed=speed, start=start, end=end, zone=zone)
    logs.start(settings.log_file)

    from tui.replay_app import ReplayApp

    watch.show(ReplayApp(settings, plan), settings)


def plan_of(tape: Tape, *, speed: float, start: str | None, end: str | None, zone: dt.tzinfo) -> Plan:
    """What to replay of a tape.

    Raises:
        UsageError: for times that the tape does not have.
    """
    first, last = tape.first, tape.last
    try:
        begin = first if start is None else instant_of(start, zone, first, last)
    except NotOnTapeError as error:
        raise UsageError(f"--from: {error}.") from error
    try:
        stop = last if end is None else instant_of(end, zone, begin, last)
    except NotOnTapeError as error:
        raise UsageError(f"--to: {error}.") from error
    return Plan(player=Player(tape), start=begin, end=stop, speed=speed, zone=zone)


def tape_of(settings: Settings, name: str) -> Tape:
    """The tape of a file, or of a UTC day in the store.

    Raises:
        UsageError: when it is neither.
        NothingToShow: when there is nothing to replay on it.
        StoreUnusable: when the store cannot be read.
    """
    day = day_of(name)
    try:
        return tape_file.read(Path(name).expanduser()) if day is None else recorded(settings, day)
    except FileNotFoundError as error:
        raise UsageError(f"expected a day such as 2026-11-20 or a file, got {name!r}.") from error
    except OSError as error:
        raise NothingToShow(f"{name} cannot be read: {error.strerror}.") from error
    except TapeError as error:
        raise NothingToShow(f"{error}") from error


def recorded(settings: Settings, day: dt.date) -> Tape:
    """The tape of a UTC day in the store.

    Raises:
        NothingToShow: when nothing of that day is on the tape.
        StoreUnusable: when the store cannot be read.
        TapeError: when nothing of it can be used.
    """
    try:
        store = Store.open(settings.store_url, read_only=True)
        try:
            rows = tuple(store.tape(day, day))
        finally:
            store.close()
    except StoreError as error:
        raise StoreUnusable(redacted(str(error))) from error
    if not rows:
        raise NothingToShow(f"nothing of {day} is on the tape. `narrows tape list` shows the days that are.")
    return Tape.of(rows)


def day_of(text: str) -> dt.date | None:
    """The day that a text names; `None` when it names none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
