"""The demo provider: quotes, closes and rates of the simulated market."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, ProviderContext, Request
from providers.demo.hours import Hours
from providers.demo.motion import session_day
from providers.demo.prices import Prices
from providers.demo.rates import Rates
from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    Event,
    FxAverage,
    FxRate,
    IndexVersion,
    ModelScore,
    PrivateMark,
    Quote,
    ShareCount,
    Split,
    Valuation,
)
from providers.reference import reference_records
from providers.universe import Line

SPEED = 30.0
"""Simulated seconds in one second: a session passes in eight to thirteen minutes."""

SEED = 20250113
DELAYS = {"XHKG": dt.timedelta(minutes=15)}
START = dt.time(1, 20)
"""Ten minutes before Shanghai and Hong Kong open; Tokyo, Seoul and Taipei are trading."""

NOON = dt.time(12)
SATURDAY = 5

SIMULATED = (Capability.QUOTES, Capability.CLOSES, Capability.FX, Capability.FX_HISTORY)
PASSED_ON: dict[Capability, tuple[type[AnyRecord], ...]] = {
    Capability.VALUATIONS: (Valuation,),
    Capability.CAPEX: (CapexFact,),
    Capability.SCORES: (ModelScore, IndexVersion),
    Capability.SHARES: (ShareCount, Split),
    Capability.EVENTS: (Event,),
    Capability.MARKS: (PrivateMark,),
}


def start(records: Iterable[AnyRecord] | None = None) -> dt.datetime:
    """Where the simulated clock starts: 01:20 UTC on the first weekday after the newest reference closes.

    The first closes of later listings stand alone on their days: only days that close half of all lines
    count.
    """
    known = reference_records() if records is None else records
    lines_on = Counter(record.day for record in known if isinstance(record, Close))
    most = max(lines_on.values())
    day = max(day for day, lines in lines_on.items() if 2 * lines >= most) + dt.timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, START, dt.UTC)


class Demo(Provider):
    """The simulated market. `settings["seed"]` chooses another one."""

    name = "demo"
    offers: Mapping[Capability, frozenset[str]] = dict.fromkeys((*SIMULATED, *PASSED_ON), ANY_EXCHANGE)
    symbols_per_fetch = 50

    def __init__(self, context: ProviderContext, records: Iterable[AnyRecord] | None = None) -> None:
        self._records = tuple(reference_records() if records is None else records)
        self._now = context.now
        seed = context.settings.get("seed", SEED)
        self._hours = Hours(context.session_open, seed)
        self._prices = Prices(
            context.universe,
            closes=[record for record in self._records if isinstance(record, Close)],
            splits=[record for record in self._records if isinstance(record, Split)],
            hours=self._hours,
            seed=seed,
        )
        self._rates = Rates([record for record in self._records if isinstance(record, FxRate)], seed)

    async def fetch(self, request: Request) -> Answer:
        """Answer from the simulation, or from the reference where nothing is simulated."""
        now = self._now()
        match request.capability:
            case Capability.QUOTES:
                quotes = [self._quote(line, now) for line in request.lines]
                return _answer(quotes, [line.symbol for line in request.lines])
            case Capability.FX:
                rates = [self._fx(currency, now) for currency in request.currencies]
                return _answer(rates, request.currencies)
            case Capability.CLOSES:
                # Years of closes take about a second: the screen goes on meanwhile.
                return await asyncio.to_thread(self._closes, request, now)
            case Capability.FX_HISTORY:
                return self._fx_history(request, now)
            case capability:
                return Answer(records=tuple(r for r in self._records if isinstance(r, PASSED_ON[capability])))

    def _quote(self, line: Line, now: dt.datetime) -> Quote | None:
        delay = DELAYS.get(line.exchange, dt.timedelta())
        trade = self._prices.trade(line, now - delay)
        if trade is None:
            return None
        as_of, price = trade
        return Quote(
            source=self.name,
            symbol=line.symbol,
            price=price,
            currency=line.currency,
            as_of=as_of,
            received=now,
            previous_close=self._prices.previous_close(line, session_day(as_of)),
            delay_minutes=delay / dt.timedelta(minutes=1),
        )

    def _closes(self, request: Request, now: dt.datetime) -> Answer:
        closes = [close for line in request.lines for close in self._closes_of(line, request.since, now)]
        symbols = {line.symbol for line in request.lines}
        found = {close.symbol for close in closes}
        splits = [
            record for record in self._records if isinstance(record, Split) and record.symbol in symbols
        ]
        return Answer(records=(*closes, *splits), missing=tuple(sorted(symbols - found)))

    def _closes_of(self, line: Line, since: dt.date | None, now: dt.datetime) -> Iterator[Close]:
        now -= DELAYS.get(line.exchange, dt.timedelta())
        newest = session_day(now)
        if not (self._hours.in_session_on(line.exchange, newest) and self._hours.over(line.exchange, now)):
            newest = self._hours.session_before(line.exchange, newest) or newest - dt.timedelta(days=1)
        for day in _days(since or newest, newest):
            close, basis = self._prices.close(line, day), self._prices.basis(line)
            if close is not None:
                yield Close(
                    source=self.name,
                    symbol=line.symbol,
                    day=day,
                    close=close,
                    currency=line.currency,
                    adjusted_to=basis if basis is not None and basis > day else None,
                    quality="simulated",
                )

    def _fx(self, currency: str, now: dt.datetime) -> FxRate | None:
        rate = self._rates.now(currency, now)
        return (
            None
            if rate is None
            else FxRate(source=self.name, currency=currency, as_of=rate[0], per_usd=rate[1])
        )

    def _fx_history(self, request: Request, now: dt.datetime) -> Answer:
        newest = session_day(now) - dt.timedelta(days=1)
        rates = [
            FxRate(
                source=self.name,
                currency=currency,
                per_usd=rate,
                as_of=dt.datetime.combine(day, NOON, dt.UTC),
            )
            for currency in request.currencies
            for day in _days(request.since or newest - dt.timedelta(days=4), newest)
            if (rate := self._rates.on(currency, day)) is not None
        ]
        averages = [
            record
            for record in self._records
            if isinstance(record, FxAverage) and record.currency in request.currencies
        ]
        missing = set(request.currencies) - {rate.currency for rate in rates}
        return Answer(records=(*rates, *averages), missing=tuple(sorted(missing)))


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))


def _answer(records: Iterable[Quote | FxRate | None], asked: Iterable[str]) -> Answer:
    found = tuple(record for record in records if record is not None)
    names = {record.symbol if isinstance(record, Quote) else record.currency for record in found}
    return Answer(records=found, missing=tuple(sorted(set(asked) - names)))
