"""EDGAR's company facts: sums since the fiscal year began, repeated a year later; conditional requests."""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from collections.abc import Iterable, Iterator

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
        body = json.dumps(company_facts(accounts, truth.now().date())).encode()
        tag = f'"{zlib.crc32(body):x}"'
        if asked.headers.get("if-none-match") == tag:
            return Exchanged(status=304, headers=[("ETag", tag)])
        return Exchanged(
            body=body, headers=[("ETag", tag), ("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")]
        )


def company_facts(accounts: Accounts, today: dt.date) -> Row:
    """Return the facts of a company that have been filed."""
    counts: list[Row] = [
        {"end": str(day), "val": count, "filed": str(day + dt.timedelta(days=7)), "accn": _ACCESSION}
        | {"fy": day.year, "fp": "Q1", "form": "10-Q"}
        for day, count in sorted(accounts.shares.items())
    ]
    return {
        "cik": accounts.cik,
        "entityName": "A COMPANY",
        "facts": {
            "dei": {
                "EntityCommonStockSharesOutstanding": {
                    "label": "Entity Common Stock, Shares Outstanding",
                    "description": "Number of shares outstanding.",
                    "units": {"shares": _filed(counts, today)},
                }
            },
            "us-gaap": {
                PLANT: {
                    "label": "Payments to Acquire Property, Plant, and Equipment",
                    "description": "The cash outflow for plant.",
                    "units": {accounts.currency: _framed(_filed(_sums(accounts), today))},
                }
            },
        },
    }


def _filed(rows: Iterable[Row], today: dt.date) -> list[Row]:
    return [row for row in rows if str(row["filed"]) <= str(today)]


def _framed(rows: list[Row]) -> list[Row]:
    """Name the calendar frame of quarters and years, on the last row of each period alone."""
    last = {(row["start"], row["end"]): row for row in rows}
    for (start, end), row in last.items():
        first, final = dt.date.fromisoformat(str(start)), dt.date.fromisoformat(str(end))
        days = (final - first).days
        middle = first + dt.timedelta(days=days // 2)
        if days > 300:
            row["frame"] = f"CY{middle.year}"
        elif days < 120:
            row["frame"] = f"CY{middle.year}Q{(middle.month + 2) // 3}"
    return rows


_ACCESSION = "0000000000-26-000001"


def _sums(accounts: Accounts) -> Iterator[Row]:
    running: dict[dt.date, float] = {}
    for end, amount in sorted(accounts.capex.items()):
        start = accounts.year_of(end)
        running[start] = running.get(start, 0.0) + amount
        whole = (end - start).days > 300
        filed = filed_on(end, whole=whole)
        row = {"start": str(start), "end": str(end), "val": running[start], "accn": _ACCESSION}
        row |= {"fp": "FY" if whole else f"Q{round((end - start).days / 91)}"}
        row |= {"form": "10-K" if whole else "10-Q"}
        # Year and part are the filing's, not the fact's.
        fiscal = (start + dt.timedelta(days=360)).year
        yield row | {"fy": fiscal, "filed": str(filed)}
        again = filed.replace(year=filed.year + 1)
        yield row | {"fy": fiscal + 1, "filed": str(again)}


def filed_on(end: dt.date, *, whole: bool = False) -> dt.date:
    """Return the day on which a period's report is filed."""
    return end + dt.timedelta(days=40 if whole else 25)
