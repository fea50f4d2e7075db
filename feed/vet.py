"""Vet: what may enter. One bad row costs one row and leaves a remark.

A price that leaps by more than a quarter, or by a factor that smells of a unit (10, 100) or of an ADR ratio
(8), waits until it is confirmed: a leap by a second source or by the next poll, a unit factor by a second
source only, because a source that mistakes the unit does so every time. A split that is on record explains
its own factor.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    FxAverage,
    FxRate,
    ModelScore,
    PrivateMark,
    Quote,
    Remark,
    ShareCount,
    Split,
    Valuation,
)
from providers.universe import Line

FUTURE = dt.timedelta(minutes=2)
LEAP = 0.25
SAME_PRICE = 0.05
UNIT_FACTORS = (8.0, 10.0, 100.0)
UNIT_TOLERANCE = 0.02


@dataclass(frozen=True, kw_only=True)
class Vetted:
    """What may enter, what to say, and the symbols whose price waits for confirmation."""

    records: tuple[AnyRecord, ...]
    remarks: tuple[Remark, ...] = ()
    held: tuple[str, ...] = ()


class Gate:
    """Lets records of one universe in. Remembers the prices that wait, at most one per line.

    `expected` gives the last known price of a line on today's share basis, `None` when too old to compare.
    """

    def __init__(self, lines: Mapping[str, Line], expected: Callable[[str], float | None]) -> None:
        self._lines = lines
        self._expected = expected
        self._waiting: dict[str, Quote] = {}

    def vet(self, records: Iterable[AnyRecord], now: dt.datetime) -> Vetted:
        """Sort records into those that may enter and those that may not."""
        passed: list[AnyRecord] = []
        remarks: list[Remark] = []
        held: list[str] = []
        for record in records:
            flaw = self._flaw(record, now)
            if flaw is None and isinstance(record, Quote):
                flaw = self._doubt(record)
                if flaw is not None:
                    held.append(record.symbol)
            if flaw is None:
                passed.append(record)
            else:
                remarks.append(_remark(record, flaw, now))
        return Vetted(records=tuple(passed), remarks=tuple(remarks), held=tuple(held))

    def _flaw(self, record: AnyRecord, now: dt.datetime) -> str | None:
        for name, value in _numbers(record):
            if not math.isfinite(value):
                return f"expected a number as {name}, got {value}"
            if name not in _ANY_SIGN and value <= 0:
                return f"expected a {name} above zero, got {value:g}"
        if isinstance(record, Quote | Close):
            line = self._lines.get(record.symbol)
            if line is not None and record.currency != line.currency:
                return f"expected a price in {line.currency}, got {record.currency or 'no currency'}"
        if isinstance(record, Quote | FxRate) and record.as_of > now + FUTURE:
            return f"dated {record.as_of:%Y-%m-%d %H:%M} UTC, in the future; is this machine's clock right?"
        if isinstance(record, Close) and record.day > now.date() + dt.timedelta(days=1):
            return f"a close of {record.day}, which is in the future"
        return None

    def _doubt(self, quote: Quote) -> str | None:
        """Why the price has to wait, if it has to."""
        expected = self._expected(quote.symbol)
        waiting = self._waiting.get(quote.symbol)
        if expected is None or abs(quote.price / expected - 1) <= LEAP:
            if waiting is None or waiting.source == quote.source:
                self._waiting.pop(quote.symbol, None)
            return None
        unit = _is_unit_factor(quote.price / expected)
        if waiting is not None and abs(quote.price / waiting.price - 1) <= SAME_PRICE:
            second_source = quote.source != waiting.source
            next_poll = quote.received > waiting.received and not unit
            if second_source or next_poll:
                del self._waiting[quote.symbol]
                return None
            return _leap(quote, expected, unit=unit)
        self._waiting[quote.symbol] = quote
        return _leap(quote, expected, unit=unit)


def _leap(quote: Quote, expected: float, *, unit: bool) -> str:
    until = "a second source confirms it" if unit else "a second source or the next poll confirms it"
    return f"{quote.price:g} {quote.currency} after {expected:g} is held back until {until}"


def _is_unit_factor(ratio: float) -> bool:
    factor = max(ratio, 1 / ratio)
    return any(abs(factor / unit - 1) <= UNIT_TOLERANCE for unit in UNIT_FACTORS)


_ANY_SIGN = frozenset({"value", "score", "amount"})


def _numbers(record: AnyRecord) -> tuple[tuple[str, float], ...]:  # noqa: PLR0911 - one case per kind of record
    match record:
        case Quote():
            return (("price", record.price),)
        case Close():
            return (("close", record.close),)
        case FxRate() | FxAverage():
            return (("rate", record.per_usd),)
        case Split():
            return (("ratio", record.ratio),)
        case ShareCount():
            return (("count", record.shares),)
        case Valuation():
            return (("value", record.value),)
        case CapexFact():
            return (("amount", record.amount),)
        case ModelScore():
            return (("score", record.score),)
        case PrivateMark():
            return (("mark", record.value_usd), ("lower end", record.low_usd), ("upper end", record.high_usd))
        case _:
            return ()


def _remark(record: AnyRecord, flaw: str, now: dt.datetime) -> Remark:
    names = (getattr(record, name, None) for name in ("symbol", "company", "issuer", "currency"))
    return Remark(
        subject=next((name for name in names if name), type(record).__name__),
        text=f"{record.source}: {flaw}.",
        at=now,
        severity="warning",
        source=record.source,
    )
