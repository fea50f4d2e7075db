"""The product on a clock that starts at a chosen moment: `python -m bench.market_day MOMENT [ARGUMENT…]`.

Whether an exchange trades must not depend on the hour at which the benches run.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence

from feed.clock import Clock, SimulatedClock
from tui import cli, compose
from tui.options import Settings


def main(moment: str, arguments: Sequence[str]) -> int:
    """Run the command line with another clock."""
    clock = SimulatedClock(dt.datetime.fromisoformat(moment))

    def clock_of(settings: Settings) -> Clock:  # noqa: ARG001 - the signature of what it replaces
        return clock

    compose.clock_of = clock_of
    return cli.main(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
