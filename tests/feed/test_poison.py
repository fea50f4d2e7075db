"""Poison: a line whose row is wrong moves no total by more than the line is worth, and the reader is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from metrics.board import Board
from metrics.compute import board
from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, Request
from providers.records import Quote, ShareCount
from tests.feed.support import BASE, TUESDAY_MORNING, Fake, line, universe

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
SHARES = 1e9
HONEST = PRICES["0700.HK"] * SHARES / 7.0
POISONED = "0700.HK"

Poison = Callable[[Quote], Quote]


def times(factor: float) -> Poison:
    return lambda quote: msgspec.structs.replace(quote, price=quote.price * factor)


def priced(price: float) -> Poison:
    return lambda quote: msgspec.structs.replace(quote, price=price)


WAYS: dict[str, Poison] = {
    "a leap of 30 %": times(1.3),
    "a leap of 150 %": times(2.5),
    "a leap of 900 % and a bit": times(9.3),
    "a fall of 40 %": times(0.6),
    "a fall of 60 %": times(0.4),
    "another currency": lambda quote: msgspec.structs.replace(quote, currency="USD"),
    "no currency": lambda quote: msgspec.structs.replace(quote, currency=""),
    "zero": priced(0.0),
    "negative": priced(-600.0),
    "not a number": priced(math.nan),
    "infinite": priced(math.inf),
    "the largest number": priced(1.7e308),
    "the smallest number": priced(5e-324),
    "the future": lambda quote: msgspec.structs.replace(quote, as_of=quote.as_of + dt.timedelta(days=400)),
    **{f"×{factor:g}": times(factor) for factor in (8, 10, 100, 1 / 8, 1 / 10, 1 / 100)},
}
UNSEEN = {"a leap of 30 %", "a fall of 40 %"}
"""What the next poll of the same source confirms; it stays within the line's worth."""


class Poisoner(Fake):
    """Sends one line poisoned from when it is told to."""

    poison: Poison | None = None

    def _answer(self, request: Request) -> Answer:
        answer = super()._answer(request)
        if self.poison is None:
            return answer
        records = tuple(
            self.poison(one) if isinstance(one, Quote) and one.symbol == POISONED else one
            for one in answer.records
        )
        return dataclasses.replace(answer, records=records)


class Counts(Provider):
    """A reference of share counts and of nothing else."""

    name = "reference"
    offers = {Capability.SHARES: ANY_EXCHANGE}  # noqa: RUF012 - as a provider declares it

    async def fetch(self, _request: Request) -> Answer:
        counts = (ShareCount(source="filing", symbol=name, day=BASE, shares=SHARES) for name in PRICES)
        return Answer(records=tuple(counts))


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(one.exchange for one in LINES)
    known.warm(TUESDAY_MORNING)
    return known


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY_MORNING)


@pytest.fixture
async def feed_of(clock: ManualClock, exchanges: Exchanges) -> AsyncIterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def build(*providers: Provider) -> Feed:
        feed = Feed(
            providers=(Counts(), *providers),
            store=None,
            clock=clock,
            exchanges=exchanges,
            universe=universe(*LINES),
            settings=FeedSettings(),
            mode="live",
        )
        made.append(feed)
        return feed

    yield build
    for feed in made:
        await feed.close()


async def poll(feed: Feed, clock: ManualClock) -> Board:
    await clock.advance(15)
    return board(await feed.poll_once(10))


def value(made: Board) -> float:
    assert made.share.global_listed_usd is not None
    return made.share.global_listed_usd


@pytest.mark.parametrize("way", WAYS)
async def test_with_one_source(feed_of: Callable[..., Feed], clock: ManualClock, way: str) -> None:
    only = Poisoner("only", clock, PRICES)
    feed = feed_of(only)
    honest = value(await poll(feed, clock))
    only.poison = WAYS[way]
    first = await poll(feed, clock)
    assert value(first) == pytest.approx(honest)
    (remark,) = first.remarks
    assert (remark.subject, remark.source) == (POISONED, "only")
    assert "expected" in remark.text or "in the future" in remark.text
    for _ in range(9):
        made = await poll(feed, clock)
        assert abs(value(made) - honest) <= HONEST
        assert bool(made.remarks) or way in UNSEEN
    only.poison = None
    for _ in range(2):
        made = await poll(feed, clock)
    assert value(made) == pytest.approx(honest)
    assert made.remarks == ()


@pytest.mark.parametrize("way", WAYS)
async def test_with_a_second_source(feed_of: Callable[..., Feed], clock: ManualClock, way: str) -> None:
    """The second serves in the same poll, as long as the first is in doubt."""
    first, second = Poisoner("first", clock, PRICES), Fake("second", clock, PRICES)
    feed = feed_of(first, second)
    honest = value(await poll(feed, clock))
    first.poison = WAYS[way]
    for _ in range(2):
        made = await poll(feed, clock)
        assert value(made) == pytest.approx(honest)
        assert [remark.source for remark in made.remarks if remark.subject == POISONED] == ["first"]
        served = next(one for one in made.basket.constituents if one.lines[0].symbol == POISONED)
        assert served.lines[0].source == "second"


@pytest.mark.parametrize("way", WAYS)
async def test_from_the_first_answer_on(feed_of: Callable[..., Feed], clock: ManualClock, way: str) -> None:
    """With nothing to compare with, what cannot be a price stays out, and so does what contradicts itself."""

    class Closing(Poisoner):
        def _answer(self, request: Request) -> Answer:
            answer = super()._answer(request)
            records = tuple(
                msgspec.structs.replace(one, previous_close=PRICES[one.symbol])
                if isinstance(one, Quote) else one
                for one in answer.records
            )  # fmt: skip
            return dataclasses.replace(answer, records=records)

    only = Closing("only", clock, PRICES)
    only.poison = WAYS[way]
    made = await poll(feed_of(only), clock)
    served = next(one for one in made.basket.constituents if one.lines[0].symbol == POISONED)
    if way not in {"a leap of 30 %", "a leap of 150 %", "a fall of 40 %", "a fall of 60 %"}:
        assert served.market_cap_usd is None
        assert made.basket.coverage.missing
