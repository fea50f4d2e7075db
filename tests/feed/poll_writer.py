"""A process that polls a store as fast as it can, to be killed: `python -m tests.feed.poll_writer URL`.

Each poll writes every price, the headline and what it shares with the same number, which grows. A line on
stdout says the number of a poll that has been stored.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sys

from feed.lease import Lease
from feed.shared import Shared
from feed.store import Store
from tests.feed.support import close, quote

START = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
SYMBOLS = tuple(f"{number:04d}.HK" for number in range(60))


def write(url: str, first: int, told: int) -> None:
    """Poll for ever from a number on; `told` is a descriptor that hears of each poll that is stored."""
    store = Store.open(url)
    lease = Lease(store)
    while not lease.step():
        pass
    for number in itertools.count(first):
        at = START + dt.timedelta(seconds=number)
        records = [quote(symbol, 1.0 + number, at) for symbol in SYMBOLS]
        day = dt.date(2020, 1, 1) + dt.timedelta(days=number)
        closes = [close(symbol, day, 1.0 + number) for symbol in SYMBOLS[:5]]
        share = Shared(at=at, universe="test", symbols=SYMBOLS, poll_seconds=15.0)
        store.save([*records, *closes], share=share, token=lease.token)
        lease.step()
        os.write(told, f"{number}\n".encode())


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.stdout.fileno())
