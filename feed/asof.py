"""As of: the Market at the end of a past day, from what was known then.

The instant is 23:59:59 UTC of the day: every session dated that day has closed by then, New York's last, and
none of the next day has begun in Asia.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from feed.identity import identity
from feed.ledger import Ledger, Surroundings
from feed.sessions import Exchanges
from feed.store import Store
from providers.market import Market
from providers.records import AnyRecord, Close, Event, FxRate, Quote
from providers.universe import Universe

END_OF_DAY = dt.time(23, 59, 59, tzinfo=dt.UTC)


class AsOfError(Exception):
    """The state on that day cannot be told. The message says from when on it can."""


def market_at(  # noqa: PLR0913 - the parts that a past state is made of, by name
    day: dt.date,
    *,
    store: Store | None,
    reference_records: Iterable[AnyRecord],
    universe: Universe,
    exchanges: Exchanges,
    today: dt.date | None = None,
) -> Market:
    """The state at the end of `day`: closes and rates of days up to it, facts and events known by then.

    There are no quotes in it: the closes of the day are its prices. Blocks while it reads the store.

    Raises:
        AsOfError: for a day after `today` (by default the machine's), or before the first known close.
        StoreError: when the store cannot be read.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    if day > today:
        raise AsOfError(f"Expected a day that has come, got {day}; today is {today}.")
    ledger = Ledger(universe)
    first: dt.date | None = None
    layers: tuple[tuple[Iterable[AnyRecord], bool], ...] = (
        (reference_records, True),
        (store.records() if store is not None else (), False),
    )
    for records, reference in layers:
        for record in records:
            if isinstance(record, Close) and record.symbol in ledger.lines:
                first = min(first or record.day, record.day)
            if _known(record, day):
                ledger.add((record,), reference=reference)
    if first is None or day < first:
        known = f"the first close known is of {first}" if first else "no close is known at all"
        raise AsOfError(f"Nothing is known of {day}: {known}.")
    at = dt.datetime.combine(day, END_OF_DAY)
    return ledger.market(Surroundings(at=at, mode="offline", sessions=exchanges.states(at)))


def _known(record: AnyRecord, day: dt.date) -> bool:
    """Whether the record was known at the end of a day."""
    match record:
        case Quote():
            return False
        case Event():
            return (record.known_on or record.day) <= day
        case FxRate():
            return record.as_of.date() <= day
        case _:
            return identity(record).day <= day
