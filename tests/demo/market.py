"""A small universe, its reference and its trading hours, for the tests of the demo market."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from providers.base import Capability, ProviderContext, Request
from providers.demo import Demo
from providers.records import AnyRecord, Close, Event, FxRate, Quote, Split
from providers.universe import Issuer, Line, Universe

if TYPE_CHECKING:
    from providers.http import HttpClient

BASE = dt.date(2025, 1, 13)
MIDDLE = dt.date(2026, 1, 5)
NEWEST = dt.date(2026, 7, 24)

HOURS = {
    "XSHG": ((90, 210), (300, 420)),
    "XHKG": ((90, 240), (300, 480)),
    "XNYS": ((810, 1200),),
}
"""Sessions by exchange, in minutes of the UTC day."""

HOLIDAYS = {("XSHG", dt.date(2026, 7, 29))}


def session_open(exchange: str, at: dt.datetime) -> bool:
    """Whether the exchange trades at `at`: weekdays, not on a holiday, with its lunch."""
    if at.weekday() >= 5 or (exchange, at.date()) in HOLIDAYS:
        return False
    minute = at.hour * 60 + at.minute
    return any(opens <= minute < closes for opens, closes in HOURS[exchange])


def line(symbol: str, exchange: str, currency: str, **more: object) -> Line:
    return Line(symbol=symbol, issuer=symbol, exchange=exchange, currency=currency, **more)  # type: ignore[arg-type] # dates, by keyword


SHANGHAI = line("688981.SS", "XSHG", "CNY")
HONG_KONG = line("0700.HK", "XHKG", "HKD")
NEW_YORK = line("NVDA", "XNYS", "USD")
NEWLY_LISTED = line("688825.SS", "XSHG", "CNY", listed_on=dt.date(2026, 7, 27))
UNKNOWN = line("688000.SS", "XSHG", "CNY")
LINES = (SHANGHAI, HONG_KONG, NEW_YORK, NEWLY_LISTED, UNKNOWN)

UNIVERSE = Universe(
    name="test",
    base_date=BASE,
    issuers=tuple(
        Issuer(
            id=one.symbol,
            name=one.symbol,
            side="peer" if one is NEW_YORK else "china",
            region="US" if one is NEW_YORK else "CN",
            subsector="ic_design",
            lines=(one,),
        )
        for one in LINES
    ),
)


def _close(one: Line, day: dt.date, close: float) -> Close:
    return Close(source="reference", symbol=one.symbol, day=day, close=close, currency=one.currency)


def _rate(currency: str, day: dt.date, per_usd: float) -> FxRate:
    as_of = dt.datetime.combine(day, dt.time(16), dt.UTC)
    return FxRate(source="reference", currency=currency, per_usd=per_usd, as_of=as_of)


RECORDS: tuple[AnyRecord, ...] = (
    _close(SHANGHAI, BASE, 80.0),
    _close(SHANGHAI, MIDDLE, 120.0),
    _close(SHANGHAI, NEWEST, 100.0),
    _close(HONG_KONG, BASE, 380.0),
    _close(HONG_KONG, NEWEST, 480.0),
    _close(NEW_YORK, BASE, 1200.0),
    _close(NEW_YORK, NEWEST, 180.0),
    _close(NEWLY_LISTED, dt.date(2026, 7, 27), 49.0),
    Split(source="reference", symbol=NEW_YORK.symbol, day=dt.date(2025, 6, 10), ratio=10.0),
    _rate("CNY", BASE, 7.33),
    _rate("CNY", NEWEST, 7.10),
    _rate("HKD", BASE, 7.787),
    _rate("HKD", NEWEST, 7.849),
    Event(source="a paper", day=NEWEST, kind="policy", region="CN", title="A plan"),
)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    """A time in July 2026 (UTC)."""
    return dt.datetime(2026, 7, day, hour, minute, second, tzinfo=dt.UTC)


class Desk:
    """A demo market whose clock the test sets."""

    def __init__(self, now: dt.datetime, seed: int = 7, records: Iterable[AnyRecord] = RECORDS) -> None:
        self.now = now
        context = ProviderContext(
            universe=UNIVERSE,
            http=cast("HttpClient", None),
            now=lambda: self.now,
            session_open=session_open,
            settings={"seed": seed},
        )
        self.demo = Demo(context, records)

    async def quotes(self, now: dt.datetime, lines: tuple[Line, ...] = LINES) -> dict[str, Quote]:
        self.now = now
        answer = await self.demo.fetch(Request(capability=Capability.QUOTES, lines=lines))
        return {record.symbol: record for record in answer.records if isinstance(record, Quote)}

    async def price(self, one: Line, now: dt.datetime) -> float:
        return (await self.quotes(now, (one,)))[one.symbol].price

    async def closes(self, now: dt.datetime, one: Line, since: dt.date | None) -> dict[dt.date, Close]:
        self.now = now
        answer = await self.demo.fetch(Request(capability=Capability.CLOSES, lines=(one,), since=since))
        return {record.day: record for record in answer.records if isinstance(record, Close)}

    async def rate(self, currency: str, now: dt.datetime) -> FxRate:
        self.now = now
        answer = await self.demo.fetch(Request(capability=Capability.FX, currencies=(currency,)))
        (record,) = answer.records
        assert isinstance(record, FxRate)
        return record
