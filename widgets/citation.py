"""A figure as one line that can be quoted: what, value, as of, universe, coverage, sources, who says so."""

from __future__ import annotations

import datetime as dt
import re

from metrics.board import Board
from metrics.figures import Figure
from metrics.words import short
from widgets.amounts import amount, plain, worked
from widgets.format import Format
from widgets.lines import clip

MOST_TERMS = 4
LONGEST_SOURCES = 120
_SEVERAL = re.compile(r", | and \d+ more$")
OLDER = dt.timedelta(minutes=1)
"""An input that is older than the Board by more than this is dated."""


def cited(figure: Figure, board: Board, fmt: Format, program: str) -> str:
    """The line that is copied. A Board that is not of the live market says so before anything else.

    `program`: name and version, which close the line.
    """
    sum_of = worked(figure, fmt, MOST_TERMS)
    said = f"{mode_words(board, fmt)}{figure.explanation.title}: {amount(figure.value, figure.unit, fmt)}"
    parts = (
        f"{said} = {sum_of}" if sum_of else said,
        f"as of {when(board.as_of, fmt)}",
        oldest_words(figure, board, fmt),
        _universe(figure, board, fmt),
        figure.coverage,
        _sources(figure),
        program,
    )
    return plain("; ".join(part for part in parts if part), fmt)


def mode_words(board: Board, fmt: Format) -> str:
    """What a figure is of when it is not of the live market: `DEMO, simulated market: `; else nothing."""
    match board.mode:
        case "demo":
            return "DEMO, simulated market: "
        case "replay":
            return "REPLAY of a recorded day: "
        case "offline":
            day = f", reference of {fmt.day(board.reference_date)}" if board.reference_date else ""
            return f"OFFLINE{day}: "
    return ""


def when(instant: dt.datetime, fmt: Format) -> str:
    """Day, time and zone, whose name alone is not clear: `24 Nov 2026 14:32 HKT (UTC+8)`."""
    local = instant.astimezone(fmt.zone)
    hours = (local.utcoffset() or dt.timedelta()).total_seconds() / 3600
    name = local.tzname() or ""
    offset = f"UTC{hours:+g}" if hours else "UTC"
    zone = offset if name.startswith("UTC") else f"{name} ({offset})"
    return f"{fmt.day(local.date())} {fmt.clock(instant)} {zone}"


def oldest_words(figure: Figure, board: Board, fmt: Format) -> str:
    """The oldest price or rate, where it is older than the Board, and the oldest of what has but a day.

    A count of shares or a mark may be months older than all prices. Values of the base date do not count
    where the base date is told.
    """
    inputs = [one for one in figure.explanation.inputs if one.value is not None]
    said = []
    times = [one.as_of for one in inputs if one.as_of is not None]
    if times and board.as_of - min(times) > OLDER:
        oldest = min(times)
        day, today = (each.astimezone(fmt.zone).date() for each in (oldest, board.as_of))
        said.append(f"oldest price or rate {fmt.clock(oldest) if day == today else fmt.day(day)}")
    told = board.basket.base_date if _is_since_base(figure) else None
    days = [one.day for one in inputs if one.as_of is None and one.day is not None and one.day != told]
    if days and min(days) < board.as_of.date():
        said.append(f"oldest dated input {fmt.day(min(days))}")
    return "; ".join(said)


def _universe(figure: Figure, board: Board, fmt: Format) -> str:
    """The universe; with its base date where the figure is of a change since then."""
    since = f", base date {fmt.day(board.basket.base_date)}" if _is_since_base(figure) else ""
    return f"universe {board.universe.name}{since}"


def _is_since_base(figure: Figure) -> bool:
    return "base date" in figure.explanation.title


def _sources(figure: Figure) -> str:
    """A single source in full; of several the names."""
    named = list(dict.fromkeys(one.source for one in figure.explanation.inputs if one.source))
    if len(named) > 1:
        parts = [part for source in named for part in _SEVERAL.split(short(source)) if part]
        named = list(dict.fromkeys(parts))
    if not named:
        return ""
    return clip(f"source{'s' if len(named) > 1 else ''}: {', '.join(named)}", LONGEST_SOURCES)
