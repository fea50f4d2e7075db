"""The bell of the terminal as a sink."""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.notice import Notice

BELL = "\a"


def sequence(notices: Sequence[Notice]) -> str:
    """What to write to the terminal: one bell, however many notices want it."""
    return BELL if any("bell" in notice.watch.sinks for notice in notices) else ""
