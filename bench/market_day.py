"""The product on a market clock: `python -m bench.market_day [--notes FILE] START ORIGIN SPEED [ARGUMENT…]`.

Whether an exchange trades must not depend on the hour at which the benches run, and several processes must
agree on it. With `--notes` every Board that a monitor or a collector shows is noted in a file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.market_time import MarketTime
from bench.notes import Notebook
from feed.clock import Clock
from tui import cli, compose
from tui.live import Live, Update
from tui.options import Settings


def main(argv: Sequence[str]) -> int:
    """Run the command line with another clock."""
    parser = argparse.ArgumentParser(prog="python -m bench.market_day", description=__doc__)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("start", type=dt.datetime.fromisoformat)
    parser.add_argument("origin", type=float)
    parser.add_argument("speed", type=float)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(argv)
    clock = MarketTime(start=asked.start, origin=asked.origin, speed=asked.speed).clock()

    def clock_of(settings: Settings) -> Clock:  # noqa: ARG001 - the signature of what it replaces
        return clock

    compose.clock_of = clock_of
    if asked.notes is not None:
        note_boards(Notebook(asked.notes))
    return cli.main(asked.arguments)


def note_boards(notebook: Notebook) -> None:
    """Note each Board as it is delivered to the screen, or to the log of a collector."""
    begin = Live.__init__

    def begin_noting(self: Live, settings: Settings, deliver: Callable[[Update], None]) -> None:
        def note_and_deliver(update: Update) -> None:
            if not update.again:
                notebook.note(update.board)
            deliver(update)

        begin(self, settings, note_and_deliver)

    Live.__init__ = begin_noting  # type: ignore[method-assign]  # the product needs no such place


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
