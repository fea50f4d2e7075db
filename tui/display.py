"""The reader's choices about looks, worked out for this machine: colours, symbols, time zone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from tui.config import Display
from widgets.format import SymbolSet
from widgets.options import DisplayOptions, UpColour

LOCALTIME = Path("/etc/localtime")


def options(chosen: Display, environ: Mapping[str, str] = os.environ) -> DisplayOptions:
    """Display options with every `auto` decided.

    Args:
        chosen: The table `[display]`.
        environ: The process environment, for the locale.
    """
    return DisplayOptions(
        names=chosen.names,
        up=up_colour(environ) if chosen.up == "auto" else chosen.up,
        symbols=symbols(environ) if chosen.symbols == "auto" else chosen.symbols,
        zone=local_zone() if chosen.zone == "auto" else ZoneInfo(chosen.zone),
        marks=chosen.marks,
    )


def locale_name(environ: Mapping[str, str]) -> str:
    """The locale in force, such as `zh_CN.UTF-8`."""
    return environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""


def up_colour(environ: Mapping[str, str]) -> UpColour:
    """Red where prices that rise are red: Chinese, Japanese and Korean locales."""
    return "red" if locale_name(environ).startswith(("zh", "ja", "ko")) else "green"


def symbols(environ: Mapping[str, str]) -> SymbolSet:
    """Plain ASCII where the terminal is a bare console or the locale is not UTF-8."""
    name = locale_name(environ).lower().replace("-", "")
    bare = environ.get("TERM") in {"dumb", "vt100", "linux"}
    return "ascii" if bare or name in {"c", "posix"} or ("." in name and "utf8" not in name) else "unicode"


def local_zone() -> dt.tzinfo:
    """This machine's zone with its summer time where its name can be told, else with the offset of today."""
    place = str(LOCALTIME.resolve())
    name = os.environ.get("TZ", "").lstrip(":") or place.partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return dt.datetime.now(dt.UTC).astimezone().tzinfo or dt.UTC


def wants_mouse(chosen: Display, environ: Mapping[str, str]) -> bool:
    """Whether to switch mouse reports on; by itself not over SSH, where each costs bytes."""
    if chosen.mouse == "auto":
        return not any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    return bool(chosen.mouse)


def wants_clicks(chosen: Display, environ: Mapping[str, str]) -> bool:
    """Whether clicks and the wheel are wanted, and not every movement."""
    return wants_mouse(chosen, environ) and chosen.mouse != "motion"
