"""A small universe and providers whose behaviour a test sets, for the tests of the feed."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable

from feed.clock import ManualClock
from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, ProviderError, Request
from providers.records import AnyRecord, Close, FxRate, Quote
from providers.universe import Issuer, Line, Universe

BASE = dt.date(2026, 11, 2)
TUESDAY_MORNING = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
"""10:00 in Shanghai and Hong Kong, both open; New York is closed since the evening before."""

CURRENCY = {"XHKG": "HKD", "XSHG": "CNY", "XNAS": "USD"}


def line(symbol: str, exchange: str = "XHKG") -> Line:
    return Line(symbol=symbol, issuer=symbol.lower(), exchange=exchange, currency=CURRENCY[exchange])


def universe(*lines: Line, base: dt.date = BASE) -> Universe:
    issuers = tuple(
        Issuer(id=one.issuer, name=one.symbol, side="china", region="CN", subsector="cloud", lines=(one,))
        for one in lines
    )
    return Universe(name="test", base_date=base, issuers=issuers)


def quote(
    symbol: str, price: float, at: dt.datetime, *, source: str = "first", currency: str = "HKD"
) -> Quote:
    return Quote(source=source, symbol=symbol, price=price, currency=currency, as_of=at, received=at)


def close(
    symbol: str, day: dt.date, value: float, *, source: str = "first", to: dt.date | None = None
) -> Close:
    return Close(source=source, symbol=symbol, day=day, close=value, currency="HKD", adjusted_to=to)


def rate(currency: str, per_usd: float, at: dt.datetime, *, source: str = "first") -> FxRate:
    return FxRate(source=source, currency=currency, per_usd=per_usd, as_of=at)


class Fake(Provider):
    """Answers quotes from `prices`, closes from `history`, rates at 7, until it is told to fail or hang."""

    offers = dict.fromkeys((Capability.QUOTES, Capability.CLOSES, Capability.FX), ANY_EXCHANGE)

    def __init__(
        self,
        name: str,
        clock: ManualClock,
        prices: dict[str, float] | None = None,
        history: Iterable[Close] = (),
    ) -> None:
        self.name = name
        self.prices = dict(prices or {})
        self.history = tuple(history)
        self.error: ProviderError | None = None
        self.hold: asyncio.Event | None = None
        self.requests: list[Request] = []
        self.closed = False
        self._clock = clock
        self._running = 0
        self.most_at_once = 0

    async def fetch(self, request: Request) -> Answer:
        self.requests.append(request)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            if self.hold is not None:
                await self.hold.wait()
            if self.error is not None:
                raise self.error
            return self._answer(request)
        finally:
            self._running -= 1

    async def close(self) -> None:
        self.closed = True

    def asked(self, capability: Capability) -> list[tuple[str, ...]]:
        """Symbols of each request of a kind, in order."""
        return [
            tuple(one.symbol for one in request.lines)
            for request in self.requests
            if request.capability == capability
        ]

    def _answer(self, request: Request) -> Answer:
        now = self._clock.now()
        records: list[AnyRecord] = []
        missing: list[str] = []
        if request.capability == Capability.FX:
            records += [rate(currency, 7.0, now, source=self.name) for currency in request.currencies]
        for one in request.lines:
            if request.capability == Capability.CLOSES:
                records += [old for old in self.history if old.symbol == one.symbol]
            elif one.symbol in self.prices:
                price = self.prices[one.symbol]
                records.append(quote(one.symbol, price, now, source=self.name, currency=one.currency))
            else:
                missing.append(one.symbol)
        return Answer(records=tuple(records), missing=tuple(missing))


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until something is so; threads may have to finish for it."""
    while not condition():  # noqa: ASYNC110 - what is waited for is state of the feed, not an event
        await asyncio.sleep(0)
