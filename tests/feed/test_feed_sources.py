"""Feed: where numbers come from, how late they are, and how much was asked for them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.store import Store
from providers.base import Answer, Capability, Provider, ProviderError, Request, Unreachable
from providers.http import ProviderStats
from providers.market import Market, ProviderHealth
from providers.records import Quote, ShareCount, Split
from tests.feed.support import TUESDAY_MORNING, Fake, close, line, universe

LINES = (line("0700.HK"), line("688256.SS", "XSHG"), line("NVDA", "XNAS"))
PRICES = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
TODAY = TUESDAY_MORNING.date()

Made = Callable[..., Feed]


@pytest.fixture(scope="module")
def exchanges() -> Exchanges:
    known = Exchanges(one.exchange for one in LINES)
    known.warm(TUESDAY_MORNING)
    return known


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY_MORNING)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/narrows.db")


@pytest.fixture
async def make(clock: ManualClock, exchanges: Exchanges) -> AsyncIterator[Made]:
    made: list[Feed] = []

    def build(
        *providers: Provider,
        store: Store | None = None,
        stats: Callable[[str], ProviderStats] | None = None,
        allowed: Mapping[str, int] | None = None,
    ) -> Feed:
        feed = Feed(
            providers=providers,
            store=store,
            clock=clock,
            exchanges=exchanges,
            universe=universe(*LINES),
            settings=FeedSettings(),
            mode="live",
            stats=stats,
            allowed=allowed,
        )
        made.append(feed)
        return feed

    yield build
    for feed in made:
        await feed.close()


async def polls(feed: Feed, clock: ManualClock, count: int) -> Market:
    """So many polls, fifteen seconds apart; the Market after the last."""
    for _ in range(count):
        market = await feed.poll_once(10)
        await clock.advance(15)
    return market


def health(market: Market, name: str = "first") -> ProviderHealth:
    return next(one for one in market.providers if one.name == name)


class Late(Fake):
    """A source whose trades are fifteen minutes old and which says that they are live."""

    def _answer(self, request: Request) -> Answer:
        answer = super()._answer(request)
        late = tuple(
            Quote(
                source=self.name, symbol=one.symbol, price=one.price, currency=one.currency,
                as_of=one.as_of - dt.timedelta(minutes=15), received=one.received, delay_minutes=0.0,
            )
            if isinstance(one, Quote) else one
            for one in answer.records
        )  # fmt: skip
        return Answer(records=late, missing=answer.missing)


async def test_the_delay_of_a_source_is_measured_by_exchange(make: Made, clock: ManualClock) -> None:
    market = await polls(make(Late("first", clock, PRICES)), clock, 3)
    assert health(market).delay_minutes == {"XHKG": 15.0, "XSHG": 15.0}


async def test_a_second_source_is_asked_every_ten_minutes_and_contradiction_is_remarked(
    make: Made, clock: ManualClock
) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES | {"0700.HK": 612.0})
    market = await polls(make(first, second), clock, 81)
    assert second.asked(Capability.QUOTES) == [("0700.HK", "688256.SS")] * 2
    assert [(remark.subject, remark.source) for remark in market.remarks] == [("0700.HK", "first/second")]
    assert "first 600 HKD of" in market.remarks[0].text
    assert "second 612 HKD of" in market.remarks[0].text
    assert (market.quotes["0700.HK"].price, market.quotes["0700.HK"].source) == (600.0, "first")


async def test_a_contradiction_that_has_gone_is_taken_back(make: Made, clock: ManualClock) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES | {"0700.HK": 612.0})
    feed = make(first, second)
    assert (await polls(feed, clock, 42)).remarks
    second.prices["0700.HK"] = 600.0
    assert (await polls(feed, clock, 41)).remarks == ()


async def test_a_split_explains_itself_and_does_not_look_like_a_crash(
    make: Made, clock: ManualClock, store: Store
) -> None:
    """Ten for one overnight: the price waits for the record, which comes with the closes."""

    class Splitting(Fake):
        def _answer(self, request: Request) -> Answer:
            answer = super()._answer(request)
            if request.capability != Capability.CLOSES or "0700.HK" not in {o.symbol for o in request.lines}:
                return answer
            split = Split(source=self.name, symbol="0700.HK", day=TODAY + dt.timedelta(days=1), ratio=10.0)
            return Answer(records=(*answer.records, split), missing=answer.missing)

    history = [close("0700.HK", TODAY, 600.0)]
    await make(Fake("first", clock, PRICES, history), store=store).poll_once(10)
    await clock.advance(86_400)
    after = Splitting("first", clock, PRICES | {"0700.HK": 61.0}, history)
    feed = make(after, store=store)
    await feed.poll_once(10, fill=False)
    market = await polls(feed, clock, 2)
    assert ("0700.HK",) in after.asked(Capability.CLOSES), "a doubtful price is a reason to ask for splits"
    assert market.quotes["0700.HK"].price == 61.0
    assert market.remarks == ()
    assert market.closes["0700.HK"].to_dict() == {TODAY: 60.0}


@pytest.mark.parametrize("factor", [10.0, 100.0, 0.125, 3.0])
async def test_after_a_restart_a_poisoned_first_answer_changes_nothing(
    make: Made, clock: ManualClock, store: Store, factor: float
) -> None:
    await make(Fake("first", clock, PRICES), store=store).poll_once(10)
    await clock.advance(3600)
    market = await polls(
        make(Fake("first", clock, PRICES | {"0700.HK": 600.0 * factor}), store=store), clock, 1
    )
    assert market.quotes["0700.HK"].price == 600.0
    assert "expected about 600 HKD (first, 2026-11-24 02:00 UTC)" in market.remarks[0].text


async def test_the_first_answer_ever_is_compared_with_the_reference(make: Made, clock: ManualClock) -> None:
    reference = Fake("reference", clock, history=[close("0700.HK", TODAY - dt.timedelta(days=20), 550.0)])
    feed = make(reference, Fake("first", clock, PRICES | {"0700.HK": 5400.0}))
    market = await polls(feed, clock, 10)
    assert "0700.HK" not in market.quotes
    assert [remark.subject for remark in market.remarks] == ["0700.HK"]


@pytest.mark.parametrize(("source", "shares", "in_use"), [
    ("tencent", 1029.0, 1029.0), ("tencent", 1040.0, 1000.0), ("sec", 1040.0, 1040.0), ("sec", 2100.0, 1e3),
])  # fmt: skip
async def test_a_count_never_replaces_another_silently(
    make: Made, clock: ManualClock, source: str, shares: float, in_use: float
) -> None:
    class Counting(Fake):
        offers = {Capability.SHARES: frozenset({"XHKG"})}  # noqa: RUF012 - as a provider declares it

        def _answer(self, _request: Request) -> Answer:
            day = TODAY if self.name != "reference" else dt.date(2026, 6, 30)
            count = shares if self.name != "reference" else 1000.0
            record = ShareCount(source=self.name, symbol="0700.HK", day=day, shares=count)
            return Answer(records=(record,))

    market = await polls(make(Counting("reference", clock), Counting(source, clock)), clock, 1)
    newest = max(market.share_counts, key=lambda one: one.day)
    assert newest.shares == in_use
    said = [remark.text for remark in market.remarks]
    assert bool(said) is (in_use != shares)
    assert all(f"{source}: expected about" in text and "reference" in text for text in said)


async def test_requests_of_the_day_survive_a_restart_and_end_at_midnight(
    make: Made, clock: ManualClock, store: Store
) -> None:
    market = await polls(make(Fake("first", clock, PRICES), store=store), clock, 3)
    spent = health(market).requests
    assert spent == store.requests(TODAY)["first"]
    again = Fake("first", clock, PRICES)
    market = await polls(make(again, store=store), clock, 2)
    assert health(market).requests == spent + len(again.requests) == store.requests(TODAY)["first"]
    await clock.advance(86_400)
    feed = make(Fake("first", clock, PRICES), store=store)
    await feed.start()
    assert health(feed.market()).requests == 0


async def test_what_the_http_client_counts_goes_before_what_was_asked(
    make: Made, clock: ManualClock, store: Store
) -> None:
    """One question may take several requests."""
    counts = iter(range(40, 80))
    stats = lambda _name: ProviderStats(requests=next(counts), latency_ms=83.0)  # noqa: E731 - a stub
    market = await polls(make(Fake("first", clock, PRICES), store=store, stats=stats), clock, 1)
    assert health(market).requests >= 40
    assert health(market).latency_ms == 83.0
    assert store.requests(TODAY)["first"] >= 40


async def test_questions_that_nobody_answered_are_counted_too(
    make: Made, clock: ManualClock, store: Store
) -> None:
    first = Fake("first", clock)
    first.error = Unreachable("gone")
    await polls(make(first, store=store), clock, 2)
    assert store.requests(TODAY)["first"] == len(first.requests)


async def test_an_allowance_is_not_overdrawn_and_says_so(
    make: Made, clock: ManualClock, store: Store
) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES)
    market = await polls(make(first, second, store=store, allowed={"first": 6}), clock, 10)
    asked = len(first.requests)
    assert asked <= 9, "what is on its way when the last one goes is not called back"
    spent = health(market)
    assert (spent.state, spent.last_error, spent.allowed) == (
        "degraded",
        "its 6 requests of today are used",
        6,
    )
    assert spent.next_try == dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    assert market.quotes["0700.HK"].source == "second"
    again = Fake("first", clock, PRICES)
    await polls(make(again, store=store, allowed={"first": 6}), clock, 1)
    assert again.requests == []


async def test_the_chain_waits_as_long_as_the_http_client_does(make: Made, clock: ManualClock) -> None:
    """A question that would not be sent is not asked."""
    until = TUESDAY_MORNING + dt.timedelta(minutes=4)
    stats = lambda _name: ProviderStats(requests=1, next_try=until)  # noqa: E731 - a stub
    first = Fake("first", clock)
    first.error = Unreachable("gone")
    market = await polls(make(first, stats=stats), clock, 1)
    assert health(market).next_try == until
    asked = len(first.asked(Capability.QUOTES))
    await polls(make(first, stats=stats), clock, 1)
    assert asked == 1


async def test_a_source_that_comes_and_goes_is_not_flapped_to(make: Made, clock: ManualClock) -> None:
    """It fails for a poll, then answers four: each time it has to prove itself twice as long."""
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES)
    feed = make(first, second)
    sources = []
    error: ProviderError = Unreachable("gone")
    for step in range(60):
        first.error = error if step % 5 == 1 else None
        market = await polls(feed, clock, 1)
        sources.append(market.quotes["0700.HK"].source)
    changes = sum(one != other for one, other in itertools.pairwise(sources))
    assert changes <= 4, sources
    assert sources[-1] == "second"


async def test_quotes_of_a_stand_in_are_weighed_against_the_last_of_the_first(
    make: Made, clock: ManualClock
) -> None:
    first, second = Fake("first", clock, PRICES), Fake("second", clock, PRICES | {"0700.HK": 612.0})
    feed = make(first, second)
    await polls(feed, clock, 2)
    first.error = Unreachable("gone")
    market = await polls(feed, clock, 1)
    assert market.quotes["0700.HK"].source == "second"
    assert [remark.source for remark in market.remarks] == ["first/second"]


async def test_who_polls_once_asks_again_for_what_is_held_back(
    make: Made, clock: ManualClock, store: Store
) -> None:
    """A snapshot has no next poll: without it a leap would be held back in every run."""
    await make(Fake("first", clock, PRICES), store=store).poll_once(10)
    await clock.advance(3600)

    class Ticking(Fake):
        """Answers a second later each time."""

        async def fetch(self, request: Request) -> Answer:
            await clock.advance(1)
            return await super().fetch(request)

    leapt = Ticking("first", clock, PRICES | {"0700.HK": 800.0})
    market = await make(leapt, store=store).poll_once(10, fill=False)
    assert market.quotes["0700.HK"].price == 800.0
    assert market.remarks == ()
    assert leapt.asked(Capability.QUOTES)[-1] == ("0700.HK",)
