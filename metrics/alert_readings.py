"""What a Board says to a rule: a reading for the rule, or for each row of its list. Time is an argument."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from metrics.alert_rules import Compare, Cross, Rule, Says, Timed
from metrics.alert_values import Value, called, find
from metrics.board import Board

Side = Literal[-1, 0, 1]

SURROUNDINGS = frozenset({"providers", "sessions", "catalysts", "remarks", "progress", "mode", "poller"})
"""Parts of a Board that mean something before any source has answered."""
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq,
    "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a Board says to a rule about one subject.

    Attributes:
        holds: `None` where the value is missing.
        left: Whether the value is out of the band.
        side: Of a crossing, the side it is on; 0 within the band.
    """

    subject: str
    value: Value | None
    holds: bool | None
    left: bool = False
    side: Side = 0
    why: str | None = None


def ready(rule: Rule, board: Board) -> bool:
    """Whether the Board may be asked: for figures only once a source has answered."""
    answered = any(one.last_ok is not None and one.name != "reference" for one in board.providers)
    return answered or rule.path.part in SURROUNDINGS


def readings(rule: Rule, board: Board, now: dt.datetime) -> tuple[Reading, ...]:
    """One reading, or one for each row of a list; of rows with one name that which holds."""
    found = find(rule.path, board)
    rows = found.rows
    match rule.test:
        case Says(field=None, word=word):
            return (_of_all(word, None if rows is None else word in rows),)
        case Says(field=str(field), word=word, every=True):
            return (_of_all(word, all(getattr(row, field) == word for row in rows) if rows else None),)
        case Says(field=str(field), word=word):
            return _by_row((row, getattr(row, field), getattr(row, field) == word) for row in rows or ())
        case Timed() as timed if rows is not None:
            return _by_row((row, row.date, _is_due(timed, row.date, now)) for row in rows)
    value = found.value
    if value is None:
        return (Reading(subject="", value=None, holds=None, why=found.why),)
    return (_reading(rule, value, now),)


def _reading(rule: Rule, value: Value, now: dt.datetime) -> Reading:
    match rule.test:
        case Compare(operator=sign, target=target):
            holds = _HOLDS[sign](value, target)
            return Reading(subject="", value=value, holds=holds, left=_has_left(rule, value))
        case Cross(level=level) if isinstance(value, float):
            return Reading(subject="", value=value, holds=False, side=_side(value, level, rule.hysteresis))
        case Timed() as timed:
            holds = _is_due(timed, value, now)
            return Reading(subject="", value=value, holds=holds, left=not holds)
    raise TypeError(f"{rule.when} asks for rows")


def _side(value: float, level: float, band: float) -> Side:
    return 1 if value > level + band else -1 if value < level - band else 0


def _has_left(rule: Rule, value: object) -> bool:
    """Whether a value is on the other side, further than the hysteresis."""
    test, band = rule.test, rule.hysteresis
    if not isinstance(test, Compare):
        return False
    if not band or not isinstance(value, float) or not isinstance(test.target, float):
        return not _HOLDS[test.operator](value, test.target)
    match test.operator:
        case ">=" | ">":
            return value < test.target - band
        case "<=" | "<":
            return value > test.target + band
    return abs(value - test.target) > band


def _is_due(timed: Timed, value: object, now: dt.datetime) -> bool:
    if isinstance(value, dt.datetime):
        return value < now - timed.span if timed.past else now <= value <= now + timed.span
    if not isinstance(value, dt.date):
        return False
    today = now.astimezone(dt.UTC).date()
    return value < today - timed.span if timed.past else today <= value <= today + timed.span


def _of_all(word: str, holds: bool | None) -> Reading:  # noqa: FBT001 - an answer, passed on
    return Reading(subject="", value=word, holds=holds, left=holds is False)


def _by_row(rows: Iterable[tuple[object, Value | None, bool]]) -> tuple[Reading, ...]:
    found: dict[str, Reading] = {}
    for row, value, holds in rows:
        name = called(row)
        if name not in found or holds:
            found[name] = Reading(subject=name, value=value, holds=holds, left=not holds)
    return tuple(found.values())
