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
# Prices are rounded, so a last price may stand a little outside of the day's rounded range.
_RANGE_SLACK = 0.01


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
            strangers += filter(None, [clean(reading.named(row), 24)])
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


def priced(price: float | None, previous: float | None, currency: str) -> float:
    """Return a price above zero; sources show a halted line by zero or a dash.

    Raises:
        Unusable: There is none.
    """
    if price is not None and price > 0:
        return price
    if price is not None and price < 0:
        raise Unusable(f"the price {price:g} is below zero")
    before = f"; the close before was {previous:g} {currency}" if previous else ""
    raise Unusable(f"the row has no price, the line is halted{before}")


def check_range(price: float, low: float | None, high: float | None) -> None:
    """Check that a price lies within the day's range, where the row gives one.

    Raises:
        Unusable: It does not, so fields are out of place or one of them is wrong.
    """
    if low is None or high is None:
        return
    if not low * (1 - _RANGE_SLACK) <= price <= high * (1 + _RANGE_SLACK):
        raise Unusable(f"the price {price:g} is outside of the day's range, {low:g} to {high:g}")
