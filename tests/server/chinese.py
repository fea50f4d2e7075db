"""What the protocols of the Chinese sources have in common: codes, and how a figure is written."""

from __future__ import annotations

import datetime as dt

from tests.server.truth import Stock, Truth

_SUFFIXES = {"sh": "SS", "sz": "SZ", "bj": "BJ"}


def listed(market: str, code: str, truth: Truth) -> Stock | None:
    """Return the stock behind a market and a code, `None` for an unknown one."""
    match market:
        case "us":
            symbol = code.upper().replace(".", "-").replace("$", "-").replace("_", "-")
        case "hk":
            symbol = f"{code.removeprefix('0')}.HK"
        case _:
            symbol = f"{code}.{_SUFFIXES[market]}"
    return truth.stock(symbol)


def local(stock: Stock, truth: Truth, form: str) -> str:
    """Return the time of a price as the exchange's clock shows it."""
    return moment(stock, truth).astimezone(stock.zone).strftime(form)


def moment(stock: Stock, truth: Truth) -> dt.datetime:
    """Return the time of a price."""
    return stock.as_of or truth.now()


def figure(value: float | None) -> str:
    """Return a number as text, empty for none."""
    return "" if value is None else repr(value)
