"""The market that clients and providers read side by side, and what both say of it in one form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from providers.base import Capability, Provider, Request
from providers.records import Close, Quote
from providers.universe import Line
from tests.providers.slow_world import MICROSOFT, issuer
from tests.providers.world import NOW, line
from tests.server import Stock, Truth
from tests.server.accounts import Accounts

MOUTAI = line("600519.SS", "XSHG", "CNY")
CAMBRICON = line("688256.SS", "XSHG", "CNY")
INNOLIGHT = line("300308.SZ", "XSHE", "CNY")
TENCENT = line("0700.HK", "XHKG", "HKD")
BABA = line("BABA")
NVIDIA = line("NVDA", "XNAS")
OCADO = line("OCDO.L", "XLON", "GBP")

ALIBABA = issuer("Alibaba Group", BABA, region="CN", currency="CNY")
ISSUERS = (ALIBABA, MICROSOFT)

# New York's newest session is over; in Asia the day of `NOW` is running, so its bar is no close.
DAYS = [dt.date(2026, 11, day) for day in (16, 17, 18, 19, 20, 23)]
SINCE = DAYS[0]
SPLIT = dt.date(2026, 11, 19)
QUARTERS = [
    dt.date(2024, 9, 30), dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 6, 30),
    dt.date(2025, 9, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2026, 6, 30),
]  # fmt: skip


class Price(NamedTuple):
    """What a source says of a line at one moment."""

    price: float
    previous_close: float | None = None
    market_cap: float | None = None


def truth() -> Truth:
    """Return the market: each figure differs from all others, one line has split."""

    def stock(symbol: str, price: float, before: float, cap: float, **more: object) -> Stock:
        history = {day: before - 3.0 + at * 0.5 for at, day in enumerate(DAYS[:-1])}
        stock = Stock(
            symbol=symbol, price=price, previous_close=before, market_cap=cap, shares=cap / price,
            history={**history, DAYS[-1]: before},
        )  # fmt: skip
        for name, value in more.items():
            setattr(stock, name, value)
        return stock

    market = Truth(now=lambda: NOW)
    market.add(
        stock("600519.SS", 1302.8, 1290.0, 1.63e12),
        stock("688256.SS", 1378.1, 1350.0, 8.6585e11),
        stock("300308.SZ", 1280.05, 1279.0, 1.4215e12, splits={SPLIT: 2.0}),
        stock("0700.HK", 478.8, 479.2, 4.3488e12),
        stock("BABA", 113.24, 111.81, 2.8147e11, exchange="NYQ", financial_currency="CNY"),
        stock("NVDA", 218.29, 218.36, 5.4595e12),
        # Quoted in pence, its value in pounds.
        stock("OCDO.L", 308.8, 315.2, 2.55e9),
    )
    amounts = {end: 1e9 * (at + 1) ** 2 for at, end in enumerate(QUARTERS)}
    market.accounts = {
        "MSFT": Accounts(cik=789019, year_begins=7, capex=amounts, shares={QUARTERS[-1]: 7.43e9}),
        "BABA": Accounts(currency="CNY", year_begins=4, capex=amounts),
    }
    return market


async def prices(provider: Provider, *lines: Line) -> dict[str, Price]:
    """Return what a provider of ours reads, by symbol."""
    answer = await provider.fetch(Request(capability=Capability.QUOTES, lines=lines))
    assert answer.missing == ()
    return {
        quote.symbol: Price(quote.price, quote.previous_close, quote.market_cap)
        for quote in answer.records
        if isinstance(quote, Quote)
    }


async def closes(provider: Provider, of: Line) -> dict[dt.date, float]:
    """Return the finished closes that a provider of ours reads, on today's share basis."""
    answer = await provider.fetch(Request(capability=Capability.CLOSES, lines=(of,), since=SINCE))
    found = {close.day: close.close for close in answer.records if isinstance(close, Close)}
    assert len(found) == len(DAYS)
    return found


def finished(days: Sequence[dt.date], values: Sequence[float]) -> dict[dt.date, float]:
    """Return a client's closes without the running day's."""
    return {day: float(value) for day, value in zip(days, values, strict=True) if day in DAYS}
