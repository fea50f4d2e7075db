"""Spikes: closes of one answer that their neighbours contradict.

A close more than twice or less than half of both the close before and the one after, while those two agree
within the same bounds, is a wrong row. So is the newest one where it is 7.5 times away from the one before,
or more: a depositary ratio or a unit, unless a split on record explains it. Neighbours are a fortnight apart
at most; over longer gaps honest moves have no bounds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from feed.quarantine import DOUBLE, UNIT_FACTOR
from providers.records import AnyRecord, Close, Split

CLOSE_BY = dt.timedelta(days=14)


def spikes(records: Iterable[AnyRecord], known: Iterable[Split]) -> dict[tuple[str, str], str]:
    """What is wrong with closes, by symbol and ISO day, as part of a sentence.

    Args:
        records: One answer.
        known: Splits on record.
    """
    series: dict[str, list[Close]] = {}
    splits = {(split.symbol, split.day) for split in known}
    for record in records:
        if isinstance(record, Close) and 0 < record.close < math.inf:
            series.setdefault(record.symbol, []).append(record)
        elif isinstance(record, Split):
            splits.add((record.symbol, record.day))
    return {
        (close.symbol, close.day.isoformat()): flaw
        for symbol, closes in series.items()
        for close, flaw in _of(sorted(closes, key=lambda one: one.day), {d for s, d in splits if s == symbol})
    }


def _of(closes: Sequence[Close], split_days: set[dt.date]) -> Iterator[tuple[Close, str]]:
    before: Close | None = None
    for close, after in zip_longest(closes, closes[1:]):
        if before is None or not _wrong(before, close, after, split_days):
            before = close
            continue
        beside = f"{before.close:g} of {before.day}" + (
            f" and {after.close:g} of {after.day}" if after else ""
        )
        yield close, f"a close of {close.close:g} on {close.day}, beside {beside}"


def _wrong(before: Close, close: Close, after: Close | None, split_days: set[dt.date]) -> bool:
    last = after or close
    if last.day - before.day > CLOSE_BY or any(before.day < day <= last.day for day in split_days):
        return False
    if after is None:
        return abs(_moved(before, close)) >= math.log(UNIT_FACTOR)
    there, back = _moved(before, close), _moved(close, after)
    return min(abs(there), abs(back)) > math.log(DOUBLE) >= abs(there + back)


def _moved(one: Close, other: Close) -> float:
    return math.log(other.close) - math.log(one.close)
