"""Frankfurter: version 2 from many central banks, version 1 from the ECB alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth


class FrankfurterProtocol:
    """Attributes: `version_2` says whether it is there."""

    def __init__(self) -> None:
        self.version_2 = True

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if asked.path == "/v2/rates" and self.version_2:
            return self._second(asked.query, truth)
        if asked.path.startswith("/v1/"):
            return self._first(asked.path.removeprefix("/v1/"), asked.query, truth)
        if asked.path.startswith("/v2/"):
            return Exchanged(status=404, body=b'{"message":"not found"}')
        return None

    def _second(self, query: Mapping[str, str], truth: Truth) -> Exchanged:
        quotes = query["quotes"].upper().split(",")
        rows = [
            {"date": str(day), "base": "USD", "quote": code, "rate": rates[code]}
            for day, rates in _days(truth, query.get("from"), query.get("to")).items()
            for code in quotes
            if code in rates
        ]
        return Exchanged(body=json.dumps(rows).encode())

    def _first(self, days: str, query: Mapping[str, str], truth: Truth) -> Exchanged:
        wanted = query["symbols"].split(",")
        start, dots, end = days.partition("..")
        table = {
            str(day): {code: rates[code] for code in wanted if code in rates and code != "TWD"}
            for day, rates in _days(truth, start if dots else None, end).items()
        }
        table = {day: rates for day, rates in table.items() if rates}
        if not table:
            return Exchanged(status=404, body=b'{"message":"not found"}')
        if dots:
            payload: dict[str, object] = {"amount": 1.0, "base": "USD", "start_date": start, "rates": table}
        else:
            day, rates = max(table.items())
            payload = {"amount": 1.0, "base": "USD", "date": day, "rates": rates}
        return Exchanged(body=json.dumps(payload).encode())


def _days(truth: Truth, start: str | None, end: str | None) -> dict[dt.date, dict[str, float]]:
    if start is None:
        return {truth.now().date(): truth.fx}
    last = dt.date.fromisoformat(end) if end else truth.now().date()
    return {day: row for day, row in truth.fx_history.items() if dt.date.fromisoformat(start) <= day <= last}
