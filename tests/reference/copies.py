"""Copies of the shipped tables in which one thing can be made wrong."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from providers.reference.rows import SHIPPED


@dataclass(frozen=True)
class Copy:
    """A folder with all tables."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Copy:
        shutil.copytree(
            SHIPPED, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__")
        )
        return cls(folder)

    def lines(self, file: str) -> list[str]:
        return (self.folder / file).read_text(encoding="utf-8").splitlines()

    def write(self, file: str, lines: list[str]) -> None:
        (self.folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def header(self, file: str) -> list[str]:
        return next(csv.reader([line for line in self.lines(file) if not line.startswith("#")][:1]))

    def row_of(self, file: str, start: str) -> int:
        """Number of the first data row that begins with `start`."""
        return next(number for number, line in enumerate(self.lines(file), 1) if line.startswith(start))

    def plant(self, file: str, start: str, column: str, value: str) -> int:
        """Write `value` into a cell of the first row that begins with `start`; returns the row's number."""
        lines, number = self.lines(file), self.row_of(file, start)
        cells = next(csv.reader([lines[number - 1]]))
        cells[self.header(file).index(column)] = value
        lines[number - 1] = joined(cells)
        self.write(file, lines)
        return number

    def append(self, file: str, **cells: str) -> int:
        """Add a row; returns its number."""
        lines = [*self.lines(file), joined([cells.get(column, "") for column in self.header(file)])]
        self.write(file, lines)
        return len(lines)


def joined(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()
