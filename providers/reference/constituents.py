"""Universe files: issuers by name from the shipped catalogue, or described line by line."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import msgspec

from providers.records import ShareCount
from providers.reference.catalogue import Catalogue, Entry, catalogue
from providers.reference.line_rules import Candidate, Placed, sound_lines
from providers.reference.rows import (
    LABEL,
    SHIPPED,
    Finding,
    ReferenceError,  # noqa: A004 - the package's own error
    Row,
    Sheet,
    convert,
    read_sheet,
)
from providers.universe import Issuer, Universe

ISSUER_CELLS = ("name", "name_zh", "side", "region", "subsector", "reporting_currency", "cik")
LINE_CELLS = (
    "symbol", "issuer", "exchange", "currency", "line_class", "ordinary_per_unit", "counted", "twin_of",
    "listed_on", "delisted_on",
)  # fmt: skip
OTHER_CELLS = ("shares", "shares_as_of", "source", "date", "confidence", "note")


@dataclass(frozen=True)
class Reading:
    """A universe as it was read: what is usable, where its lines come from, what is wrong with the rest."""

    sheet: Sheet
    universe: Universe | None
    placed: tuple[Placed, ...]
    findings: tuple[Finding, ...]


def universe_names() -> tuple[str, ...]:
    """Names of the shipped universes, `default` first."""
    return tuple(
        sorted(
            (path.stem for path in _folder(SHIPPED).glob("*.csv")), key=lambda name: (name != "default", name)
        )
    )


def load_universe(name_or_path: str | Path) -> Universe:
    """A shipped universe by name, or a file. A row that cannot be used is left out; `check` names it.

    Raises:
        ReferenceError: when there is no such file, or nothing usable in it.
    """
    name = str(name_or_path)
    if name in universe_names():
        return _load_shipped(name)
    if _is_name(name) and not Path(name).exists():
        raise ReferenceError(
            f"{name}: no such file, and none of that name is shipped. Shipped: {', '.join(universe_names())}."
        )
    return _usable(read_universe(name))


@cache
def _load_shipped(name: str) -> Universe:
    return _usable(read_universe(name))


def _usable(reading: Reading) -> Universe:
    if reading.universe is None:
        first = next(finding for finding in reading.findings if finding.severity == "error")
        where = f", row {first.row}" if first.row else ""
        raise ReferenceError(f"{first.file}{where}: {first.message} {first.mend}")
    return reading.universe


def read_universe(name_or_path: str | Path, folder: Path = SHIPPED) -> Reading:
    """Read a universe with everything that is wrong with it.

    Raises:
        ReferenceError: when the file cannot be read at all.
    """
    shipped = _folder(folder) / f"{name_or_path}.csv"
    path = shipped if _is_name(str(name_or_path)) and shipped.is_file() else Path(name_or_path)
    return _Reader(read_sheet(path, folder), catalogue(folder)).read()


def read_catalogue(folder: Path = SHIPPED) -> Reading:
    """Every shipped issuer as one universe, for the validator.

    Raises:
        ReferenceError: when `issuers.csv` or `lines.csv` cannot be read.
    """
    known = catalogue(folder)
    start = {"base_date": Row(0, {"base_date": "2025-01-13"}), "name": Row(0, {"name": "catalogue"})}
    reading = _Reader(replace(known.issuers, meta=start), known).read()
    orphans = [
        known.lines.error(row, "issuer", f"no issuer {key!r} in issuers.csv.", "Add it, or correct the id.")
        for row in known.lines.rows
        if (key := row.cells.get("issuer", "")) not in known.entries
    ]
    return replace(reading, findings=(*reading.findings, *known.lines.faults, *orphans))


def _folder(folder: Path) -> Path:
    return folder / "universes"


def _is_name(text: str) -> bool:
    return "/" not in text and "\\" not in text and not text.endswith(".csv")


@dataclass
class _Reader:
    """Turns the rows of one sheet into a universe, collecting findings on the way."""

    sheet: Sheet
    known: Catalogue
    findings: list[Finding] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def read(self) -> Reading:
        sheet = self.sheet
        self.findings += sheet.faults
        self._columns()
        base_date = self._base_date()
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for row in sheet.rows:
            if issuer := row.cells.get("issuer"):
                groups[issuer].append(row)
            else:
                self._error(row, "issuer", "expected the id of an issuer, got nothing.", "Fill the cell.")
        issuers = [made for key, rows in groups.items() if (made := self._issuer(key, rows))]
        if not issuers:
            self._error(
                None, "issuer", "expected issuers, found none that can be used.", "Mend the rows named here."
            )
        name = sheet.meta["name"].cells["name"] if "name" in sheet.meta else Path(sheet.file).stem
        universe = None
        if issuers and base_date:
            counts = tuple(self._counts(groups, base_date, name))
            universe = Universe(name=name, base_date=base_date, issuers=tuple(issuers), share_counts=counts)
        return Reading(sheet, universe, tuple(self.placed), tuple(self.findings))

    def _error(self, row: Row | None, column: str | None, message: str, mend: str) -> None:
        self.findings.append(self.sheet.error(row, column, message, mend))

    def _columns(self) -> None:
        if "issuer" not in self.sheet.columns:
            self._error(
                None,
                "issuer",
                "expected a column issuer in the header.",
                "Copy the header of a shipped universe.",
            )
        for column in set(self.sheet.columns) - {*ISSUER_CELLS, *LINE_CELLS, *OTHER_CELLS}:
            message = f"column {column!r} is not known and not read."
            self.findings.append(self.sheet.warning(None, column, message, "Drop it, or correct its name."))

    def _base_date(self) -> dt.date | None:
        row = self.sheet.meta.get("base_date")
        text = row.cells["base_date"] if row else ""
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            message = f"expected a base date, got {text!r}." if row else "expected a base date, found none."
            self._error(row, "base_date", message, "Write a line such as: # base_date: 2025-01-13")
            return None

    def _issuer(self, key: str, rows: list[Row]) -> Issuer | None:
        entry = self.known.entries.get(key)
        own = [row for row in rows if "symbol" in row.cells]
        if entry is None and not own:
            message = f"{key!r} is not among the shipped issuers, and no line of it is described."
            self._error(
                rows[0], "issuer", message, "Correct the id, or give symbol, exchange, currency and so on."
            )
            return None
        for row in [] if own else rows[1:]:
            self._error(row, "issuer", f"{key} is there twice.", "Keep one row of each issuer.")
        placed, faults = sound_lines(self._candidates(entry, own), self.seen)
        self.findings += faults
        if not any(one.line.counted for one in placed):
            message = f"{key} has no usable line that is counted."
            self._error(
                rows[0], "counted", message, "Mark the line that carries its market value counted = true."
            )
            return None
        cells: dict[str, object] = {"name": key, "reporting_currency": placed[0].line.currency}
        cells |= entry.issuer.cells if entry else {}
        for row in reversed(rows):
            cells |= {column: row.cells[column] for column in ISSUER_CELLS if column in row.cells}
        made = convert(self.sheet, rows[0], Issuer, cells | {"id": key, "lines": ()})
        if isinstance(made, Finding):
            self.findings.append(made)
            return None
        self.placed += placed
        return msgspec.structs.replace(made, lines=tuple(one.line for one in placed))

    def _candidates(self, entry: Entry | None, own: list[Row]) -> list[Candidate]:
        shipped = entry.lines if entry else ()
        if not own:
            return [Candidate(self.known.lines, row, row.cells) for row in shipped]
        known = {row.cells.get("symbol"): row.cells for row in shipped}
        return [
            Candidate(
                self.sheet,
                row,
                known.get(row.cells["symbol"], {})
                | {column: row.cells[column] for column in LINE_CELLS if column in row.cells},
            )
            for row in own
        ]

    def _counts(self, groups: dict[str, list[Row]], base_date: dt.date, name: str) -> list[ShareCount]:
        counts: list[ShareCount] = []
        for row in (row for rows in groups.values() for row in rows if "shares" in row.cells):
            symbol = row.cells.get("symbol")
            if symbol is None or symbol not in self.seen:
                continue
            day = row.cells.get("shares_as_of", base_date.isoformat())
            cells = {
                "symbol": symbol,
                "shares": row.cells["shares"],
                "day": day,
                "source": f"{LABEL}universe {name}",
            }
            made = convert(self.sheet, row, ShareCount, cells)
            if isinstance(made, Finding):
                column = {"day": "shares_as_of"}.get(made.column or "", made.column)
                self.findings.append(msgspec.structs.replace(made, column=column))
            elif not 0 < made.shares < float("inf"):
                self._error(
                    row,
                    "shares",
                    f"expected a number above zero, got {row.cells['shares']!r}.",
                    "Correct the cell.",
                )
            else:
                counts.append(made)
        return counts
