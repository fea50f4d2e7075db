"""Pane 2: China's share of global AI, listed, and with private companies as a range.

`listed = China listed ÷ all listed`, China included below. With private companies, marks are added on both
sides: `(China listed + China private) ÷ (all listed + all private)`. The range takes every Chinese mark at
its low and every other at its high end, and the reverse.
"""

from __future__ import annotations

import numpy as np

from metrics.basket import coverage
from metrics.board import PrivateRow, RegionRow, Share, ShareRow
from metrics.day import Day, day
from metrics.freshness import freshness
from metrics.numbers import BoolArray, FloatArray, finite, percent, total
from metrics.valued import Valued
from providers.market import Market
from providers.records import PrivateMark
from providers.universe import SUBSECTOR_NAMES


def share(market: Market, now: Valued) -> Share:
    """China's share at the values of `now`, with the private marks in force at `market.at`."""
    china = now.of_side("china")
    caps = now.cap
    today = day(now)
    china_usd, global_usd = total(caps[china]), total(caps)
    marks = marks_in_force(market)
    low, mid, high = (_with_private(china_usd, global_usd, marks, *ends) for ends in _ENDS)
    return Share(
        listed_pct=finite(percent(china_usd, global_usd)),
        with_private_pct=finite(mid),
        with_private_low_pct=finite(low),
        with_private_high_pct=finite(high),
        china_listed_usd=finite(china_usd),
        global_listed_usd=finite(global_usd),
        china_private_usd=sum(mark.value_usd for mark in marks if mark.side == "china"),
        global_private_usd=sum(mark.value_usd for mark in marks),
        by_subsector=_by_subsector(now, today, china),
        by_region=_by_region(now),
        private=tuple(_private_row(mark) for mark in marks),
        coverage=coverage(now, np.ones_like(china)),
        freshness=freshness(now.lines[now.valued_lines]),
        day_pp=_day_pp(now, today, china, np.ones_like(china)),
    )


def marks_in_force(market: Market) -> tuple[PrivateMark, ...]:
    """The newest mark of each company known by `market.at`, unless the company is listed or merged by then.

    Of several marks of one day the highest confidence counts. Sorted by value, largest first.
    """
    today = market.at.date()
    newest: dict[str, PrivateMark] = {}
    ended = {mark.company for mark in market.marks if mark.until is not None and mark.until <= today}
    known = (mark for mark in market.marks if mark.day <= today and mark.company not in ended)
    rank = {"low": 0, "medium": 1, "high": 2}
    for mark in sorted(
        known, key=lambda each: (each.day, rank[each.confidence], each.value_usd, each.source)
    ):
        newest[mark.company] = mark
    return tuple(sorted(newest.values(), key=lambda mark: (-mark.value_usd, mark.company)))


_ENDS = (("low_usd", "high_usd"), ("value_usd", "value_usd"), ("high_usd", "low_usd"))
"""Which end of the band Chinese and other marks take: for the low, the middle and the high of the range."""


def _with_private(
    china_usd: float, global_usd: float, marks: tuple[PrivateMark, ...], china_end: str, peer_end: str
) -> float:
    china = sum(float(getattr(mark, china_end)) for mark in marks if mark.side == "china")
    peers = sum(float(getattr(mark, peer_end)) for mark in marks if mark.side == "peer")
    return percent(china_usd + china, global_usd + china + peers)


def _day_pp(now: Valued, today: Day, china: BoolArray, group: BoolArray) -> float | None:
    """Points by which China's share of a group of issuers moved; `None` where too little of it is known."""
    if not today.covers(group[now.roster.issuer_of] & now.valued_lines):
        return None
    before = np.zeros(group.size)
    np.add.at(before, now.roster.issuer_of, today.previous_values())
    chosen = group & ~np.isnan(now.cap)
    after_pct, before_pct = (
        percent(float(each[china & chosen].sum()), float(each[chosen].sum())) for each in (now.cap, before)
    )
    return finite(after_pct - before_pct)


def _by_subsector(now: Valued, today: Day, china: BoolArray) -> tuple[ShareRow, ...]:
    caps, listed = now.cap, now.is_listed
    of = np.array([issuer.subsector for issuer in now.roster.issuers], dtype=object)
    rows = []
    for subsector in SUBSECTOR_NAMES:
        group = np.asarray(of == subsector, dtype=np.bool_)
        if not group.any():
            continue
        china_usd, global_usd = _side_total(caps[group & china & listed]), total(caps[group])
        rows.append(
            ShareRow(
                subsector=subsector,
                china_usd=finite(china_usd),
                global_usd=finite(global_usd),
                share_pct=finite(percent(china_usd, global_usd)),
                day_pp=_day_pp(now, today, china, group),
            )
        )
    return tuple(rows)


def _side_total(caps: FloatArray) -> float:
    """Value of the listed issuers of a side: truly 0 where there is none, unknown where none has a value."""
    return total(caps) if caps.size else 0.0


def _by_region(now: Valued) -> tuple[RegionRow, ...]:
    caps = now.cap
    of = np.array([issuer.region for issuer in now.roster.issuers], dtype=object)
    whole = total(caps)
    rows = []
    for region in sorted(set(of)):
        held = caps[np.asarray(of == region, dtype=np.bool_)]
        value = total(held)
        rows.append(
            RegionRow(
                region=region,
                value_usd=finite(value),
                share_pct=finite(percent(value, whole)),
                issuers=int((~np.isnan(held)).sum()),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.value_usd is None, -(row.value_usd or 0.0), row.region)))


def _private_row(mark: PrivateMark) -> PrivateRow:
    return PrivateRow(
        company=mark.company,
        side=mark.side,
        region=mark.region,
        subsector=mark.subsector,
        date=mark.day,
        kind=mark.kind,
        value_usd=mark.value_usd,
        low_usd=mark.low_usd,
        high_usd=mark.high_usd,
        source=mark.source,
    )
