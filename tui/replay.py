"""The engine of a replay: plays a tape on its own clock. It polls nobody and writes nowhere."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from feed.replay import Player
from feed.replay_clock import ReplayClock
from metrics.board import TIMEFRAMES, Timeframe
from providers.records import Remark
from tui.config import Peers
from tui.live import Update
from tui.options import Settings
from tui.replay_publisher import ReplayPublisher
from tui.replay_times import instant_of


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to replay.

    Attributes:
        player: The tape.
        start: Where to begin.
        end: Where to stop.
        speed: Market seconds per second.
        zone: Zone in which times of day are written.
        paused: Whether to stand at the start until told to go on.
    """

    player: Player
    start: dt.datetime
    end: dt.datetime
    speed: float
    zone: dt.tzinfo
    paused: bool = False


class Replay:
    """Runs until cancelled; every call comes from its own event loop.

    Every command moves the clock; the frame that is shown is the newest at the clock's instant.
    """

    def __init__(self, settings: Settings, deliver: Callable[[Update], None], plan: Plan) -> None:
        self.peers: Peers = settings.peers
        self.timeframe: Timeframe = "1D"
        self.clock = ReplayClock(plan.player.tape.first, plan.end, start=plan.start, speed=plan.speed)
        self._plan = plan
        self._player = plan.player
        self._deliver = deliver
        self._publisher = ReplayPublisher()
        self._flaws = _remarks(plan.player.tape.flaws, plan.player.tape.first)
        self._moved = asyncio.Event()
        self._surveyed = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return self.clock.stopped

    @property
    def speed(self) -> float:
        """Market seconds per second."""
        return self.clock.speed

    def now(self) -> dt.datetime:
        """The instant on the clock of the replay."""
        return self.clock.now()

    async def run(self) -> None:
        """Play: the clock goes once the first frame is there."""
        surveying: asyncio.Task[None] | None = None
        shown: tuple[int, Peers, Timeframe] | None = None
        try:
            while True:
                self._moved.clear()
                number = self._player.at(self.clock.now())
                wanted = (number, self.peers, self.timeframe)
                if wanted != shown:
                    self._deliver(await asyncio.to_thread(self._update, *wanted))
                    shown = wanted
                    if surveying is None:
                        surveying = asyncio.create_task(self._survey())
                        self._start()
                else:
                    await self._wait(number)
        finally:
            if surveying is not None:
                surveying.cancel()

    def refresh_now(self) -> None:
        """Nobody is asked in a replay."""

    def toggle_pause(self) -> bool:
        """Stop the clock or let it go on; whether it now stands still."""
        if self.clock.stopped:
            self.clock.run()
        else:
            self.clock.stop()
        self._moved.set()
        return self.clock.stopped

    def toggle_peers(self) -> Peers:
        """Compare with the other peers from now on."""
        self.peers = "us" if self.peers == "global" else "global"
        self._moved.set()
        return self.peers

    def next_timeframe(self) -> Timeframe:
        """Trends of the next timeframe from now on."""
        self.timeframe = TIMEFRAMES[(TIMEFRAMES.index(self.timeframe) + 1) % len(TIMEFRAMES)]
        self._moved.set()
        return self.timeframe

    def step(self, frames: int) -> None:
        """Go so many frames on, or back, and stop there."""
        self.clock.stop()
        number = self._player.at(self.clock.now()) + frames
        self._go(min(max(number, 0), len(self._player) - 1))

    def pace(self, steps: int) -> None:
        """Run faster or slower."""
        self.clock.pace(steps)
        self._moved.set()

    def seek(self, text: str) -> None:
        """Go to a time of day as it was typed.

        Raises:
            NotOnTapeError: when the tape does not have it.
        """
        plan = self._plan
        when = instant_of(text, plan.zone, plan.player.tape.first, plan.end, near=self.clock.now())
        self.clock.set(when)
        self._moved.set()

    async def next_event(self) -> bool:
        """Go to the next event; `False` when none comes any more."""
        await self._surveyed.wait()
        number = self._player.next_event(self._player.at(self.clock.now()))
        if number is None or self._player.instant(number) > self._plan.end:
            return False
        self._go(number)
        return True

    def _go(self, number: int) -> None:
        self.clock.set(self._player.instant(number))
        self._moved.set()

    def _update(self, number: int, peers: Peers, timeframe: Timeframe) -> Update:
        market = self._player.go(number)
        notes = (*self._player.notes, *self._flaws)
        return self._publisher.publish(market, notes, peers, timeframe)

    def _start(self) -> None:
        if not self._plan.paused:
            self.clock.run()

    async def _survey(self) -> None:
        self._flaws += _remarks(await asyncio.to_thread(self._player.survey), self._player.tape.first)
        self._surveyed.set()

    async def _wait(self, number: int) -> None:
        """Until the next frame is due or a command has come."""
        seconds = None
        if number + 1 < len(self._player):
            seconds = self.clock.wait_until(self._player.instant(number + 1))
        try:
            await asyncio.wait_for(self._moved.wait(), seconds)
        except TimeoutError:
            return


def _remarks(flaws: tuple[str, ...], at: dt.datetime) -> tuple[Remark, ...]:
    return tuple(Remark(subject="tape", text=flaw, at=at, severity="warning") for flaw in flaws)
