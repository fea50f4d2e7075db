"""From the rows of a batch to one quote per line: what all sources of quotes have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from providers.base import Answer
from providers.records import Quote, Remark
from providers.text import clean
from providers.universe import Line

RowT = TypeVar("RowT")


class Unusable(Exception):  # noqa: N818 - never leaves a provider; it costs one row, not the answer
    """A row that cannot become a record; the message says why, for a remark."""


@dataclass(frozen=True, kw_only=True)
class Reading(Generic[RowT]):
    """How one source's rows are read.

    Attributes:
        source: The provider's name.
        title: The same, as people write it.
        asked_as: The name under which a line is asked for.
        named: The same name, of a row that came.
        read: The quote of a row that is about a line, received at an instant; raises `Unusable`.
    """

    source: str
    title: str
    asked_as: Callable[[Line], str]
    named: Callable[[RowT], str]
    read: Callable[[RowT, Line, dt.datetime], Quote]


def quotes(rows: Iterable[RowT], lines: Sequence[Line], now: dt.datetime, reading: Reading[RowT]) -> Answer:
    """Return one quote per line that came, whatever the order, the spelling and the company of the rows.

    A row that was not asked for changes nothing; of two rows of one line the newer counts.
    """
    wanted = {reading.asked_as(line): line for line in lines}
    found: dict[str, Quote] = {}
    reasons: dict[str, str] = {}
    strangers: list[str] = []
    for row in rows:
        line = wanted.get(reading.named(row))
        if line is None:
            strangers.append(clean(reading.named(row), 24))
            continue
        try:
            quote = reading.read(row, line, now)
        except Unusable as unusable:
            reasons[line.symbol] = str(unusable)
            continue
        before = found.get(line.symbol)
        if before is None or quote.as_of >= before.as_of:
            found[line.symbol] = quote
    missing = tuple(line.symbol for line in lines if line.symbol not in found)
    source, title = reading.source, reading.title
    remarks = [
        Remark(subject=symbol, text=f"No price from {title}: {reasons[symbol]}.", at=now, source=source)
        for symbol in missing
        if symbol in reasons
    ]
    silent = [symbol for symbol in missing if symbol not in reasons]
    if strangers and silent:
        text = f"{title} left out {', '.join(silent)} and sent {', '.join(strangers)} unasked: renamed?"
        remarks.append(Remark(subject=source, text=text, at=now, severity="warning", source=source))
    return Answer(records=tuple(found.values()), missing=missing, remarks=tuple(remarks))
