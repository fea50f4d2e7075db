"""What the protocols of the Chinese sources have in common: codes, and how a figure is written."""

from __future__ import annotations

import datetime as dt

from tests.server.truth import Stock, Truth

_SUFFIXES = {"sh": "SS", "sz": "SZ", "bj": "BJ"}
_LOT = 100


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


def coded(stock: Stock) -> tuple[str, str] | None:
    """Return market and code of a stock, `None` where the Chinese sources do not know its exchange."""
    root, _, suffix = stock.symbol.partition(".")
    for market, known in _SUFFIXES.items():
        if suffix == known:
            return market, root
    if suffix == "HK":
        return "hk", root.zfill(5)
    return None if suffix else ("us", root.replace("-", "_"))


def volume_of(market: str, shares: int) -> int:
    """Return a volume as it is told: of the mainland in lots."""
    return shares if market in {"hk", "us"} else shares // _LOT


def local(stock: Stock, truth: Truth, form: str) -> str:
    """Return the time of a price as the exchange's clock shows it."""
    return moment(stock, truth).astimezone(stock.zone).strftime(form)


def moment(stock: Stock, truth: Truth) -> dt.datetime:
    """Return the time of a price."""
    return stock.as_of or truth.now()


def figure(value: float | None) -> str:
    """Return a number as text, empty for none."""
    return "" if value is None else repr(value)
