"""`narrows tape`: what has been recorded, a day of it as one file, and a tape of the simulated market."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from feed import tape_file
from feed.store import Store
from feed.store_errors import AbsentError, StoreError
from feed.tape import Tape, TapeError
from feed.tape_frames import TapeRow
from providers.redaction import redacted
from tui.errors import NothingToShow, StoreUnusable, UsageError
from tui.options import Settings
from tui.replay_command import day_of, tape_of

LONGEST_HOURS = 24.0 * 14


def run(settings: Settings, do: str, names: Sequence[str], *, hours: float) -> int:
    """Do one of them.

    Raises:
        ProgramError: when it cannot be done.
    """
    match do, names:
        case "list", []:
            return show_days(settings)
        case "list", [file]:
            return show_file(settings, file)
        case "export", [day, file]:
            return export(settings, day, Path(file).expanduser())
        case "demo", [file]:
            return simulate(settings, Path(file).expanduser(), hours)
    raise UsageError("expected `tape list [FILE]`, `tape export DAY FILE` or `tape demo FILE`.")


def show_days(settings: Settings) -> int:
    """The UTC days on the store's tape, one a line."""
    try:
        store = Store.open(settings.store_url, read_only=True)
        try:
            days = store.tape_days()
        finally:
            store.close()
    except AbsentError as error:
        raise NothingToShow(f"nothing has been recorded: {redacted(str(error))}") from error
    except StoreError as error:
        raise StoreUnusable(redacted(str(error))) from error
    if not days:
        raise NothingToShow("nothing has been recorded yet.")
    for day in days:
        span = f"{day.first:%H:%M}-{day.last:%H:%M} UTC"
        _say(f"{day.day}  {span}  {day.frames:>6,} frames  {_size(day.size):>8}")
    return 0


def show_file(settings: Settings, name: str) -> int:
    """What is on a tape in a file."""
    tape = tape_of(settings, name)
    _describe(tape_file.header_of(tape))
    for flaw in tape.flaws:
        _say(flaw)
    return 0


def export(settings: Settings, name: str, file: Path) -> int:
    """Write a UTC day of the store's tape to a file."""
    if day_of(name) is None:
        raise UsageError(f"expected a day such as 2026-11-20, got {name!r}.")
    tape = tape_of(settings, name)
    _write(file, tape)
    for flaw in tape.flaws:
        _say(flaw)
    return 0


def simulate(settings: Settings, file: Path, hours: float) -> int:
    """Write a tape of the simulated market, as fast as it can be computed."""
    if not 0 < hours <= LONGEST_HOURS:
        raise UsageError(f"--hours: expected a number above 0, up to {LONGEST_HOURS:.0f}, got {hours:g}.")
    from tui.tape_demo import rows_of_demo

    _free(file)
    _write(file, asyncio.run(rows_of_demo(settings, hours)))
    return 0


def _free(file: Path) -> None:
    if file.exists():
        raise UsageError(f"{file} is there already. Name another file.")
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}. Create it, or name another file.")


def _write(file: Path, content: Tape | Sequence[TapeRow]) -> None:
    _free(file)
    rows = content.all_rows() if isinstance(content, Tape) else content
    try:
        _describe(tape_file.write(file, rows))
    except OSError as error:
        raise NothingToShow(f"{file} cannot be written: {error.strerror}.") from error
    except TapeError as error:
        raise NothingToShow(str(error)) from error
    _say(f"{_size(file.stat().st_size)} in {file}")


def _describe(header: tape_file.Header) -> None:
    _say(
        f"{header.frames:,} frames from {header.first:%Y-%m-%d %H:%M} to {header.last:%Y-%m-%d %H:%M} UTC, "
        f"a poll every {header.poll_seconds:g} s"
    )
    _say(
        f"universe {header.universe}: {header.issuers} issuers, {header.lines} lines; "
        f"reference {header.reference or 'none'}; recorded by {header.made_by}"
    )


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the answer
