"""Calendar quarters as whole numbers, so that periods of different lengths add up and never overlap by a day.

A quarter is `year * 4 + (0..3)`. A company's fiscal period is read as the calendar quarters it lies nearest
to: its first and its last day move to the nearest quarter boundary (at most 46 days away), so consecutive
fiscal periods stay consecutive. Oracle's quarter to 31 August is the third calendar quarter.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

Quarter = int
_ONE_DAY = dt.timedelta(days=1)


def quarter_of(day: dt.date) -> Quarter:
    """The calendar quarter that a day lies in."""
    return day.year * 4 + (day.month - 1) // 3


def first_day(quarter: Quarter) -> dt.date:
    """First day of a quarter."""
    year, index = divmod(quarter, 4)
    return dt.date(year, 3 * index + 1, 1)


def last_day(quarter: Quarter) -> dt.date:
    """Last day of a quarter."""
    return first_day(quarter + 1) - _ONE_DAY


def quarter_label(quarter: Quarter) -> str:
    """`2025Q3`."""
    year, index = divmod(quarter, 4)
    return f"{year}Q{index + 1}"


def parse_quarter(label: str) -> Quarter:
    """The inverse of `quarter_label`.

    Raises:
        ValueError: where the label is not of the form `2025Q3`.
    """
    year, separator, index = label.partition("Q")
    if not separator or index not in {"1", "2", "3", "4"}:
        raise ValueError(f"a quarter looks like 2025Q3, not {label!r}")
    return int(year) * 4 + int(index) - 1


class Span(NamedTuple):
    """A run of quarters, both ends included."""

    first: Quarter
    last: Quarter

    @property
    def length(self) -> int:
        """Number of quarters."""
        return self.last - self.first + 1

    @property
    def start(self) -> dt.date:
        """First day."""
        return first_day(self.first)

    @property
    def end(self) -> dt.date:
        """Last day."""
        return last_day(self.last)

    @property
    def quarters(self) -> range:
        """Every quarter in order."""
        return range(self.first, self.last + 1)

    @property
    def label(self) -> str:
        """`2025Q3`, `2025H1`, `2025`, or both ends of any other run."""
        year, index = divmod(self.first, 4)
        if self.length == 1:
            return quarter_label(self.first)
        if self.length == 2 and index in {0, 2}:
            return f"{year}H{index // 2 + 1}"
        if self.length == 4 and index == 0:
            return str(year)
        return f"{quarter_label(self.first)}-{quarter_label(self.last)}"


def year_span(year: int, until: int | None = None) -> Span:
    """The quarters of one calendar year, or of the years up to `until`."""
    return Span(year * 4, (until or year) * 4 + 3)


def trailing(quarter: Quarter, length: int) -> Span:
    """The `length` quarters that end with `quarter`."""
    return Span(quarter - length + 1, quarter)


def nearest_span(start: dt.date, end: dt.date) -> Span | None:
    """The calendar quarters nearest to a reporting period; `None` where it is nearer to none."""
    first = _nearest_boundary(start)
    last = _nearest_boundary(end + _ONE_DAY) - 1
    return Span(first, last) if last >= first else None


def _nearest_boundary(day: dt.date) -> Quarter:
    here = quarter_of(day)
    return here if day - first_day(here) <= first_day(here + 1) - day else here + 1
