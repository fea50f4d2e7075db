"""Truth: what the loopback market would say if no protocol stood between."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import RLock
from typing import NamedTuple
from zoneinfo import ZoneInfo

from providers.universe import Line
from tests.server.accounts import Accounts, Score


class Venue(NamedTuple):
    """What the ending of a symbol says: currency as quoted, exchange code, zone, opening and closing time."""

    currency: str
    exchange: str
    zone: str
    opens: dt.time
    closes: dt.time
    delay: int


class Bar(NamedTuple):
    """A day's trading; the five differ, so that a field out of place shows. Volume in shares."""

    open: float
    high: float
    low: float
    close: float
    volume: int


def bar_of(close: float) -> Bar:
    """Return a made-up day around its last price."""
    return Bar(close * 0.995, close * 1.01, close * 0.99, close, 1_234_500)


_ASIA = (dt.time(9, 30), dt.time(16))
VENUES: dict[str, Venue] = {
    "": Venue("USD", "NMS", "America/New_York", dt.time(9, 30), dt.time(16), 0),
    "HK": Venue("HKD", "HKG", "Asia/Hong_Kong", *_ASIA, 15),
    "SS": Venue("CNY", "SHH", "Asia/Shanghai", dt.time(9, 30), dt.time(15), 0),
    "SZ": Venue("CNY", "SHZ", "Asia/Shanghai", dt.time(9, 30), dt.time(15), 0),
    "TW": Venue("TWD", "TAI", "Asia/Taipei", dt.time(9), dt.time(13, 30), 20),
    "TWO": Venue("TWD", "TWO", "Asia/Taipei", dt.time(9), dt.time(13, 30), 20),
    "KS": Venue("KRW", "KSC", "Asia/Seoul", dt.time(9), dt.time(15, 30), 20),
    "KQ": Venue("KRW", "KOE", "Asia/Seoul", dt.time(9), dt.time(15, 30), 20),
    "T": Venue("JPY", "JPX", "Asia/Tokyo", dt.time(9), dt.time(15, 30), 20),
    "L": Venue("GBp", "LSE", "Europe/London", dt.time(8), dt.time(16, 30), 15),
    "AS": Venue("EUR", "AMS", "Europe/Amsterdam", dt.time(9), dt.time(17, 30), 15),
    "DE": Venue("EUR", "GER", "Europe/Berlin", dt.time(9), dt.time(17, 30), 15),
    "PA": Venue("EUR", "PAR", "Europe/Paris", dt.time(9), dt.time(17, 30), 15),
    "ST": Venue("SEK", "STO", "Europe/Stockholm", dt.time(9), dt.time(17, 30), 15),
}

FX = {
    "AUD": 1.42, "CAD": 1.39, "CHF": 0.82, "CNY": 6.6529, "EUR": 0.8951, "GBP": 0.7463, "HKD": 7.8457,
    "INR": 94.96, "JPY": 157.25, "KRW": 1335.2, "SEK": 9.83, "SGD": 1.278, "TWD": 30.42,
}  # fmt: skip


def venue_of(symbol: str) -> Venue:
    """Return the venue of a symbol by its ending."""
    _, dot, ending = symbol.rpartition(".")
    return VENUES.get(ending if dot else "", VENUES[""])


