"""A feed on a clock that stands, with every Board that it published and the frames of its tape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from feed.clock import ManualClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.tape_frames import TapeRow
from feed.tape_recorder import Taken
from metrics.compute import board
from metrics.contract import encode
from providers.base import Provider
from providers.market import Market, Mode
from providers.universe import Universe

ANSWER = 600.0


class Recording:
    """Polls once a step and keeps what the screen would have shown.

    Attributes:
        boards: Each Board as JSON, made with the mode of a replay.
        rows: The tape.
    """

    def __init__(
        self,
        universe: Universe,
        start: dt.datetime,
        providers: Callable[[ManualClock], Iterable[Provider]],
        exchanges: Exchanges | None = None,
        mode: Mode = "demo",
    ) -> None:
        self.clock = ManualClock(start)
        self.markets: list[Market] = []
        self.rows: list[TapeRow] = []
        self.feed = Feed(
            providers=tuple(providers(self.clock)),
            store=None,
            clock=self.clock,
            exchanges=exchanges or Exchanges(line.exchange for line in universe.lines),
            universe=universe,
            settings=FeedSettings(),
            mode=mode,
        )

    async def run(self, polls: int, every: float = 15.0) -> None:
        await self.feed.poll_once(ANSWER)
        self.feed.record(self._keep)
        for _ in range(polls):
            self.markets.append(await self.feed.poll_once(ANSWER))
            await self.clock.advance(every)

    def _keep(self, taken: Taken) -> None:
        self.rows.append(taken.row())


def shown(market: Market) -> bytes:
    """The Board of a Market as JSON, under the mode of a replay."""
    from dataclasses import replace

    return encode(board(replace(market, mode="replay")))
