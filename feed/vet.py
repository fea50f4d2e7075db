"""Vet: what may enter. One bad row costs one row and leaves a remark.

A figure that leaps waits in the quarantine. A count of shares that differs by more than 3 % from the one in
use does not replace it: issues and buybacks of that size are filed, so only a filing does.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from feed.quarantine import Expected, Figure, Held, Quarantine
from feed.spikes import spikes
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
from providers.text import clean
from providers.universe import Line

FUTURE = dt.timedelta(minutes=2)
LEAST_PRICE, MOST_PRICE = 1e-6, 1e9
SAME_COUNT = 0.03
FILINGS = frozenset({"sec"})
"""Sources whose counts are the companies' own."""
LEAP_OF_FILING = 2.0


@dataclass(frozen=True, kw_only=True)
class Vetted:
    """What may enter, what to say, and the symbols and currencies whose figure waits for confirmation."""

    records: tuple[AnyRecord, ...]
    remarks: tuple[Remark, ...] = ()
    held: tuple[str, ...] = ()


class Gate:
    """Lets records of one universe in.

    Args:
        lines: The lines of the universe by symbol.
        expected: The last known price or rate before the one that came, on today's share basis.
        count: The share count in use before the one that came, on its share basis.
        splits: Splits on record.
    """

    def __init__(
        self,
        lines: Mapping[str, Line],
        expected: Callable[[Quote | FxRate], Expected | None],
        count: Callable[[ShareCount], ShareCount | None] = lambda _came: None,
        splits: Callable[[], Iterable[Split]] = tuple,
    ) -> None:
        self._lines = lines
        self._expected = expected
        self._count = count
        self._splits = splits
        self._quarantine = Quarantine()

    @property
    def held(self) -> tuple[Held, ...]:
        """The figures that wait for confirmation."""
        return self._quarantine.held

    def restore(self, held: Iterable[Held]) -> None:
        """Go on with figures that waited in another process, of this universe."""
        known = self._lines.keys() | {line.currency for line in self._lines.values()}
        self._quarantine.restore(one for one in held if one.figure.key in known)

    def vet(self, records: Iterable[AnyRecord], now: dt.datetime) -> Vetted:
        """Sort records into those that may enter and those that may not."""
        passed: list[AnyRecord] = []
        remarks: list[Remark] = []
        held: list[str] = []
        records = tuple(records)
        wrong = spikes(records, self._splits())
        for came in records:
            record = _tidied(came) if isinstance(came, Quote) else _plain(came)
            flaw = self._flaw(record, now)
            if flaw is None and isinstance(record, Close):
                flaw = wrong.get((record.symbol, record.day.isoformat()))
            if flaw is None and isinstance(record, Quote | FxRate):
                figure = _figure(record, now)
                flaw = self._quarantine.doubt(figure, self._expected(record))
                if flaw is not None:
                    held.append(figure.key)
            if flaw is None and isinstance(record, ShareCount):
                flaw = self._contradiction(record)
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
        if isinstance(record, Quote) and not LEAST_PRICE <= record.price <= MOST_PRICE:
            return f"expected the price of a share, got {record.price:g}"
        if isinstance(record, Quote | Close):
            line = self._lines.get(record.symbol)
            if line is not None and record.currency != line.currency:
                return f"expected a price in {line.currency}, got {record.currency or 'no currency'}"
        return _from_the_future(record, now)

    def _contradiction(self, came: ShareCount) -> str | None:
        """Why a count does not replace the one in use, if it does not."""
        known = self._count(came)
        if known is None:
            return None
        limit = LEAP_OF_FILING if came.source in FILINGS else 1.0 + SAME_COUNT
        if abs(math.log(came.shares) - math.log(known.shares)) <= math.log(limit):
            return None
        return (
            f"expected about {known.shares / 1e6:,.1f} million shares ({known.source}, {known.day}), "
            f"got {came.shares / 1e6:,.1f} of {came.day}: {came.shares / known.shares - 1:+.1%}; "
            "the former stay in use"
        )


def _from_the_future(record: AnyRecord, now: dt.datetime) -> str | None:
    if isinstance(record, Quote | FxRate) and record.as_of > now + FUTURE:
        return f"dated {record.as_of:%Y-%m-%d %H:%M} UTC, in the future; check this machine's clock"
    if isinstance(record, Close) and record.day > now.date() + dt.timedelta(days=1):
        return f"a close of {record.day}, which is in the future"
    return None


def _plain(record: AnyRecord) -> AnyRecord:
    """A record whose texts hold nothing that a terminal would obey; a provider should have seen to that.

    Closes come by the ten thousand and are known by symbols of the universe, so they are not looked through.
    """
    if isinstance(record, Close):
        return record
    texts = {name: getattr(record, name) for name in record.__struct_fields__}
    unclean = {
        name: clean(text) for name, text in texts.items() if isinstance(text, str) and not text.isprintable()
    }
    return msgspec.structs.replace(record, **unclean) if unclean else record


def _tidied(quote: Quote) -> Quote:
    """A quote without what beside its price is no number above zero."""
    beside = (quote.previous_close, quote.market_cap)
    previous, cap = (value if value is not None and 0 < value < math.inf else None for value in beside)
    if (previous, cap) == beside:
        return quote
    return msgspec.structs.replace(quote, previous_close=previous, market_cap=cap)


def _figure(record: Quote | FxRate, now: dt.datetime) -> Figure:
    if isinstance(record, Quote):
        return Figure(
            key=record.symbol,
            value=record.price,
            source=record.source,
            as_of=record.as_of,
            received=record.received,
            unit=record.currency,
        )
    return Figure(
        key=record.currency,
        value=record.per_usd,
        source=record.source,
        as_of=record.as_of,
        received=now,
        unit=f"{record.currency} per USD",
        is_rate=True,
    )


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
