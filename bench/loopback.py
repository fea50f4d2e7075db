"""The loopback market on which the product and its peers are measured: every price moves once a second."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feed.clock import SimulatedClock
from tests.server import MarketServer, Truth
from tests.server.__main__ import SPOKEN

OPEN = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
"""A Tuesday, eleven in the morning in Shanghai: all of East Asia is in session."""
SHUT = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
"""The Sunday before: nothing trades anywhere."""


@contextmanager
def market(start: dt.datetime) -> Iterator[MarketServer]:
    """A market whose clock starts at `start`."""
    truth = Truth(invents=True, now=SimulatedClock(start).now)
    idle = threading.Event()

    def move() -> None:
        for step in itertools.count():
            if idle.wait(1.0):
                return
            truth.move(step)

    with MarketServer(truth) as server:
        threading.Thread(target=move, daemon=True).start()
        try:
            yield server
        finally:
            idle.set()


def configuration(server: MarketServer, store: Path, quotes: float = 15) -> str:
    """A configuration in which every source is the loopback market."""
    places = "".join(f'[providers.{name}]\nbase_url = "{server.url}"\n' for name in SPOKEN)
    order = '[providers]\norder = ["tencent", "yahoo", "ecb"]\n'
    return f'[refresh]\nquotes = {quotes:g}\n[store]\nurl = "sqlite:///{store}"\n{order}{places}'
