"""Quarters: flows by quarter out of facts that are mostly sums since the fiscal year began.

A quarter is a fact of 80 to 100 days (years of 52 and 53 weeks have quarters of 84 to 98), else the
difference of two successive sums with the same first day; the last one is the year less nine months. A year
of which not every quarter can be had stands as a year.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from providers.sec.facts import Fact

QUARTER_DAYS = range(80, 101)
YEAR_DAYS = range(350, 381)
_ONE_DAY = dt.timedelta(days=1)

Period = tuple[dt.date, dt.date]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sum over a period, first and last day included, as it stood from `known_on`.

    `accession` is the newest of the filings that it comes from.
    """

    period: Period
    amount: float
    known_on: dt.date
    accession: str


def vintages(facts: Iterable[Fact]) -> list[Flow]:
    """Return every flow with every value it has had, in the order in which they became known.

    A filing repeats figures of the year before, so what a day knew is computed anew for each day of filing,
    from the latest statement of each period until then.
    """
    by_day: defaultdict[dt.date, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.start is not None:
            by_day[fact.filed].append(fact)
    stated: dict[Period, Fact] = {}
    known: dict[Period, float] = {}
    found: list[Flow] = []
    for day in sorted(by_day):
        for fact in by_day[day]:
            if fact.start is not None:
                stated[fact.start, fact.end] = fact
        for period, (amount, newest) in _flows(stated).items():
            if known.get(period) != amount:
                known[period] = amount
                found.append(Flow(period=period, amount=amount, known_on=day, accession=newest.accession))
    return found


def _flows(stated: Mapping[Period, Fact]) -> dict[Period, tuple[float, Fact]]:
    """Return amount and newest filing by period: quarters, and years that lack one."""
    quarters = {**_differences(stated), **_whole(stated, QUARTER_DAYS)}
    years = {
        (start, end): found
        for (start, end), found in _whole(stated, YEAR_DAYS).items()
        if sum(start <= first and last <= end for first, last in quarters) < 4
    }
    return {period: found for period, found in (quarters | years).items() if found[0] > 0}


def _whole(stated: Mapping[Period, Fact], days: range) -> dict[Period, tuple[float, Fact]]:
    return {period: (fact.value, fact) for period, fact in stated.items() if fact.days in days}


def _differences(stated: Mapping[Period, Fact]) -> dict[Period, tuple[float, Fact]]:
    starts: defaultdict[dt.date, list[Fact]] = defaultdict(list)
    for (start, _), fact in stated.items():
        starts[start].append(fact)
    found: dict[Period, tuple[float, Fact]] = {}
    for sums in starts.values():
        for before, after in pairwise(sorted(sums, key=lambda fact: fact.end)):
            if (after.end - before.end).days in QUARTER_DAYS:
                newest = max(before, after, key=lambda fact: (fact.filed, fact.end))
                found[before.end + _ONE_DAY, after.end] = (after.value - before.value, newest)
    return found
