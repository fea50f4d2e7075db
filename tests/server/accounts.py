"""Accounts of a company and scores of models: what the slow sources of the loopback market tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Accounts:
    """What a company reports, by last day of a quarter. Money in `currency`, absolute units.

    Attributes:
        year_begins: First month of the fiscal year.
        shares: Ordinary shares by day of count.
    """

    cik: int | None = None
    currency: str = "USD"
    capex: dict[dt.date, float] = field(default_factory=dict)
    revenue: dict[dt.date, float] = field(default_factory=dict)
    income: dict[dt.date, float] = field(default_factory=dict)
    shares: dict[dt.date, float] = field(default_factory=dict)
    year_begins: int = 1

    def year_of(self, end: dt.date) -> dt.date:
        """Return the first day of the fiscal year that a quarter belongs to."""
        year = end.year if end.month >= self.year_begins else end.year - 1
        return dt.date(year, self.year_begins, 1)


@dataclass(frozen=True, kw_only=True)
class Score:
    """A model with its score on the index and its rating in the arena."""

    model: str
    creator: str
    released: dt.date
    index: float | None = None
    rating: float | None = None
    estimated: bool = False
