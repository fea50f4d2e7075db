"""The shipped issuers and lines that a universe file can name without describing them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from providers.reference.rows import SHIPPED, Row, Sheet, read_sheet


@dataclass(frozen=True)
class Entry:
    """Cells of one issuer, and of its lines, the counted first."""

    issuer: Row
    lines: tuple[Row, ...]


@dataclass(frozen=True)
class Catalogue:
    """Issuers by id, with the two sheets that they come from."""

    issuers: Sheet
    lines: Sheet
    entries: dict[str, Entry]


@cache
def catalogue(folder: Path = SHIPPED) -> Catalogue:
    """Read `issuers.csv` and `lines.csv` once.

    Raises:
        ReferenceError: when one of them cannot be read.
    """
    issuers, lines = read_sheet(folder / "issuers.csv", folder), read_sheet(folder / "lines.csv", folder)
    by_issuer: defaultdict[str, list[Row]] = defaultdict(list)
    for row in lines.rows:
        by_issuer[row.cells.get("issuer", "")].append(row)
    entries = {
        row.cells["issuer"]: Entry(row, tuple(by_issuer.get(row.cells["issuer"], ())))
        for row in issuers.rows
        if "issuer" in row.cells
    }
    return Catalogue(issuers, lines, entries)
