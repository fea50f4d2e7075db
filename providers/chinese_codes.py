"""Codes: how Chinese sources name a line: a market and the exchange's own code (`hk`, `00700`)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from providers.quote_rows import Unusable
from providers.universe import Line

Market = Literal["sh", "sz", "bj", "hk", "us"]

MARKETS: dict[str, Market] = {
    "XSHG": "sh",
    "XSHE": "sz",
    "BJSE": "bj",
    "XHKG": "hk",
    "XNYS": "us",
    "XNAS": "us",
    "XASE": "us",
    "ARCX": "us",
    "BATS": "us",
}
_CURRENCIES: dict[Market, str] = {"sh": "CNY", "sz": "CNY", "bj": "CNY", "hk": "HKD", "us": "USD"}
_DIGITS: dict[Market, re.Pattern[str]] = {
    "sh": re.compile(r"\d{6}", re.ASCII),
    "sz": re.compile(r"\d{6}", re.ASCII),
    "bj": re.compile(r"\d{6}", re.ASCII),
    "hk": re.compile(r"\d{1,5}", re.ASCII),
}
_TICKER = re.compile(r"[A-Z]{1,6}([.-][A-Z]{1,2})?")


class Code(NamedTuple):
    """A line as these sources know it.

    Attributes:
        code: Six digits on the mainland, five in Hong Kong, a ticker with a dot (`BRK.B`) in the US.
        currency: In which lines of that market and code trade; rows of some sources do not say it.
    """

    market: Market
    code: str
    currency: str


def code_of(line: Line) -> Code | None:
    """Return the code of a line, `None` where its exchange is none of theirs or its symbol is no code."""
    market = MARKETS.get(line.exchange)
    if market is None:
        return None
    if market == "us":
        ticker = line.symbol.upper()
        return Code(market, ticker.replace("-", "."), "USD") if _TICKER.fullmatch(ticker) else None
    digits = line.symbol.partition(".")[0]
    if not _DIGITS[market].fullmatch(digits):
        return None
    code = digits.zfill(5) if market == "hk" else digits
    return Code(market, code, _currency(market, code))


def market_of(line: Line) -> Market:
    """Return the market of a line whose code trades in the line's currency.

    Raises:
        Unusable: It trades in another, or nowhere.
    """
    code = code_of(line)
    if code is None or code.currency != line.currency:
        traded = "nowhere" if code is None else f"in {code.currency}"
        raise Unusable(f"a price in {line.currency} was expected, there the line trades {traded}")
    return code.market


def _currency(market: Market, code: str) -> str:
    """Return the currency of a code: B shares and Hong Kong's RMB counters differ from their market."""
    match market, code[0]:
        case "sh", "9":
            return "USD"
        case "sz", "2":
            return "HKD"
        case "hk", "8":
            return "CNY"
        case _:
            return _CURRENCIES[market]
