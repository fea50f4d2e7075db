"""Builds calendars in a process of its own: `python -m feed.calendar_build FOLDER DAY CODE…`.

What building needs (the rules of every exchange, and pandas objects by the thousand) takes some 40 MB that a
process never gives back. A monitor that stays open for weeks therefore lets another process build, and reads
what that one has kept.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from feed import calendar_cache
from feed.calendars import build

PATIENCE_SECONDS = 120.0


def build_apart(folder: Path, codes: Sequence[str], today: dt.date) -> None:
    """Have calendars built and kept in `folder`; blocks. What fails is missing there afterwards.

    The other process ends with this one, however this one ends: it reads from a pipe that is then closed.
    """
    arguments = [sys.executable, "-P", "-m", "feed.calendar_build", str(folder), today.isoformat(), *codes]
    ours = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    try:
        with subprocess.Popen(  # noqa: S603 - our own module, exchange codes of a checked universe
            arguments,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
    except OSError:
        return


def main(folder: str, today: str, *codes: str) -> None:
    """Build the calendars of `codes` and keep them."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for code in codes:
        calendar_cache.keep(Path(folder), code, build(code), dt.date.fromisoformat(today))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
