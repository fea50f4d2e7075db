"""`python -m bench`: measures, prints a table, writes JSON with `--json FILE`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import report
from bench.cells import cells
from bench.chart import chart
from bench.day import day
from bench.left_open import left_open
from bench.many import many
from bench.measure import Bench, Measure, Options
from bench.peers import peers
from bench.poll import poll
from bench.requests import requests
from bench.start import first_frame, version
from bench.steady import steady

BENCHES: dict[str, Bench] = {
    "version": version,
    "first-frame": first_frame,
    "cells": cells,
    "left-open": left_open,
    "poll": poll,
    "chart": chart,
    "requests": requests,
    "many": many,
    "day": day,
    "steady": steady,
    "peers": peers,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benches that were asked for; the exit status says nothing about budgets."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHES)} (default: all)"
    )
    parser.add_argument("--runs", type=int, default=5, help="repetitions of what is timed (default 5)")
    parser.add_argument("--seconds", type=float, default=30, help="window left alone (default 30)")
    parser.add_argument(
        "--lines", type=int, nargs="+", default=[200, 1000, 5000], help="sizes of the universe"
    )
    parser.add_argument("--polls", type=int, default=10_000, help="polls watched for growth (default 10000)")
    parser.add_argument("--window", type=int, default=200, help="polls of many monitors (default 200)")
    parser.add_argument("--speed", type=float, default=5, help="of their clock (default 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the result there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there as Markdown")
    asked = parser.parse_args(argv)
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.names or BENCHES:
            print(f"{name} …", file=sys.stderr)
            home = Path(folder) / name
            home.mkdir()
            options = Options(
                runs=asked.runs,
                seconds=asked.seconds,
                lines=tuple(asked.lines),
                polls=asked.polls,
                window=asked.window,
                speed=asked.speed,
                folder=home,
            )
            measures.extend(BENCHES[name](options))
    Console().print(report.table(measures))
    if asked.json:
        asked.json.write_text(report.as_json(measures) + "\n", encoding="utf-8")
    if asked.markdown:
        asked.markdown.write_text(report.markdown(measures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
