"""How records become rows of the store's tables, and rows records again."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from feed import schema
from feed.database import Insert, insert
from feed.identity import identity, microseconds
from providers.records import AnyRecord, Close, Quote

ALL_CLOSES = sa.select(
    schema.closes.c.symbol,
    schema.closes.c.day,
    schema.closes.c.close,
    schema.closes.c.currency,
    schema.closes.c.adjusted_to,
    schema.closes.c.quality,
    schema.closes.c.source,
)
ALL_FACTS = sa.select(schema.facts.c.body).order_by(schema.facts.c.day, schema.facts.c.key)


def rows_of(records: Iterable[AnyRecord]) -> dict[sa.Table, list[dict[str, Any]]]:
    """Rows by table. Of one fact said twice in a poll the one that stands, so that order has no influence."""
    best: dict[tuple[str, str | dt.date], tuple[int, AnyRecord]] = {}
    for record in records:
        name: tuple[str, str | dt.date]
        if isinstance(record, Close):  # they come by the ten thousand
            name, rank = (record.symbol, record.day), (record.adjusted_to or record.day).toordinal()
        else:
            kind, key, *_, rank = identity(record)
            name = (kind, key)
        known = best.get(name)
        if known is None or known[0] <= rank:
            best[name] = (rank, record)
    rows: dict[sa.Table, list[dict[str, Any]]] = {}
    for _, record in best.values():
        table, row = _row(record)
        rows.setdefault(table, []).append(row)
    return rows


def _row(record: AnyRecord) -> tuple[sa.Table, dict[str, Any]]:
    match record:
        case Quote():
            as_of = microseconds(record.as_of)
            return schema.quotes, {
                "symbol": record.symbol,
                "as_of": as_of,
                "body": msgspec.json.encode(record),
            }
        case Close():
            return schema.closes, {
                "symbol": record.symbol,
                "day": record.day.toordinal(),
                "close": record.close,
                "currency": record.currency,
                "adjusted_to": record.adjusted_to.toordinal() if record.adjusted_to else None,
                "quality": record.quality,
                "source": record.source,
            }
    kind, key, subject, day, rank = identity(record)
    return schema.facts, {
        "kind": kind,
        "key": key,
        "subject": subject,
        "day": day.toordinal(),
        "rank": rank,
        "body": msgspec.json.encode(record),
    }


def upsert(connection: sa.Connection, table: sa.Table) -> Insert:
    """Insert rows of the table; of two with one key the newer stands."""
    statement = insert(connection, table)
    new, old = statement.excluded, table.c
    if table is schema.quotes:
        newer = new.as_of >= old.as_of
    elif table is schema.closes:
        newer = sa.func.coalesce(new.adjusted_to, new.day) >= sa.func.coalesce(old.adjusted_to, old.day)
    elif table is schema.jobs:
        newer = new.at >= old.at
    elif table is schema.shared:
        newer = new.generation >= old.generation
    else:
        newer = new.rank >= old.rank
    keys = [column.name for column in table.primary_key]
    rest = {column.name: new[column.name] for column in table.columns if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest, where=newer)


def job_rows(done: Mapping[tuple[str, dt.date], dt.datetime]) -> list[dict[str, Any]]:
    """Rows of the table of finished jobs."""
    return [{"job": job, "day": day.toordinal(), "at": microseconds(at)} for (job, day), at in done.items()]


def add_requests(connection: sa.Connection) -> Insert:
    """Add to the counts of a day."""
    statement = insert(connection, schema.requests)
    total = schema.requests.c["count"] + statement.excluded["count"]
    return statement.on_conflict_do_update(index_elements=["provider", "day"], set_={"count": total})


def close_of(  # noqa: PLR0913, PLR0917 - one argument per column, in their order
    symbol: str,
    day: int,
    close: float,
    currency: str,
    adjusted_to: int | None,
    quality: str | None,
    source: str,
) -> Close:
    """The record of a row of `ALL_CLOSES`."""
    return Close(
        symbol=sys.intern(symbol),
        day=_date(day),
        close=close,
        currency=sys.intern(currency),
        adjusted_to=None if adjusted_to is None else _date(adjusted_to),
        quality=quality,
        source=sys.intern(source),
    )


_date = lru_cache(maxsize=10_000)(dt.date.fromordinal)
