"""Run the loopback market by hand: `python -m tests.server --port 8765 --move`, then set the `base_url`s."""

from __future__ import annotations

import argparse
import itertools
import threading

from tests.server.core import MarketServer
from tests.server.truth import Truth

SPOKEN = (
    "yahoo",
    "tencent",
    "eastmoney",
    "sina",
    "ecb",
    "frankfurter",
    "sec",
    "artificial_analysis",
    "lmarena",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.server", description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--move", action="store_true", help="move every price a little, every second")
    options = parser.parse_args()
    with MarketServer(Truth(invents=True), port=options.port) as server:
        print("\n".join(f'[providers.{name}]\nbase_url = "{server.url}"\n' for name in SPOKEN))  # noqa: T201 - it is a script
        idle = threading.Event()
        try:
            for step in itertools.count():
                idle.wait(1.0)
                if options.move:
                    server.truth.move(step)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
