"""The embedded reference: dated facts in CSV tables, universes, their validator, their provider."""

from __future__ import annotations

from providers.reference.check import check
from providers.reference.constituents import load_universe, universe_names
from providers.reference.provider import Reference
from providers.reference.rows import Finding, ReferenceError  # noqa: A004 - the package's own error, named for its subject
from providers.reference.tables import note_figures, records_for, reference_records

__all__ = [
    "Finding",
    "Reference",
    "ReferenceError",
    "check",
    "load_universe",
    "note_figures",
    "records_for",
    "reference_records",
    "universe_names",
]
