"""Rows of a table: reading a CSV file, and saying what is wrong with a row.

Error tree:

    ReferenceError           a file as a whole cannot be used: missing, unreadable, not UTF-8, no header

A bad row is a `Finding`, and costs that row alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args, get_type_hints

import msgspec

from providers.text import clean

LABEL = "reference: "
MAX_BYTES = 4_000_000
SHIPPED = Path(__file__).parent

_META = re.compile(r"#\s*(name|base_date)\s*:\s*(.*)")
_PATH = re.compile(r"(?:\$\.|field `)(\w+)")
_EXPECTED = {
    "float": "a number such as 12.5",
    "date": "a day such as 2025-01-13",
    "datetime": "a day such as 2025-01-13",
    "bool": "true or false",
    "str": "some text",
}

T = TypeVar("T")


class ReferenceError(Exception):  # noqa: A001 - the field's word; Python's own of that name is about weak references
    """A file cannot be used. The message says which, what was expected, what came, what to do."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with one row of one file.

    Attributes:
        row: Line of the file, counted as editors do; `None` where the whole file is meant.
        severity: `error` costs the row, `warning` does not.
        message: What was expected, what came.
        mend: What to do about it.
    """

    file: str
    row: int | None = None
    column: str | None = None
    severity: Literal["error", "warning"] = "error"
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its line number and its cells that are not empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file as read. `meta` holds `# name: …` and `# base_date: …`, `faults` the unreadable rows."""

    file: str
    meta: dict[str, Row]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Finding, ...]

    def error(self, row: Row | None, column: str | None, message: str, mend: str) -> Finding:
        """A finding that costs the row."""
        return Finding(
            file=self.file, row=row.number if row else None, column=column, message=message, mend=mend
        )

    def warning(self, row: Row | None, column: str | None, message: str, mend: str) -> Finding:
        """A finding that leaves the row in place."""
        return msgspec.structs.replace(self.error(row, column, message, mend), severity="warning")


def read_sheet(path: Path, folder: Path = SHIPPED) -> Sheet:
    """Read a CSV file: UTF-8, `#` comments, one header, one row a line.

    Raises:
        ReferenceError: when the file cannot be read as such.
    """
    file = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    lines = _text(path, file).splitlines()
    meta: dict[str, Row] = {}
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    faults: list[Finding] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line.startswith("#"):
            if found := _META.match(line):
                meta[found[1]] = Row(number, {found[1]: clean(found[2])})
            continue
        try:
            values = next(csv.reader((line,), strict=True)) if '"' in line else line.split(",")
        except csv.Error:
            faults.append(_unclosed(file, number))
            continue
        if not columns:
            columns = tuple(clean(value) for value in values)
        elif len(values) > len(columns):
            faults.append(_too_many(file, number, len(columns), len(values)))
        else:
            if not line.isprintable():
                values = [clean(value) for value in values]
            cells = zip(columns, values, strict=False)
            rows.append(Row(number, {column: text for column, value in cells if (text := value.strip())}))
    if not columns:
        raise ReferenceError(
            f"{file}: expected a header and rows, found neither. Copy a shipped file and edit it."
        )
    return Sheet(file, meta, columns, tuple(rows), tuple(faults))


def convert(sheet: Sheet, row: Row, kind: type[T], cells: Mapping[str, object] | None = None) -> T | Finding:
    """The row as a `kind`, or what is wrong with it. `cells` stand in for the row's own."""
    given: Mapping[str, object] = row.cells if cells is None else cells
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        column = found[1] if found else ""
        came = repr(given[column]) if column in given else "nothing"
        return sheet.error(
            row, column, f"expected {_expected(kind, column)}, got {came}.", "Correct the cell."
        )


def _text(path: Path, file: str) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ReferenceError(f"{file}: larger than {MAX_BYTES:,} bytes. Is this the right file?")
        return raw.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ReferenceError(f"{file}: no such file. Check the path.") from error
    except OSError as error:
        raise ReferenceError(
            f"{file}: cannot be read ({error.strerror}). Check the path and its rights."
        ) from error
    except UnicodeDecodeError as error:
        raise ReferenceError(f"{file}: not UTF-8 text. Save it as UTF-8 CSV.") from error


def _unclosed(file: str, number: int) -> Finding:
    return Finding(
        file=file,
        row=number,
        message='a quote (") is opened and not closed on this line.',
        mend="Close or drop it.",
    )


def _too_many(file: str, number: int, columns: int, cells: int) -> Finding:
    message = f"expected {columns} cells, got {cells}."
    return Finding(file=file, row=number, message=message, mend='Put text with commas in quotes ("…").')


def _expected(kind: type[object], column: str) -> str:
    hint = get_type_hints(kind).get(column)
    for part in (hint, *get_args(hint)):
        values = [value for value in get_args(part) if isinstance(value, str)]
        if values:
            return "one of " + ", ".join(values)
        if isinstance(part, type) and part.__name__ in _EXPECTED:
            return _EXPECTED[part.__name__]
    return "another value"
