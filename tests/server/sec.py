"""EDGAR's company facts: sums since the fiscal year began, repeated a year later; conditional requests."""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from collections.abc import Iterator

from tests.server.accounts import Accounts
from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth

Row = dict[str, object]
_PATH = re.compile(r"/api/xbrl/companyfacts/CIK(\d{10})\.json")
_UNDECLARED = (
    b"<!DOCTYPE html><html><h1>Your Request Originates from an Undeclared Automated Tool</h1></html>"
)
TOO_FAST = b"<!DOCTYPE html><html><h1>Request Rate Threshold Exceeded</h1></html>"
_UNKNOWN = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'
PLANT = "PaymentsToAcquirePropertyPlantAndEquipment"


class SecProtocol:
    """Answers clients that say who they are."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        path = _PATH.fullmatch(asked.path)
        if path is None:
            return None
        if "@" not in asked.headers.get("user-agent", ""):
            return Exchanged(status=403, body=_UNDECLARED, content_type="text/html")
        accounts = next((one for one in truth.accounts.values() if one.cik == int(path[1])), None)
        if accounts is None:
            return Exchanged(status=404, body=_UNKNOWN, content_type="application/xml")
        body = json.dumps(company_facts(accounts)).encode()
        tag = f'"{zlib.crc32(body):x}"'
        if asked.headers.get("if-none-match") == tag:
            return Exchanged(status=304, headers=[("ETag", tag)])
        return Exchanged(
            body=body, headers=[("ETag", tag), ("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")]
        )


def company_facts(accounts: Accounts) -> Row:
    """Return the facts of a company."""
    counts = [
        {"end": str(day), "val": count, "filed": str(day + dt.timedelta(days=7)), "accn": _ACCESSION}
        for day, count in sorted(accounts.shares.items())
    ]
    return {
        "cik": accounts.cik,
        "entityName": "A COMPANY",
        "facts": {
            "dei": {"EntityCommonStockSharesOutstanding": {"units": {"shares": counts}}},
            "us-gaap": {PLANT: {"label": "Payments", "units": {accounts.currency: list(_sums(accounts))}}},
        },
    }


_ACCESSION = "0000000000-26-000001"


def _sums(accounts: Accounts) -> Iterator[Row]:
    running: dict[dt.date, float] = {}
    for end, amount in sorted(accounts.capex.items()):
        start = accounts.year_of(end)
        running[start] = running.get(start, 0.0) + amount
        whole = (end - start).days > 300
        filed = filed_on(end, whole=whole)
        row = {"start": str(start), "end": str(end), "val": running[start], "accn": _ACCESSION}
        yield row | {"fy": filed.year, "fp": "FY" if whole else "Q1", "filed": str(filed)}
        again = filed.replace(year=filed.year + 1)
        yield row | {"fy": again.year, "fp": "FY" if whole else "Q1", "filed": str(again), "frame": "CY"}


def filed_on(end: dt.date, *, whole: bool = False) -> dt.date:
    """Return the day on which a period's report is filed."""
    return end + dt.timedelta(days=40 if whole else 25)
