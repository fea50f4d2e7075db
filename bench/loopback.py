"""The loopback market on which the product is measured: every price moves once a market second."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.market_time import MarketTime
from tests.server import MarketServer, Truth
from tests.server.__main__ import SPOKEN

OPEN = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
"""A Tuesday, eleven in the morning in Shanghai: all of East Asia is in session."""
SHUT = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
"""The Sunday before: nothing trades anywhere."""
REQUESTS_PER_MINUTE = 120.0
"""The product's own limit."""
COLUMNS = (
    "issuer,name,region,side,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,"
    "shares,shares_as_of"
)


@contextmanager
def market(time: MarketTime) -> Iterator[MarketServer]:
    """A market that lives in that time."""
    truth = Truth(invents=True, now=time.clock().now)
    idle = threading.Event()

    def move() -> None:
        for step in itertools.count():
            if idle.wait(1.0 / time.speed):
                return
            truth.move(step)

    with MarketServer(truth) as server:
        threading.Thread(target=move, daemon=True).start()
        try:
            yield server
        finally:
            idle.set()


def configuration(
    server: MarketServer,
    store: Path,
    quotes: float = 15,
    per_minute: float = REQUESTS_PER_MINUTE,
    universe: str = "default",
) -> str:
    """A configuration in which every source is the loopback market.

    Args:
        server: That market.
        store: The file of the store.
        quotes: Seconds from poll to poll.
        per_minute: Requests to one source in a real minute at most.
        universe: A name, or a file.
    """
    limit = f"requests_per_minute = {per_minute:g}"
    places = "".join(f'[providers.{name}]\nbase_url = "{server.url}"\n{limit}\n' for name in SPOKEN)
    order = '[providers]\norder = ["tencent", "yahoo", "ecb"]\n'
    return f'universe = "{universe}"\n[refresh]\nquotes = {quotes:g}\n[store]\nurl = "sqlite:///{store}"\n{order}{places}'


def write_universe(path: Path, issuers: int) -> None:
    """A made-up universe: one line to an issuer, in turn in New York and Hong Kong."""
    rows = []
    for number in range(issuers):
        listed = f"{9000 + number}.HK,XHKG,HKD" if number % 2 else f"AA{chr(65 + number)},XNAS,USD"
        side = "CN,china" if number % 2 else "US,peer"
        rows.append(f"i{number},Issuer {number},{side},cloud,{listed},1,true,,1000000000,2025-01-13")
    head = ("# name: made-up", "# base_date: 2025-01-13", COLUMNS)
    path.write_text("\n".join((*head, *rows)) + "\n", encoding="utf-8")
