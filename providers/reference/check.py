"""The validator behind `narrows universe check`: what is wrong, in which file and row, and how to mend it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from providers.records import AnyRecord, Close, ShareCount
from providers.reference.catalogue import catalogue
from providers.reference.constituents import Reading, read_catalogue, read_universe
from providers.reference.fact_rules import SATURDAY, Known, faults
from providers.reference.line_rules import Placed
from providers.reference.rows import (
    SHIPPED,
    Finding,
    ReferenceError,  # noqa: A004 - the package's own error
    Row,
    Sheet,
)
from providers.reference.tables import TABLES, Table, read_table

# The shipped facts reach up to this day: a machine whose clock is behind must not find them in the future.
REVIEWED = dt.date(2026, 10, 31)


def check(name_or_path: str | Path, *, folder: Path = SHIPPED, today: dt.date | None = None) -> list[Finding]:
    """Everything wrong with a universe, and with the shipped tables that it draws on.

    Args:
        name_or_path: A shipped universe by name, or a file.
        folder: Where the shipped tables lie.
        today: The day after which nothing can have happened; by default the machine's.

    Returns:
        Errors first. None at all, or only warnings: the universe can be used as it is.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    found: list[Finding] = []
    try:
        reading = read_universe(name_or_path, folder)
        found += [*reading.findings, *_base_date(reading, day)]
        facts, faulty = _facts(folder, max(day, REVIEWED))
        found += [*faulty, *_priced(reading, facts)]
    except ReferenceError as error:
        file = str(name_or_path)
        found.append(
            Finding(file=file, message=str(error), mend="Without this file nothing else can be checked.")
        )
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda one: (one.severity != "error", one.file, one.row or 0))


def _base_date(reading: Reading, today: dt.date) -> Iterator[Finding]:
    if reading.universe is None:
        return
    day, sheet, row = reading.universe.base_date, reading.sheet, reading.sheet.meta["base_date"]
    if day >= today:
        yield sheet.error(row, "base_date", f"the base date {day} is not over.", "Choose a day in the past.")
    elif day.weekday() >= SATURDAY:
        message = f"the base date {day} is a {day:%A}: the closes of the Friday before serve."
        yield sheet.warning(row, "base_date", message, "Choose a day with a session.")


def _facts(folder: Path, today: dt.date) -> tuple[list[AnyRecord], list[Finding]]:
    known, written = read_catalogue(folder), catalogue(folder)
    symbols = frozenset(row.cells.get("symbol", "") for row in written.lines.rows)
    lines = {one.line.symbol: one.line for one in known.placed}
    what = Known(symbols, frozenset(written.entries), lines, today)
    facts: list[AnyRecord] = []
    found = list(known.findings)
    for table in TABLES:
        sheet, good, faulty = read_table(table, folder)
        found += [*faulty, *_header(table, sheet), *_repeated(table, sheet, (row for row, _ in good))]
        for row, record in good:
            found += faults(sheet, row, record, what)
            facts.append(record)
    return facts, found


def _header(table: Table, sheet: Sheet) -> Iterator[Finding]:
    for column in sheet.columns:
        if column not in table.columns:
            yield sheet.error(
                None, column, f"column {column!r} is not known and not read.", "Drop or rename it."
            )


def _repeated(table: Table, sheet: Sheet, rows: Iterable[Row]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.cells.get(column, "") for column in table.key)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            what = "two counts of one line overlap" if table.record is ShareCount else "the same fact twice"
            message = f"{what}: {', '.join(filter(None, key))} is in row {first} too."
            yield sheet.error(row, table.key[0], message, "Keep the better row.")


def _priced(reading: Reading, facts: Iterable[AnyRecord]) -> Iterator[Finding]:
    """Counted lines without a share count or a close of their own or of a twin: a provider may have them."""
    own = reading.universe.share_counts if reading.universe else ()
    closes = {one.symbol for one in facts if isinstance(one, Close)}
    counts = {one.symbol for one in (*facts, *own) if isinstance(one, ShareCount)}
    for placed in reading.placed:
        line = placed.line
        if not line.counted:
            continue
        if line.symbol not in counts:
            message = f"{line.symbol} has no share count: it has no market value until a provider gives one."
            yield placed.sheet.warning(placed.row, "symbol", message, "Give shares and shares_as_of.")
        if line.symbol not in closes and not closes & _twins(placed, reading.placed):
            message = f"{line.symbol} has no reference close: without a network it has no price."
            yield placed.sheet.warning(placed.row, "symbol", message, "Nothing, if a provider covers it.")


def _twins(placed: Placed, all_placed: Iterable[Placed]) -> set[str]:
    return {one.line.symbol for one in all_placed if one.line.twin_of == placed.line.symbol}
