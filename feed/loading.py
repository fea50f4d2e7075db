"""Loading: what the feed knows before its first poll, from the reference and the store."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from feed.ledger import Ledger
from feed.remarks import Remarks
from feed.store import Store
from feed.tasks import BY_CURRENCY
from providers.base import Provider, ProviderError, Request
from providers.records import AnyRecord, Remark, Valuation

REFERENCE = "reference"
"""The provider whose records lie beneath all others and are never stored."""

KEEP_VALUATIONS = dt.timedelta(days=400)
"""No trend of multiples reaches back further."""


async def load_reference(
    providers: Sequence[Provider], ledger: Ledger, remarks: Remarks, now: dt.datetime
) -> str:
    """Read the reference whole, as the layer beneath all others; its fingerprint.

    What cannot be read leaves a remark.
    """
    universe = ledger.universe
    found: list[AnyRecord] = []
    for provider in providers:
        if provider.name != REFERENCE:
            continue
        for capability in provider.offers:
            request = Request(
                capability=capability,
                lines=universe.lines,
                currencies=universe.currencies if capability in BY_CURRENCY else (),
                since=dt.date.min,
            )
            try:
                answer = await provider.fetch(request)
            except ProviderError as error:
                remarks.put((Remark(subject=REFERENCE, text=str(error), at=now, severity="error"),))
                continue
            ledger.add(answer.records, reference=True)
            remarks.put(answer.remarks)
            found += answer.records
    return fingerprint(found)


def fingerprint(records: Iterable[AnyRecord]) -> str:
    """Sixteen hexadecimal digits that differ where the records do, whatever their order; empty for none."""
    rows = sorted(msgspec.json.encode(record) for record in records)
    return hashlib.sha256(b"\n".join(rows)).hexdigest()[:16] if rows else ""


def load_store(store: Store, ledger: Ledger, today: dt.date) -> dict[tuple[str, dt.date], dt.datetime]:
    """Read the store; blocks. Gives the jobs that were finished.

    Raises:
        StoreError: when it cannot be read; what had been read until then stays.
    """
    oldest = today - KEEP_VALUATIONS
    ledger.add(one for one in store.records() if not isinstance(one, Valuation) or one.day >= oldest)
    return store.finished()
