"""Since you last looked: five lines on what became of the Board while nobody was there. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from metrics.board import Board
from widgets import names
from widgets.format import Format
from widgets.lines import harmless
from widgets.options import Names

MOST = 3
"""Most things that one line names."""


def digest(before: Board, after: Board, fmt: Format, language: Names = "en") -> tuple[str, ...]:
    """Value, movers, levels crossed, events passed, sources in trouble: one line each, whatever there is.

    Args:
        before: The Board that was seen last.
        after: The Board now.
        fmt: How figures are written.
        language: Of the names of companies.
    """
    lines = (
        ("Basket", _value(before, after, fmt)),
        ("Moved most", _listed(_movers(before, after, fmt, language))),
        ("Crossed", _listed(_crossed(before, after, fmt, language))),
        ("Passed", _listed(_passed(before, after, fmt))),
        ("Sources", _listed(_failed(after), otherwise="none has failed")),
    )
    return tuple(harmless(f"{label:<11} {text}") for label, text in lines)


def _listed(things: Iterator[str], otherwise: str = "nothing") -> str:
    found = list(things)
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return (", ".join(found[:MOST]) + more) if found else otherwise


def _growth(before: float | None, after: float | None) -> float | None:
    return 100 * (after / before - 1) if before and after is not None else None


def _value(before: Board, after: Board, fmt: Format) -> str:
    old, new = before.basket.value_usd, after.basket.value_usd
    change = fmt.change(_growth(old, new), 2, "%")
    return f"{fmt.money(old)} to {fmt.money(new)}, {change}"


def _movers(before: Board, after: Board, fmt: Format, language: Names) -> Iterator[str]:
    known = {row.issuer: row.market_cap_usd for row in before.basket.constituents}
    moves = [
        (growth, row)
        for row in after.basket.constituents
        if (growth := _growth(known.get(row.issuer), row.market_cap_usd)) is not None and round(growth, 2)
    ]
    moves.sort(key=lambda move: -abs(move[0]))
    for growth, row in moves[:MOST]:
        yield f"{names.constituent(row, language)} {fmt.change(growth, 2, '%')}"


def _crossed(before: Board, after: Board, fmt: Format, language: Names) -> Iterator[str]:
    """Whole points of the listed share, tenths of a trillion of the value, stances of subsectors."""
    levels = (
        (before.share.listed_pct, after.share.listed_pct, 1.0, lambda level: f"share {level:.0f} %"),
        (before.basket.value_usd, after.basket.value_usd, 1e11, fmt.money),
    )
    for old, new, step, show in levels:
        if old is not None and new is not None and math.floor(old / step) != math.floor(new / step):
            yield f"{show(step * math.floor(max(old, new) / step))} {'upwards' if new > old else 'downwards'}"
    stances = {row.subsector: row.stance for row in before.spreads.subsectors}
    for row in after.spreads.subsectors:
        old_stance = stances.get(row.subsector)
        if old_stance and row.stance and row.stance != old_stance:
            yield f"{names.subsector(row.subsector, language)} from {old_stance} to {row.stance}"


def _passed(before: Board, after: Board, fmt: Format) -> Iterator[str]:
    """Events of the days from the one to the other, the day of the later Board included."""
    first, last = _day(before), _day(after)
    for event in after.catalysts:
        if first < event.date <= last:
            yield f"{fmt.day(event.date, year=False)} {event.title}"


def _day(board: Board) -> dt.date:
    return board.as_of.date()


def _failed(after: Board) -> Iterator[str]:
    for provider in after.providers:
        if provider.state in ("down", "degraded"):
            reason = f" ({provider.last_error})" if provider.last_error else ""
            yield f"{provider.name} {provider.state}{reason}"
