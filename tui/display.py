"""The reader's choices about looks, worked out for this machine: signs, colours, zone, mouse."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from tui.config import Display
from tui.rungs import rungs
from tui.surroundings import Surroundings
from widgets.options import DisplayOptions, UpColour

LOCALTIME = Path("/etc/localtime")


def options(chosen: Display, around: Surroundings) -> DisplayOptions:
    """Display options with every `auto` decided. Chinese names need more than ASCII.

    Args:
        chosen: The table `[display]`.
        around: What the program runs in.
    """
    symbols = rungs(chosen, around).symbols
    return DisplayOptions(
        names="en" if symbols == "ascii" else chosen.names,
        up=up_colour(around) if chosen.up == "auto" else chosen.up,
        symbols=symbols,
        zone=zone(chosen),
        marks=chosen.marks,
    )


def up_colour(around: Surroundings) -> UpColour:
    """Red where prices that rise are red: Chinese, Japanese and Korean locales."""
    return "red" if around.locale.startswith(("zh", "ja", "ko")) else "green"


def zone(chosen: Display) -> dt.tzinfo:
    """The zone of clock and dates."""
    return local_zone() if chosen.zone == "auto" else ZoneInfo(chosen.zone)


def local_zone() -> dt.tzinfo:
    """This machine's zone with its summer time where its name can be told, else with the offset of today."""
    place = str(LOCALTIME.resolve())
    name = os.environ.get("TZ", "").lstrip(":") or place.partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return dt.datetime.now(dt.UTC).astimezone().tzinfo or dt.UTC


def wants_mouse(chosen: Display, around: Surroundings) -> bool:
    """Whether to switch mouse reports on; by itself not over a network, where each costs bytes."""
    return not around.remote if chosen.mouse == "auto" else bool(chosen.mouse)


def wants_clicks(chosen: Display, around: Surroundings) -> bool:
    """Whether clicks and the wheel are wanted, and not every movement."""
    return wants_mouse(chosen, around) and chosen.mouse != "motion"
