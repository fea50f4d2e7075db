"""Several processes of the product on one store and one loopback market, and what each of them shows."""

from __future__ import annotations

import math
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import loopback, programs
from bench.market_time import MarketTime
from bench.notes import Note, Notes
from tests.server import MarketServer
from tests.terminal.terminal import NeverHappenedError, Terminal

QUOTES_SECONDS = 15.0
BEGIN_SECONDS = 60.0
FILL_SECONDS = 400.0
LOOK_SECONDS = 0.1
BEATS_OF_A_START = 4


@dataclass
class Member:
    """One process.

    Attributes:
        terminal: Where it runs.
        notes: The Boards that it has shown.
        sent: When it has sent something, on the machine's steady clock.
    """

    terminal: Terminal
    notes: Notes
    sent: list[float] = field(default_factory=list)

    def beats(self) -> set[int]:
        """The polls of which it has shown a Board."""
        return {beat_of(note) for note in self.notes.read()}

    def newest_beat(self) -> int:
        """The newest of them; 0 before the first."""
        notes = self.notes.read()
        return beat_of(notes[-1]) if notes else 0

    def filled(self) -> bool:
        """Whether the first fill of closes has begun and ended; a short one is over before it is seen."""
        notes = self.notes.read()
        begun = any(note.filling for note in notes) or len(self.beats()) >= BEATS_OF_A_START
        return begun and not notes[-1].filling

    @property
    def process(self) -> int:
        """Its number."""
        return self.terminal.process.pid


def beat_of(note: Note) -> int:
    """The number of the poll that a Board is of: quotes are asked for at multiples of their interval."""
    return math.floor(note.as_of.timestamp() / QUOTES_SECONDS)


@dataclass
class Crowd:
    """The processes that share a store; the first one started polls.

    Attributes:
        server: The market that they ask.
        config: The configuration of all of them.
    """

    server: MarketServer
    time: MarketTime
    home: Path
    config: Path
    members: list[Member] = field(default_factory=list)

    @property
    def first(self) -> Member:
        """The one that polls."""
        return self.members[0]

    def command(self, *arguments: str, notes: Path | None = None) -> list[str]:
        """The product's command line on this market's clock."""
        noted = [] if notes is None else ["--notes", str(notes)]
        told = [*noted, *self.time.arguments(), "--config", str(self.config)]
        return [sys.executable, "-m", "bench.market_day", *told, *arguments]

    def join(self, *arguments: str, size: tuple[int, int] = programs.SIZE) -> Member:
        """Start another process."""
        path = self.home / f"notes-{len(self.members)}"
        notes = Notes(path)
        terminal = Terminal(self.command(*arguments, notes=path), self.home, size=size)
        member = Member(terminal, notes)
        self.members.append(member)
        return member


def fill(crowds: Sequence[Crowd]) -> None:
    """Let the first process of each come to the end of its first fill of closes."""
    members = [member for one in crowds for member in one.members]
    watch_until(
        members, lambda: all(one.first.filled() for one in crowds), FILL_SECONDS, "end of the first fill"
    )


def watch(members: Sequence[Member], seconds: float) -> None:
    """Take in what all of them send for so long.

    Raises:
        NeverHappenedError: when one of them has ended.
    """
    deadline = time.monotonic() + seconds
    running = {member.terminal.fileno(): member for member in members}
    while (left := deadline - time.monotonic()) > 0:
        for ready in select.select(running, [], [], left)[0]:
            member = running[ready]
            if not member.terminal.take_in():
                screen = "\n".join(member.terminal.screen())
                raise NeverHappenedError(f"one of the processes has ended; its screen:\n{screen}")
            member.sent.append(member.terminal.last_output)


def watch_until(
    members: Sequence[Member], condition: Callable[[], object], seconds: float, what: str
) -> None:
    """Take in what all of them send until something is so.

    Raises:
        NeverHappenedError: when it is not so after `seconds`; the message says `what` is missing.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NeverHappenedError(f"after {seconds:g} s there is still no {what}")
        watch(members, LOOK_SECONDS)


@contextmanager
def crowd(
    home: Path,
    moment: MarketTime,
    quotes: float = QUOTES_SECONDS,
    per_minute: float = loopback.REQUESTS_PER_MINUTE,
    issuers: int | None = None,
) -> Iterator[Crowd]:
    """A market of its own, and nobody on it yet; in the end all processes are ended.

    Args:
        home: A folder that does not exist yet.
        moment: The time of all of them.
        quotes: Market seconds from poll to poll.
        per_minute: Requests to one source in a market minute at most.
        issuers: Of a made-up universe; `None`: the shipped one.
    """
    home.mkdir(parents=True)
    config, universe = home / "config.toml", "default"
    if issuers is not None:
        universe = str(home / "universe.csv")
        loopback.write_universe(Path(universe), issuers)
    with loopback.market(moment) as server:
        limit = per_minute * moment.speed
        text = loopback.configuration(server, home / "narrows.db", quotes, limit, universe)
        config.write_text(text, encoding="utf-8")
        found = Crowd(server, moment, home, config)
        try:
            yield found
        finally:
            for member in found.members:
                member.terminal.__exit__(None, None, None)
