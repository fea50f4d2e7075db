"""What a path leads to in one Board: a value, rows, or nothing, and then why."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metrics.alert_paths import KNOWN_BY, Attribute, Chosen, Entry, Path
from metrics.board import Board

Value = float | str | bool | dt.date | dt.datetime

_CALLED = (("date", "title"), ("company", "period"), ("date", "model"))
"""Fields that together tell a row from its neighbours, where the first of `KNOWN_BY` does not."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A value or rows; with neither, `why` where there is more to say than that it is absent."""

    value: Value | None = None
    rows: tuple[Any, ...] | None = None
    why: str | None = None


def find(path: Path, board: Board) -> Found:
    """Follow the path. Of several rows that a key fits, none is asked for a figure."""
    here: Any = board
    whole: tuple[Any, ...] = ()
    for step in path.steps:
        match step:
            case Attribute(name):
                if isinstance(here, tuple):
                    if len(here) != 1:
                        return Found(why=_not_one(here, whole, path))
                    (here,) = here
                here = getattr(here, name)
            case Entry(key):
                here = here.get(key)
            case Chosen(keys, fields):
                whole, here = here, chosen(here, keys, fields)
        if here is None:
            return Found()
    if isinstance(here, tuple):
        return Found(rows=here)
    if path.kind != "number":
        return Found(value=here)
    return Found(value=float(here) if math.isfinite(here) else None)


def chosen(rows: tuple[Any, ...], keys: Sequence[str], fields: Sequence[str]) -> tuple[Any, ...]:
    """The rows that each key fits: by the first field that it fits in any of them, upper case or lower."""
    for key in keys:
        by_field = ([row for row in rows if _says(row, name, key)] for name in fields)
        rows = tuple(next((some for some in by_field if some), ()))
    return rows


def called(row: object) -> str:
    """What tells a row of a list from the others: `yahoo`, `2026-11-26 Alibaba results`."""
    if isinstance(row, str):
        return row
    for names in _CALLED:
        if all(hasattr(row, name) for name in names):
            return " ".join(str(getattr(row, name)) for name in names)
    return next((str(getattr(row, name)) for name in KNOWN_BY if hasattr(row, name)), "")


def _says(row: object, name: str, key: str) -> bool:
    return str(getattr(row, name)).casefold() == key.casefold()


def _not_one(rows: tuple[Any, ...], whole: tuple[Any, ...], path: Path) -> str:
    if rows:
        return f"{len(rows)} rows fit, such as {called(rows[0])}: name one of them in {path.text}"
    keys = next((step.keys for step in path.steps if isinstance(step, Chosen)), ())
    near = difflib.get_close_matches(" ".join(keys), [called(row) for row in whole], n=1)
    return f"no row {', '.join(keys)} now" + (f"; did you mean {near[0]}?" if near else "")
