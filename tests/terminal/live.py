"""The live monitor on a store of its own, and what stands in that store; the modes a terminal gets back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.terminal.terminal import ALTERNATE_SCREEN, CURSOR, Terminal

REPETITIONS = 20 if os.environ.get("NARROWS_LONG_TESTS") else 1
"""How often each way to end is tried."""

LINE_WRAP, PASTE, FOCUS = 7, 2004, 1004
MOUSE_MODES = (1000, 1002, 1003, 1006, 1015, 1016)
UNIVERSE = """\
# name: hand-made
# base_date: 2025-01-13
issuer,name,region,side,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,shares,shares_as_of
red,Red Cloud,CN,china,cloud,9001.HK,XHKG,HKD,1,true,,3000000000,2025-01-13
blue,Blue Cloud,US,peer,cloud,BLUE,XNAS,USD,1,true,,2000000000,2025-01-13
"""


def furnish(home: Path, market: str) -> None:
    """A configuration for the monitor: two lines, priced by a loopback market."""
    (home / "universe.csv").write_text(UNIVERSE)
    (home / "config.toml").write_text(
        f'universe = "{home}/universe.csv"\n'
        f'[store]\nurl = "sqlite:///{home}/narrows.db"\n'
        '[providers]\norder = ["yahoo"]\n'
        f'[providers.yahoo]\nbase_url = "{market}"\n'
    )


def holder(home: Path) -> str:
    """Who holds the lease; an empty text where nobody does."""
    if not (home / "narrows.db").exists():
        return ""
    with closing(sqlite3.connect(home / "narrows.db")) as store:
        try:
            row = store.execute("SELECT holder FROM lease").fetchone()
        except sqlite3.OperationalError:  # the tables are being made
            return ""
    return str(row[0]) if row else ""


def still_open(home: Path) -> bool:
    """Whether somebody has the store open, or left it so: the last to close it takes its log away."""
    return (home / "narrows.db-wal").exists()


def modes_left(terminal: Terminal) -> list[str]:
    """What a program that has ended, or stopped, should have taken back of the terminal and has not."""
    on = (ALTERNATE_SCREEN, PASTE, FOCUS, *MOUSE_MODES)
    left = [f"mode {number} is on" for number in on if terminal.has_mode(number)]
    left += [f"mode {number} is off" for number in (CURSOR, LINE_WRAP) if not terminal.has_mode(number)]
    if terminal.output.count(b"\x1b[>") > terminal.output.count(b"\x1b[<u"):
        left.append("the keyboard protocol is on")
    return left if terminal.is_cooked() else [*left, "the line discipline is raw"]
