"""Yahoo's time series of fundamentals: quarters, and trailing sums of four of them."""

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
        rows = [_row(symbol, kind, accounts) for kind in asked.query.get("type", "").split(",")]
        return Exchanged(body=json.dumps({"timeseries": {"result": rows, "error": None}}).encode())


def _row(symbol: str, kind: str, accounts: Accounts) -> dict[str, object]:
    quarters: dict[str, Quarters] = {
        "CapitalExpenditure": {end: -amount for end, amount in accounts.capex.items()},
        "TotalRevenue": accounts.revenue,
        "NetIncome": accounts.income,
    }
    row: dict[str, object] = {"meta": {"symbol": [symbol], "type": [kind]}}
    trailing = kind.startswith("trailing")
    known = quarters.get(kind.removeprefix("trailing").removeprefix("quarterly"), {})
    figures = _trailing(known) if trailing else known
    if figures:
        row["timestamp"] = [_stamp(end) for end in sorted(figures)]
        row[kind] = [
            {
                "dataId": 1,
                "asOfDate": str(end),
                "periodType": "TTM" if trailing else "3M",
                "currencyCode": accounts.currency,
                "reportedValue": {"raw": figures[end], "fmt": f"{figures[end] / 1e9:.2f}B"},
            }
            for end in sorted(figures)
        ]
    return row


def _trailing(quarters: Quarters) -> dict[dt.date, float]:
    ends = sorted(quarters)
    return {ends[at]: sum(quarters[end] for end in ends[at - 3 : at + 1]) for at in range(3, len(ends))}


def _stamp(end: dt.date) -> int:
    return int(dt.datetime.combine(end, dt.time(), dt.UTC).timestamp())
