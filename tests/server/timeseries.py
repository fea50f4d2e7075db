"""Yahoo's time series of fundamentals: quarters, fiscal years, and trailing sums of four quarters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from urllib.parse import unquote

from tests.server.accounts import Accounts
from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth

_PATH = "/ws/fundamentals-timeseries/v1/finance/timeseries/"
Quarters = Mapping[dt.date, float]


class TimeseriesProtocol:
    """Needs no crumb. A type of which nothing is known has a row without figures."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if not asked.path.startswith(_PATH):
            return None
        symbol = unquote(asked.path.removeprefix(_PATH))
        accounts = truth.accounts.get(symbol, Accounts())
        span = range(int(asked.query.get("period1", "0")), int(asked.query.get("period2", "1" * 11)) + 1)
        rows = [_row(symbol, kind, accounts, span) for kind in asked.query.get("type", "").split(",")]
        return Exchanged(body=json.dumps({"timeseries": {"result": rows, "error": None}}).encode())


def _row(symbol: str, kind: str, accounts: Accounts, span: range) -> dict[str, object]:
    known: dict[str, Quarters] = {
        "CapitalExpenditure": {end: -amount for end, amount in accounts.capex.items()},
        "TotalRevenue": accounts.revenue,
        "NetIncome": accounts.income,
    }
    row: dict[str, object] = {"meta": {"symbol": [symbol], "type": [kind]}}
    for start, (period, figures_of) in _PERIODS.items():
        figures = figures_of(known.get(kind.removeprefix(start), {}), accounts)
        ends = [end for end in sorted(figures) if _stamp(end) in span]
        if kind.startswith(start) and ends:
            row["timestamp"] = [_stamp(end) for end in ends]
            row[kind] = [
                {
                    "dataId": 1,
                    "asOfDate": str(end),
                    "periodType": period,
                    "currencyCode": accounts.currency,
                    "reportedValue": {"raw": figures[end], "fmt": f"{figures[end] / 1e9:.2f}B"},
                }
                for end in ends
            ]
    return row


def _quarterly(quarters: Quarters, _accounts: Accounts) -> Quarters:
    return quarters


def _annual(quarters: Quarters, accounts: Accounts) -> Quarters:
    years: dict[dt.date, list[dt.date]] = {}
    for end in sorted(quarters):
        years.setdefault(accounts.year_of(end), []).append(end)
    return {ends[-1]: sum(quarters[end] for end in ends) for ends in years.values() if len(ends) == 4}


def _trailing(quarters: Quarters, _accounts: Accounts) -> Quarters:
    ends = sorted(quarters)
    return {ends[at]: sum(quarters[end] for end in ends[at - 3 : at + 1]) for at in range(3, len(ends))}


_PERIODS = {"quarterly": ("3M", _quarterly), "annual": ("12M", _annual), "trailing": ("TTM", _trailing)}


def _stamp(end: dt.date) -> int:
    return int(dt.datetime.combine(end, dt.time(), dt.UTC).timestamp())
