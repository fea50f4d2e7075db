"""Share counts: of issuers whose one counted line is quoted in the US, its units being the shares reported.

EDGAR's company facts hold only what is reported for the company as a whole. Where a company reports by class
(Alphabet, Meta, Dell), the facts hold no count or a stale one, and a total could not be divided among lines;
where the line is a depositary receipt, its units are not the shares. Both are left to other sources.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from statistics import median

from providers.records import ShareCount
from providers.sec.concepts import BALANCE_SHARES, COVER_SHARES
from providers.sec.facts import Fact, Facts
from providers.universe import Issuer, Line

US_EXCHANGES = frozenset({"XNYS", "XNAS", "XASE"})
# A newer report should have come within this time; an older count is one that the company no longer states
# as a whole.
CURRENT = dt.timedelta(days=200)
# A count this many times off the others is in thousands.
_SLIP = 100.0


def counted_line(issuer: Issuer) -> Line | None:
    """Return the line whose units EDGAR counts, `None` where there is none or more than one."""
    counted = [line for line in issuer.lines if line.counted]
    if len(counted) != 1:
        return None
    (line,) = counted
    own_shares = line.ordinary_per_unit == 1.0 and "AD" not in line.line_class
    return line if line.exchange in US_EXCHANGES and own_shares else None


def share_counts(facts: Facts, line: Line, since: dt.date, today: dt.date) -> list[ShareCount]:
    """Return the counts of a line from `since` on, none at all where the newest is not current.

    The cover page of a report counts shares on its own day; a balance sheet is on the basis of the day of
    filing, because a split before that day is already in it.
    """
    for concept in (COVER_SHARES, BALANCE_SHARES):
        stated = _newest_of_each_day(facts.get(concept, {}).get("shares", ()))
        if stated and today - stated[-1].end <= CURRENT:
            return [_count(fact, line, concept) for fact in stated if fact.end >= since]
    return []


def _newest_of_each_day(facts: Iterable[Fact]) -> list[Fact]:
    days: dict[dt.date, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.filed):
        if fact.start is None and fact.value > 0:
            days[fact.end] = fact
    if not days:
        return []
    usual = median(fact.value for fact in days.values())
    return [days[day] for day in sorted(days) if usual / _SLIP < days[day].value < usual * _SLIP]


def _count(fact: Fact, line: Line, concept: str) -> ShareCount:
    cover = concept == COVER_SHARES
    return ShareCount(
        source="sec",
        symbol=line.symbol,
        day=fact.end,
        shares=fact.value,
        restated_to=None if cover else fact.filed,
        confidence="high",
        note=("cover page" if cover else "balance sheet") + f" of EDGAR filing {fact.accession}",
    )
