"""The shipped tables: which file holds which record, and all of them as records.

Every record of theirs has a source that begins with `reference: `, so that nobody takes it for a live figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    Event,
    FxAverage,
    FxRate,
    IndexVersion,
    ModelScore,
    NoteFigure,
    PrivateMark,
    ShareCount,
    Valuation,
)
from providers.reference.constituents import load_universe, universe_names
from providers.reference.rows import LABEL, SHIPPED, Finding, Row, Sheet, convert, read_sheet
from providers.universe import Universe

__all__ = [
    "TABLES",
    "Table",
    "load_universe",
    "note_figures",
    "read_table",
    "records_for",
    "reference_records",
    "universe_names",
]

# The euro reference rates are fixed at 14:15 in Frankfurt.
_FIXING = "T13:15:00Z"


@dataclass(frozen=True)
class Table:
    """One file of dated facts. The columns in `key` together occur once."""

    file: str
    record: type[AnyRecord]
    key: tuple[str, ...]

    @property
    def columns(self) -> frozenset[str]:
        """Columns that the file may have: the record's fields, and what every row carries."""
        fields = set(self.record.__struct_fields__) | {"confidence", "date", "note", "source"}
        return frozenset(fields - {"as_of"} | {"day"} if "as_of" in fields else fields)


TABLES: tuple[Table, ...] = (
    Table("closes.csv", Close, ("symbol", "day")),
    Table("fx.csv", FxRate, ("currency", "day")),
    Table("fx_averages.csv", FxAverage, ("currency", "quarter")),
    Table("share_counts.csv", ShareCount, ("symbol", "day")),
    Table("valuations.csv", Valuation, ("issuer", "field", "day", "fiscal_year_end")),
    Table("capex.csv", CapexFact, ("company", "start", "end", "known_on")),
    Table("model_scores.csv", ModelScore, ("index", "version", "model", "score", "day")),
    Table("index_versions.csv", IndexVersion, ("index", "version")),
    Table("private_marks.csv", PrivateMark, ("company", "day")),
    Table("events.csv", Event, ("day", "title")),
    Table("note.csv", NoteFigure, ("item",)),
)


def read_table(
    table: Table, folder: Path = SHIPPED
) -> tuple[Sheet, tuple[tuple[Row, AnyRecord], ...], tuple[Finding, ...]]:
    """The file, its rows as records, and what is wrong with the rows that are none.

    Raises:
        ReferenceError: when the file cannot be read.
    """
    sheet = read_sheet(folder / table.file, folder)
    good: list[tuple[Row, AnyRecord]] = []
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = row.cells | {"source": LABEL + row.cells.get("source", "unsourced")}
        if table.record is FxRate:
            cells["as_of"] = cells.get("day", "") + _FIXING
        made = convert(sheet, row, table.record, cells)
        if isinstance(made, Finding):
            faults.append(made)
        else:
            good.append((row, made))
    return sheet, tuple(good), tuple(faults)


@cache
def reference_records() -> tuple[AnyRecord, ...]:
    """All facts of the shipped tables. A row that is no record is left out; the validator names it.

    Raises:
        ReferenceError: when a table is missing or unreadable: the installation is damaged.
    """
    return tuple(record for table in TABLES for _, record in read_table(table)[1])


def records_for(universe: Universe) -> tuple[AnyRecord, ...]:
    """All shipped facts; share counts that the universe itself gives stand in place of the shipped ones."""
    if not universe.share_counts:
        return reference_records()
    own = {count.symbol for count in universe.share_counts}
    kept = (one for one in reference_records() if not (isinstance(one, ShareCount) and one.symbol in own))
    return (*kept, *universe.share_counts)


def note_figures() -> tuple[NoteFigure, ...]:
    """Figures and definitions of the broker note, by item."""
    return tuple(record for record in reference_records() if isinstance(record, NoteFigure))
