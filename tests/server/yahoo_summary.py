"""Yahoo's summary of one symbol (v10): the fields of a quote again, by module."""

from __future__ import annotations

from collections.abc import Sequence

from tests.server.truth import Truth
from tests.server.yahoo_rows import JSON, quote_row

# Name of a field in its module → its name in the batch.
_MODULES: dict[str, dict[str, str]] = {
    "price": {
        name: name
        for name in (
            "symbol", "shortName", "longName", "quoteType", "currency", "exchange", "marketState",
            "marketCap", "regularMarketPrice", "regularMarketPreviousClose", "regularMarketTime",
        )
    },
    "quoteType": {name: name for name in ("symbol", "shortName", "longName", "quoteType", "exchange")},
    "summaryDetail": {
        "currency": "currency",
        "marketCap": "marketCap",
        "previousClose": "regularMarketPreviousClose",
        "open": "regularMarketOpen",
        "dayHigh": "regularMarketDayHigh",
        "dayLow": "regularMarketDayLow",
        "volume": "regularMarketVolume",
    },
    "defaultKeyStatistics": {
        "forwardEps": "epsForward",
        "trailingEps": "epsTrailingTwelveMonths",
        "bookValue": "bookValue",
        "sharesOutstanding": "sharesOutstanding",
    },
    "financialData": {"currentPrice": "regularMarketPrice", "financialCurrency": "financialCurrency"},
}  # fmt: skip


def summary(symbol: str, modules: Sequence[str], truth: Truth) -> JSON | None:
    """Return the modules that are known, `None` for what is not listed."""
    row = quote_row(symbol, truth)
    if row is None:
        return None
    return {
        module: {name: row[field] for name, field in _MODULES[module].items() if field in row}
        for module in modules
        if module in _MODULES
    }
