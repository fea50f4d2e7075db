"""What makes two records the same fact, so that saying it twice stores it once."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

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
    Quote,
    ShareCount,
    Split,
    Valuation,
)


class Identity(NamedTuple):
    """`kind` and `key` name the fact; of two with one name the greater `rank` stands.

    `subject` is what the fact is about, the same on any day; `day` is the day on which it was known.
    """

    kind: str
    key: str
    subject: str
    day: dt.date
    rank: int = 0


def microseconds(at: dt.datetime) -> int:
    """An instant as whole microseconds since 1970."""
    return round(at.timestamp() * 1_000_000)


def instant(value: int) -> dt.datetime:
    """The reverse of `microseconds`."""
    return dt.datetime.fromtimestamp(value / 1_000_000, dt.UTC)


def quarter_end(quarter: str) -> dt.date:
    """Last day of a quarter such as `2025Q3`."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first_after = dt.date(year + number // 4, number % 4 * 3 + 1, 1)
    return first_after - dt.timedelta(days=1)


def identity(record: AnyRecord) -> Identity:  # noqa: PLR0911, C901 - one case per kind of record
    """Name and date of a record. An FX rate is one fact per day, the newest of the day standing."""
    kind = type(record).__name__
    match record:
        case Quote():
            return Identity(
                kind, record.symbol, record.symbol, record.as_of.date(), microseconds(record.as_of)
            )
        case Close():
            basis = record.adjusted_to or record.day
            return _dated(kind, record.symbol, record.day, basis.toordinal())
        case Split() | ShareCount():
            return _dated(kind, record.symbol, record.day)
        case FxRate():
            return _dated(kind, record.currency, record.as_of.date(), microseconds(record.as_of))
        case FxAverage():
            subject = f"{record.currency}|{record.quarter}"
            return Identity(kind, subject, subject, quarter_end(record.quarter))
        case Valuation():
            return _dated(kind, f"{record.issuer}|{record.field}", record.day)
        case CapexFact():
            return _dated(
                kind, f"{record.company}|{record.start}|{record.end}|{record.kind}", record.known_on
            )
        case ModelScore():
            subject = f"{record.index}|{record.version}|{record.model}|{record.day}"
            return _dated(kind, subject, record.known_on)
        case IndexVersion():
            subject = f"{record.index}|{record.version}"
            return Identity(kind, subject, subject, record.day)
        case PrivateMark():
            return _dated(kind, f"{record.company}|{record.kind}", record.day)
        case Event():
            return _dated(kind, f"{record.kind}|{record.region}|{record.title}", record.day)
        case NoteFigure():
            return Identity(kind, record.item, record.item, dt.date.min)


def _dated(kind: str, subject: str, day: dt.date, rank: int = 0) -> Identity:
    return Identity(kind, f"{subject}|{day}", subject, day, rank)
