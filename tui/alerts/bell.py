"""The bell of the terminal as a sink, and what a terminal rings that cannot be given a desktop notice."""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts import desktop
from tui.alerts.notice import Notice
from tui.surroundings import Surroundings

BELL = "\a"


def sequence(notices: Sequence[Notice], around: Surroundings) -> str:
    """What to write to the terminal: one bell, however many notices want it."""
    ringing = {"bell"} if desktop.arrives(around) else {"bell", "desktop"}
    return BELL if any(ringing & notice.watch.sinks for notice in notices) else ""
