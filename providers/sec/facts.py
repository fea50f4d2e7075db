"""Facts: the rows of EDGAR's company facts that are in use, checked one by one.

`fy` and `fp` of a row belong to the filing that repeats it, not to the fact, so they are not read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

import msgspec

from providers.base import BadAnswer
from providers.numbers import number

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}", re.ASCII)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One reported value.

    Attributes:
        start: First day of the period, `None` for a balance at `end`.
        value: Absolute units.
        filed: Day of the filing that states it.
        accession: Number of that filing.
    """

    end: dt.date
    value: float
    filed: dt.date
    start: dt.date | None = None
    accession: str = ""

    @property
    def days(self) -> int:
        """Length of the period, 0 for a balance."""
        return 0 if self.start is None else (self.end - self.start).days + 1


Facts = dict[str, dict[str, tuple[Fact, ...]]]
"""Concept with its taxonomy (`us-gaap/…`) → unit (`USD`, `shares`) → facts."""


def facts_of(payload: object, concepts: Iterable[str]) -> Facts:
    """Return the facts of some concepts; rows that are none are dropped.

    Raises:
        BadAnswer: The answer is not one of company facts.
    """
    taxonomies = _mapping(payload).get("facts")
    if not isinstance(taxonomies, Mapping):
        raise BadAnswer("EDGAR's answer should hold company facts under `facts`, it does not")
    found: Facts = {}
    for concept in concepts:
        taxonomy, _, name = concept.partition("/")
        units = _mapping(_mapping(_mapping(taxonomies.get(taxonomy)).get(name)).get("units"))
        kept = {unit: tuple(_facts(rows)) for unit, rows in units.items() if isinstance(unit, str)}
        if any(kept.values()):
            found[concept] = kept
    return found


def _facts(rows: object) -> Iterable[Fact]:
    for row in rows if isinstance(rows, list) else []:
        fact = _fact(_mapping(row))
        if fact is not None:
            yield fact


def _fact(row: Mapping[str, object]) -> Fact | None:
    end, filed, value = _day(row.get("end")), _day(row.get("filed")), number(row.get("val"))
    start = _day(row.get("start"))
    if end is None or filed is None or value is None or filed < end:
        return None
    if row.get("start") is not None and (start is None or start > end):
        return None
    number_of_filing = row.get("accn")
    known = isinstance(number_of_filing, str) and _ACCESSION.fullmatch(number_of_filing)
    return Fact(
        start=start, end=end, value=value, filed=filed, accession=str(number_of_filing) if known else ""
    )


def _day(value: object) -> dt.date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
