"""Frankfurter: version 2 from many central banks, version 1 from the ECB alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth

_ECB_LACKS = {"TWD"}
Days = dict[dt.date, dict[str, float]]


class FrankfurterProtocol:
    """Attributes: `version_2` says whether it is there."""

    def __init__(self) -> None:
        self.version_2 = True

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        known = asked.path.startswith(("/v1/", "/v2/"))
        try:
            if asked.path == "/v2/rates" and self.version_2:
                return _second(asked.query, truth)
            if asked.path.startswith("/v1/"):
                return _first(asked.path.removeprefix("/v1/"), asked.query, truth)
        except ValueError as error:
            return Exchanged(status=422, body=json.dumps({"message": str(error)}).encode())
        return _not_found() if known else None


def _second(query: Mapping[str, str], truth: Truth) -> Exchanged:
    """Rows of one day or of a span, in any base; `providers=ecb` leaves the ECB's currencies alone."""
    base = query.get("base", "eur").upper()
    left_out = _ECB_LACKS if query.get("providers") == "ecb" else set()
    start = query.get("from") or query.get("date")
    days = _days(truth, start, query.get("to") or query.get("date"))
    rows = [
        {"date": str(day), "base": base, "quote": code, "rate": rate}
        for day, rates in _crossed(days, base, query.get("quotes"), left_out).items()
        for code, rate in rates.items()
    ]
    return Exchanged(body=json.dumps(rows).encode())


def _first(days: str, query: Mapping[str, str], truth: Truth) -> Exchanged:
    base = query.get("base", "EUR").upper()
    start, dots, end = days.partition("..")
    first = None if start == "latest" else start
    table = {
        str(day): rates
        for day, rates in _crossed(
            _days(truth, first, end if dots else first), base, query.get("symbols"), _ECB_LACKS
        ).items()
        if rates
    }
    if not table:
        return _not_found()
    told: dict[str, object] = {"amount": 1.0, "base": base}
    if dots:
        told |= {"start_date": min(table), "end_date": max(table), "rates": table}
    else:
        day, rates = max(table.items())
        told |= {"date": day, "rates": rates}
    return Exchanged(body=json.dumps(told).encode())


def _days(truth: Truth, start: str | None, end: str | None) -> Days:
    if start is None:
        return {truth.now().date(): truth.fx}
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end) if end else truth.now().date()
    return {day: rates for day, rates in truth.fx_history.items() if first <= day <= last}


def _crossed(days: Days, base: str, quotes: str | None, left_out: Iterable[str]) -> Days:
    """Return units of each wanted currency for one of the base.

    Raises:
        ValueError: The base is no currency.
    """
    wanted = None if quotes is None else set(quotes.upper().split(","))
    found: Days = {}
    for day, per_usd in days.items():
        rates = {"USD": 1.0, **per_usd}
        if base not in rates:
            raise ValueError(f"invalid currency: {base}")
        found[day] = {
            code: rate if base == "USD" else rate / rates[base]
            for code, rate in rates.items()
            if code not in {base, *left_out} and (wanted is None or code in wanted)
        }
    return found


def _not_found() -> Exchanged:
    return Exchanged(status=404, body=b'{"message":"not found"}')
