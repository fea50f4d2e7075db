"""What cannot be true of a fact in a shipped table. One function per record, each yields findings."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    FxAverage,
    FxRate,
    ModelScore,
    PrivateMark,
    ShareCount,
    Valuation,
)
from providers.reference.line_rules import CURRENCIES
from providers.reference.rows import Finding, Row, Sheet
from providers.universe import Line

# The band in which the Hong Kong Monetary Authority holds its dollar is 7.75 to 7.85.
HKD_BAND = (7.7, 7.9)
SATURDAY = 5


@dataclass(frozen=True)
class Known:
    """What a fact can refer to, and the day after which nothing can have happened.

    `symbols` and `issuers` are all that are written down; `lines` only those that are usable, so that one bad
    line is one finding and not one for each of its facts.
    """

    symbols: frozenset[str]
    issuers: frozenset[str]
    lines: Mapping[str, Line]
    today: dt.date


Say = Callable[[str, str, str], Finding]


def faults(sheet: Sheet, row: Row, record: AnyRecord, known: Known) -> Iterator[Finding]:
    """Everything that is wrong with one fact."""

    def say(column: str, message: str, mend: str = "Correct the cell.") -> Finding:
        return sheet.error(row, column, message, mend)

    yield from _traceable(row, say)
    yield from _about(record, known, say)
    rule = _RULES.get(type(record))
    if rule is not None:
        yield from rule(record, known, say)


def _traceable(row: Row, say: Say) -> Iterator[Finding]:
    if "source" not in row.cells:
        yield say("source", "expected a source, got nothing.", 'Name it, or write "unsourced".')
    if row.cells.get("confidence") not in ("high", "medium", "low"):
        yield say(
            "confidence",
            f"expected high, medium or low, got {row.cells.get('confidence')!r}.",
            "Fill the cell.",
        )
    if row.cells.get("source") == "unsourced" and row.cells.get("confidence") != "low":
        yield say("confidence", "expected low for an unsourced fact.", "Write low, or name the source.")


def _about(record: AnyRecord, known: Known, say: Say) -> Iterator[Finding]:
    symbol, issuer = getattr(record, "symbol", None), getattr(record, "issuer", None)
    currency = getattr(record, "currency", None)
    line = known.lines.get(symbol or "")
    if symbol is not None and symbol not in known.symbols:
        yield say(
            "symbol", f"expected a line of lines.csv, got {symbol!r}.", "Add it, or correct the symbol."
        )
    if line is not None and issuer is not None and line.issuer != issuer:
        yield say("symbol", f"{symbol} is a line of {line.issuer}, not of {issuer}.", "Correct one of them.")
    if issuer is not None and issuer not in known.issuers:
        yield say(
            "issuer", f"expected an issuer of issuers.csv, got {issuer!r}.", "Add it, or correct the id."
        )
    if currency is not None and currency not in CURRENCIES:
        yield say("currency", f"expected a currency such as HKD, got {currency!r}.", "Write its ISO code.")


def _positive(column: str, value: float, say: Say) -> Iterator[Finding]:
    if not 0 < value < math.inf:
        yield say(column, f"expected a number above zero, got {value!r}.", "Correct the cell.")


def _traded(day: dt.date, known: Known, say: Say) -> Iterator[Finding]:
    if day.weekday() >= SATURDAY:
        yield say(
            "day", f"{day} is a {day:%A}: no exchange held a session.", "Write the day of the session before."
        )
    if day > known.today:
        yield say("day", f"{day} has not been yet.", "Correct the day.")


def _close(one: Close, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("close", one.close, say)
    yield from _traded(one.day, known, say)
    line = known.lines.get(one.symbol)
    if line is None:
        return
    if one.currency != line.currency:
        message = f"{one.symbol} trades in {line.currency}, its close is in {one.currency}."
        yield say("currency", message, "Correct the currency, convert nothing.")
    if line.listed_on and one.day < line.listed_on:
        yield say(
            "day",
            f"{one.symbol} was listed on {line.listed_on}, after this close.",
            "Correct one of the two days.",
        )
    if line.delisted_on and one.day > line.delisted_on:
        yield say(
            "day",
            f"{one.symbol} was delisted on {line.delisted_on}, before this close.",
            "Correct one of them.",
        )


def _count(one: ShareCount, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("shares", one.shares, say)
    if one.day > known.today:
        yield say("day", f"{one.day} has not been yet.", "Correct the day.")
    line = known.lines.get(one.symbol)
    if line is None:
        return
    if line.listed_on and one.day < line.listed_on:
        yield say(
            "day",
            f"{one.symbol} was listed on {line.listed_on}, after this count.",
            "Start it at the listing.",
        )
    if not line.counted:
        message = f"{one.symbol} is a twin: its shares are in the count of {line.twin_of}."
        yield say("symbol", message, "Drop the row, or state it in units of the counted line.")


def _rate(one: FxRate, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("per_usd", one.per_usd, say)
    yield from _traded(one.as_of.date(), known, say)
    yield from _pegged(one.currency, one.per_usd, say)


def _average(one: FxAverage, known: Known, say: Say) -> Iterator[Finding]:
    del known
    yield from _positive("per_usd", one.per_usd, say)
    yield from _pegged(one.currency, one.per_usd, say)


def _pegged(currency: str, per_usd: float, say: Say) -> Iterator[Finding]:
    low, high = HKD_BAND
    if currency == "HKD" and not low <= per_usd <= high:
        yield say(
            "per_usd", f"expected {low} to {high} HKD for a dollar, got {per_usd}.", "Write HKD per USD."
        )


def _valuation(one: Valuation, known: Known, say: Say) -> Iterator[Finding]:
    if not math.isfinite(one.value):
        yield say("value", f"expected a number, got {one.value!r}.", "Correct the cell.")
    if one.day > known.today:
        yield say("day", f"{one.day} has not been yet.", "Correct the day.")
    if one.field in ("revenue_ttm", "net_income_ttm") and one.currency is None:
        yield say("currency", f"expected the currency of {one.field}, got nothing.", "Fill the cell.")
    if one.field == "forward_pe" and one.fiscal_year_end is None:
        yield say(
            "fiscal_year_end",
            "expected the fiscal year that it looks forward to, got nothing.",
            "Fill the cell.",
        )


def _capex(one: CapexFact, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("amount", one.amount, say)
    if one.start >= one.end:
        yield say("start", f"the period starts on {one.start} and ends on {one.end}.", "Correct one of them.")
    if one.kind == "actual" and one.known_on <= one.end:
        yield say(
            "known_on",
            f"an actual cannot be known on {one.known_on}, before its period is over.",
            "Correct it.",
        )
    if one.known_on > known.today:
        yield say("known_on", f"{one.known_on} has not been yet.", "Correct the day.")
    yield from _band(one.low, one.amount, one.high, "low", say)


def _score(one: ModelScore, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("score", one.score, say)
    if one.known_on < one.day:
        yield say(
            "known_on", f"known on {one.known_on}, before it was held on {one.day}.", "Correct one of them."
        )
    if one.known_on > known.today:
        yield say("known_on", f"{one.known_on} has not been yet.", "Correct the day.")


def _mark(one: PrivateMark, known: Known, say: Say) -> Iterator[Finding]:
    yield from _positive("value_usd", one.value_usd, say)
    yield from _band(one.low_usd, one.value_usd, one.high_usd, "low_usd", say)
    if one.until and one.until <= one.day:
        yield say(
            "until",
            f"{one.company} ceased to be private on {one.until}, before this mark.",
            "Correct one of them.",
        )
    if one.day > known.today:
        yield say("day", f"{one.day} has not been yet.", "Correct the day.")


def _band(low: float | None, value: float, high: float | None, column: str, say: Say) -> Iterator[Finding]:
    if not (low if low is not None else value) <= value <= (high if high is not None else value):
        yield say(
            column, f"expected low ≤ value ≤ high, got {low} ≤ {value} ≤ {high}.", "Correct one of them."
        )


_RULES: dict[type[Any], Callable[[Any, Known, Say], Iterator[Finding]]] = {
    Close: _close,
    ShareCount: _count,
    FxRate: _rate,
    FxAverage: _average,
    Valuation: _valuation,
    CapexFact: _capex,
    ModelScore: _score,
    PrivateMark: _mark,
}
