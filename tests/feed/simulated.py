"""A market of five exchanges whose prices follow from the calendar alone, and a feed that runs on it.

Each session day a line stands one unit higher for each day since 2026-01-01, so that every price, close and
change of the day is known in advance.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Self

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from metrics.board import Board, Constituent
from metrics.compute import board
from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, Request
from providers.market import Market
from providers.records import AnyRecord, Close, FxRate, Quote, ShareCount
from providers.universe import Issuer, Line, Universe
from tests.feed.support import until

BASE = dt.date(2026, 1, 5)
LINES = {
    "XSHG": Line(symbol="688256.SS", issuer="cambricon", exchange="XSHG", currency="CNY"),
    "XHKG": Line(symbol="0700.HK", issuer="tencent", exchange="XHKG", currency="HKD"),
    "XTKS": Line(symbol="8035.T", issuer="tel", exchange="XTKS", currency="JPY"),
    "XAMS": Line(symbol="ASML.AS", issuer="asml", exchange="XAMS", currency="EUR"),
    "XNAS": Line(symbol="NVDA", issuer="nvidia", exchange="XNAS", currency="USD"),
}
UNIVERSE = Universe(
    name="calendar",
    base_date=BASE,
    issuers=tuple(
        Issuer(
            id=line.issuer,
            name=line.issuer.title(),
            side="china",
            region="CN",
            subsector="cloud",
            lines=(line,),
        )
        for line in LINES.values()
    ),
)


def price_on(day: dt.date) -> float:
    """What every line closes at on a session day, in its own currency."""
    return 100.0 + (day - dt.date(2026, 1, 1)).days


class Calendar(Provider):
    """Answers as a source does that is never late: the price of the newest session, traded until now."""

    name = "calendar"
    offers = dict.fromkeys(
        (Capability.QUOTES, Capability.CLOSES, Capability.FX, Capability.SHARES), ANY_EXCHANGE
    )

    def __init__(self, clock: ManualClock, exchanges: Exchanges) -> None:
        self.asked: list[tuple[dt.datetime, Request]] = []
        self.hold: asyncio.Event | None = None
        self._clock = clock
        self._exchanges = exchanges

    def polls(self, exchange: str, since: dt.datetime | None = None) -> list[dt.datetime]:
        """When the quotes of an exchange were asked for."""
        return self.times(Capability.QUOTES, exchange, since)

    def times(
        self, capability: Capability, exchange: str, since: dt.datetime | None = None
    ) -> list[dt.datetime]:
        """When something was asked for about an exchange."""
        return [
            at
            for at, request in self.asked
            if request.capability == capability
            and (since is None or at >= since)
            and any(line.exchange == exchange for line in request.lines)
        ]

    async def fetch(self, request: Request) -> Answer:
        now = self._clock.now()
        self.asked.append((now, request))
        if self.hold is not None:
            await self.hold.wait()
        records: list[AnyRecord] = []
        for line in request.lines:
            if request.capability == Capability.QUOTES:
                records.append(self._quote(line, now))
            elif request.capability == Capability.CLOSES:
                records += self._closes(line, request.since, now)
            elif request.capability == Capability.SHARES:
                records.append(ShareCount(source=self.name, symbol=line.symbol, shares=1e9, day=BASE))
        if request.capability == Capability.FX:
            records += [
                FxRate(source=self.name, currency=currency, per_usd=1.0, as_of=now)
                for currency in request.currencies
            ]
        return Answer(records=tuple(records))

    def _quote(self, line: Line, now: dt.datetime) -> Quote:
        newest = self._exchanges.newest_session(line.exchange, now)
        traded = self._exchanges.traded_until(line.exchange, now)
        assert newest is not None
        assert traded is not None
        before = self._exchanges.last_session(line.exchange, newest.open)
        return Quote(
            source=self.name,
            symbol=line.symbol,
            price=price_on(newest.day),
            previous_close=price_on(before),
            currency=line.currency,
            as_of=traded,
            received=now,
            delay_minutes=0.0,
        )

    def _closes(self, line: Line, since: dt.date | None, now: dt.datetime) -> list[Close]:
        moment, found = now, []
        while (day := self._exchanges.last_session(line.exchange, moment)) >= (since or BASE):
            found.append(
                Close(
                    source=self.name, symbol=line.symbol, day=day, close=price_on(day), currency=line.currency
                )
            )
            moment = self._exchanges.previous_close(line.exchange, moment) - dt.timedelta(hours=1)
        return found


class Simulation:
    """A feed that runs on the calendar market. Use it as a context."""

    def __init__(self, start: dt.datetime, exchanges: Exchanges, settings: FeedSettings) -> None:
        self.clock = ManualClock(start)
        self.provider = Calendar(self.clock, exchanges)
        self.markets: list[Market] = []
        self._exchanges = exchanges
        self._feed = Feed(
            providers=(self.provider,),
            store=None,
            clock=self.clock,
            exchanges=exchanges,
            universe=UNIVERSE,
            settings=settings,
            mode="live",
        )

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._feed.run(self.markets.append))
        await until(lambda: bool(self.markets) and bool(self.markets[-1].sessions))
        await self.clock.advance(1)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._feed.close()

    async def go_to(self, text: str) -> None:
        """Let the clock run until an instant (UTC)."""
        await self.clock.advance((at(text) - self.clock.now()).total_seconds())

    async def leap(self, seconds: float) -> None:
        """Set the clock, as on a machine that slept or is put right, and let five seconds pass."""
        self.clock.set(self.clock.now() + dt.timedelta(seconds=seconds))
        await self.clock.advance(5)

    def board(self) -> Board:
        """The Board of the feed's state now."""
        return board(self._feed.market())

    def row(self, exchange: str) -> Constituent:
        """The row of the line of an exchange."""
        issuer = LINES[exchange].issuer
        return next(one for one in self.board().basket.constituents if one.issuer == issuer)

    def states(self) -> dict[str, str]:
        """The state of each exchange, as the feed says it."""
        return {session.exchange: session.state for session in self._feed.market().sessions}


def at(text: str) -> dt.datetime:
    """An instant, UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def by_hour(moments: Sequence[dt.datetime]) -> dict[str, int]:
    """How often something happened in each hour (`10-01 02`)."""
    return dict(Counter(f"{moment:%m-%d %H}" for moment in moments))