@dataclass(kw_only=True)
class Stock:
    """One listed line, as Yahoo spells it.

    Attributes:
        price: In `currency` as quoted: pence for `GBp`.
        shares: All shares of the issuer, in units of the line.
        floating: Fraction of them that can be traded on the exchange.
        as_of: Time of the price; `None`: the market's present.
        history: Closes as printed on their day, before later splits.
        splits: Units after for one unit before, by day.
        raw: Fields that overrule what the protocol would say; a value of `...` leaves the field out.
    """

    symbol: str
    price: float
    currency: str = ""
    name: str = ""
    exchange: str = ""
    previous_close: float | None = None
    as_of: dt.datetime | None = None
    market_cap: float | None = None
    shares: float | None = None
    floating: float = 0.75
    delay: int | None = None
    state: str = "REGULAR"
    quote_type: str = "EQUITY"
    financial_currency: str | None = None
    eps_forward: float | None = None
    eps_trailing: float | None = None
    eps_this_year: float | None = None
    book_value: float | None = None
    history: dict[dt.date, float] = field(default_factory=dict)
    splits: dict[dt.date, float] = field(default_factory=dict)
    raw: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        venue = self.venue
        self.currency = self.currency or venue.currency
        self.exchange = self.exchange or venue.exchange
        self.name = self.name or f"{self.symbol} Corporation"
        self.delay = venue.delay if self.delay is None else self.delay

    @property
    def venue(self) -> Venue:
        return venue_of(self.symbol)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.venue.zone)

    @property
    def today(self) -> Bar:
        return bar_of(self.price)

    @property
    def change(self) -> float | None:
        """Since the previous close, as quoted."""
        return self.price - self.previous_close if self.price and self.previous_close else None

    @property
    def change_pct(self) -> float | None:
        return None if self.change is None else self.change / (self.previous_close or 1.0) * 100.0

    @property
    def floating_cap(self) -> float | None:
        return None if self.market_cap is None else self.market_cap * self.floating

    @property
    def floating_shares(self) -> float | None:
        return None if self.shares is None else self.shares * self.floating

    def bars(self, now: dt.datetime, *, adjusted: bool = True, live: bool = True) -> dict[dt.date, Bar]:
        """Return the days by date, ascending: on today's share basis or as printed, today's if wanted."""
        today = now.astimezone(self.zone).date()
        closes = {
            day: self.adjusted(day, close, today) if adjusted else close
            for day, close in self.history.items()
        }
        if live:
            closes.setdefault(today, self.price)
        return {day: bar_of(closes[day]) for day in sorted(closes)}

    def adjusted(self, day: dt.date, close: float, today: dt.date) -> float:
        """Return a printed close on the share basis of `today`."""
        for split, ratio in self.splits.items():
            if day < split <= today:
                close /= ratio
        return close


def _present() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(kw_only=True)
class Truth:
    """Prices, rates and their history. Change it while the server runs; `lock` guards it.

    Attributes:
        fx: Units per USD.
        accounts: What companies report, by symbol.
        invents: Make up a stock when an unknown symbol is asked for (for trying the program by hand).
    """

    stocks: dict[str, Stock] = field(default_factory=dict)
    fx: dict[str, float] = field(default_factory=lambda: dict(FX))
    fx_history: dict[dt.date, dict[str, float]] = field(default_factory=dict)
    accounts: dict[str, Accounts] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    now: Callable[[], dt.datetime] = _present
    invents: bool = False
    lock: RLock = field(default_factory=RLock)

    @classmethod
    def of(cls, lines: Iterable[Line], *, now: Callable[[], dt.datetime] = _present) -> Truth:
        """Return a market of lines with made-up prices that depend on nothing but the symbol."""
        truth = cls(now=now)
        for line in lines:
            truth.add(invented(line.symbol))
        return truth

    def add(self, *stocks: Stock) -> None:
        """List stocks."""
        with self.lock:
            self.stocks.update({stock.symbol: stock for stock in stocks})

    def stock(self, symbol: str) -> Stock | None:
        """Return a listed stock."""
        with self.lock:
            if self.invents and symbol not in self.stocks and not symbol.endswith("=X"):
                self.add(invented(symbol))
            return self.stocks.get(symbol)

    def set_price(self, symbol: str, price: float) -> None:
        """Trade at a price, now."""
        with self.lock:
            stock = self.stocks[symbol]
            stock.price, stock.as_of = price, None

    def move(self, step: int) -> None:
        """Move every price by up to 1 %, each in its own rhythm."""
        with self.lock:
            for stock in self.stocks.values():
                swing = zlib.crc32(f"{stock.symbol}{step}".encode()) % 2001 - 1000
                stock.price *= 1.0 + swing / 100_000.0
                stock.as_of = None


def invented(symbol: str) -> Stock:
    """Return a stock whose figures depend on nothing but its symbol."""
    price = 10.0 + zlib.crc32(symbol.encode()) % 90_000 / 100.0
    return Stock(symbol=symbol, price=price, previous_close=round(price * 0.99, 2))
