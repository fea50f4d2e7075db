"""A replay shows what the live run showed, to the bit; only the mode of a Board says that it is a replay."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

import pytest

from feed.clock import ManualClock
from feed.replay import Player
from feed.sessions import Exchanges
from feed.tape import Tape
from providers.base import Answer, Capability, Provider, ProviderContext, Request, Unreachable
from providers.demo import Demo
from providers.records import Remark
from providers.reference import Reference, load_universe
from tests.demo.market import RECORDS, UNIVERSE
from tests.feed.support import Fake, close, line, universe
from tests.replay.live import Recording, shown

MORNING = dt.datetime(2026, 7, 27, 1, 20, tzinfo=dt.UTC)
EXCHANGES = Exchanges(one.exchange for one in UNIVERSE.lines)
CLOSING = dt.datetime(2026, 7, 27, 6, 50, tzinfo=dt.UTC)
"""Ten minutes before Shanghai closes: sessions change, and closes come after."""


def demo(clock: ManualClock) -> Iterable[Provider]:
    context = ProviderContext(
        universe=UNIVERSE,
        http=None,  # type: ignore[arg-type] # the simulation asks nobody
        now=clock.now,
        session_open=EXCHANGES.is_open,
    )
    return [Demo(context, RECORDS)]


@pytest.fixture
async def recording() -> Recording:
    live = Recording(UNIVERSE, CLOSING, demo, EXCHANGES)
    await live.run(200, every=36)
    await live.feed.close()
    return live


async def test_every_board_of_some_hundred_polls_is_the_same_in_any_order(recording: Recording) -> None:
    player = Player(Tape.of(recording.rows), every=40)
    assert len(player) == len(recording.markets) == 200
    expected = [shown(market) for market in recording.markets]
    assert len(set(expected)) > 150
    forward = [shown(player.go(number)) for number in range(len(player))]
    assert forward == expected
    player.survey()
    places = random.Random(5).sample(range(200), 25)
    assert [shown(player.go(place)) for place in places] == [expected[place] for place in places]


async def test_skipping_frames_changes_nothing(recording: Recording) -> None:
    player = Player(Tape.of(recording.rows))
    for place in (0, 17, 18, 120, 199):
        assert shown(player.go(place)) == shown(recording.markets[place])


async def test_a_market_of_a_replay_names_its_mode_and_nothing_else_differs(recording: Recording) -> None:
    market = Player(Tape.of(recording.rows)).go(30)
    live = recording.markets[30]
    assert (market.mode, live.mode) == ("replay", "demo")
    assert (market.at, market.quotes, market.sessions) == (live.at, live.quotes, live.sessions)
    assert (market.providers, market.remarks, market.universe) == (
        live.providers,
        live.remarks,
        live.universe,
    )
    assert market.closes.equals(live.closes)
    assert market.fx.equals(live.fx)


async def test_the_shipped_universe_replays_too() -> None:
    chosen = load_universe("default")
    exchanges = Exchanges(one.exchange for one in chosen.lines)

    def market(clock: ManualClock) -> Iterable[Provider]:
        context = ProviderContext(
            universe=chosen,
            http=None,  # type: ignore[arg-type] # the simulation asks nobody
            now=clock.now,
            session_open=exchanges.is_open,
        )
        return [Demo(context), Reference(context)]

    live = Recording(chosen, MORNING, market, exchanges)
    await live.run(4)
    await live.feed.close()
    player = Player(Tape.of(live.rows))
    assert [shown(player.go(n)) for n in (3, 0, 1)] == [shown(live.markets[n]) for n in (3, 0, 1)]
    assert player.tape.reels[0].base.reference == live.feed._reference != ""


HALTED = line("0700.HK")
FALLEN = line("688256.SS", "XSHG")


class Moody(Fake):
    """Fails for a while, has remarks, leaps, and learns a close late."""

    async def fetch(self, request: Request) -> Answer:
        turn = len(self.requests)
        self.error = Unreachable("gone [/]") if 20 < turn < 40 else None
        self.prices["0700.HK"] = 600.0 + turn % 7
        self.prices["688256.SS"] = 1300.0 * (2 if turn % 11 == 5 else 1)
        if turn == 60:
            self.history = (*self.history, close("0700.HK", dt.date(2026, 11, 23), 590.0))
        answer = await super().fetch(request)
        if request.capability == Capability.QUOTES and turn % 13 == 0:
            said = Remark(subject="0700.HK", text=f"turn {turn}", at=self._clock.now(), source=self.name)
            return Answer(records=answer.records, missing=answer.missing, remarks=(said,))
        return answer


async def test_failures_remarks_and_leaps_replay_as_they_were() -> None:
    def sources(clock: ManualClock) -> Iterable[Provider]:
        history = [
            close("0700.HK", dt.date(2026, 11, 2) + dt.timedelta(days=n), 600.0 + n) for n in range(20)
        ]
        prices = {"0700.HK": 600.0, "688256.SS": 1300.0}
        return [Moody("first", clock, prices, history), Fake("second", clock, prices)]

    start = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
    live = Recording(universe(HALTED, FALLEN, line("NVDA", "XNAS")), start, sources, mode="live")
    await live.run(120)
    await live.feed.close()
    states = {health.state for market in live.markets for health in market.providers}
    assert len(states) > 1
    assert any(market.remarks for market in live.markets)
    player = Player(Tape.of(live.rows), every=25)
    player.survey()
    order = [*range(0, 120, 3), *range(119, -1, -9)]
    assert [shown(player.go(n)) for n in order] == [shown(live.markets[n]) for n in order]


EDGES = {
    "change of summer time in New York": dt.datetime(2026, 11, 1, 23, 50, tzinfo=dt.UTC),
    "half day in New York": dt.datetime(2026, 11, 27, 17, 50, tzinfo=dt.UTC),
    "holiday in New York": dt.datetime(2026, 11, 26, 14, 20, tzinfo=dt.UTC),
    "change of day": dt.datetime(2026, 11, 24, 23, 50, tzinfo=dt.UTC),
}


@pytest.mark.parametrize("edge", EDGES)
async def test_edges_of_the_calendar(edge: str) -> None:
    lines = (HALTED, FALLEN, line("NVDA", "XNAS"))
    prices = {"0700.HK": 600.0, "688256.SS": 1300.0, "NVDA": 180.0}
    live = Recording(universe(*lines), EDGES[edge], lambda clock: [Fake("first", clock, prices)])
    await live.run(30, every=60)
    await live.feed.close()
    tape = Tape.of(live.rows)
    assert len(tape.reels) == len({market.at.date() for market in live.markets})
    player = Player(tape)
    order = [29, *range(30)]
    assert [shown(player.go(n)) for n in order] == [shown(live.markets[n]) for n in order]
