"""Paths into a Board: `share.listed_pct`, `spreads.subsectors[foundry].spread_pct`, `catalysts`.

A path is checked against the types of the Board when it is read, so that one that can never exist is found
at once. Names are those of the JSON form. In square brackets stands what a row of a list is known by
(`[foundry]`, `[XHKG]`, `[2026-11-26]`; several, separated by commas, all hold), or the key of an object.
Imports neither pandas nor numpy, for the configuration is read before the first frame.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import msgspec
import msgspec.inspect as kinds

from metrics.board import Board

KNOWN_BY = (
    "issuer", "symbol", "subsector", "label", "quarter", "company", "period", "exchange", "name", "name_zh",
    "subject", "date", "kind", "title", "model", "developer", "version", "region",
)  # fmt: skip
"""Fields by which a row may be chosen, the first that fits before the others."""

_SHAPE = re.compile(r"[a-z_]\w*(?:\[[^\[\]]+\])*(?:\.[a-z_]\w*(?:\[[^\[\]]+\])*)*")
_STEP = re.compile(r"\.?([a-z_]\w*)|\[([^\[\]]+)\]")

LeafKind = Literal["number", "text", "flag", "day", "time", "rows", "texts"]


class PathError(ValueError):
    """A path that no Board can have; the message names the nearest that could."""


@dataclass(frozen=True)
class Attribute:
    """Step to a field of a part."""

    name: str


@dataclass(frozen=True)
class Chosen:
    """Step to the rows of a list that are known by each of `keys`."""

    keys: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """Step to a value of an object with free keys."""

    key: str


Step = Attribute | Chosen | Entry


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path that Boards can have.

    Attributes:
        text: As written, without blanks around it.
        kind: What is found there.
        choices: The values that a text may take, where they are fixed.
        row: Type of the rows, where it leads to rows.
    """

    text: str
    steps: tuple[Step, ...]
    kind: LeafKind
    choices: tuple[str, ...] = ()
    row: type[msgspec.Struct] | None = None

    @property
    def part(self) -> str:
        """The part of the Board that it leads into: `share`, `catalysts`."""
        return re.split(r"[.\[]", self.text, maxsplit=1)[0]

    @property
    def field(self) -> str:
        """The last name in it, which says the unit: `listed_pct`."""
        return next((step.name for step in reversed(self.steps) if isinstance(step, Attribute)), "")


@dataclass(frozen=True)
class _OneOf:
    """The rows that a key has chosen: a list still, of which a field may be asked."""

    row: kinds.StructType


_Kind = kinds.Type | _OneOf


def parse(text: str) -> Path:
    """Read a path and check it against the types of the Board.

    Raises:
        PathError: when no Board can have it.
    """
    bare = text.strip()
    if not _SHAPE.fullmatch(bare):
        raise PathError(f"expected a path such as share.listed_pct or providers[yahoo].state, got {bare!r}")
    steps: list[Step] = []
    kind: _Kind = _board_kind()
    walked = ""
    for name, key in _STEP.findall(bare):
        step: Step
        kind, step = _entered(kind, key, walked) if key else _named(kind, name, walked)
        steps.append(step)
        walked += f"[{key}]" if key else f".{name}" if walked else name
    return _ended(bare, tuple(steps), kind)


@lru_cache(maxsize=1)
def _board_kind() -> kinds.Type:
    """The types of the Board, which take some milliseconds to read."""
    return kinds.type_info(Board)


def near(word: str, known: Iterable[str]) -> str:
    """`Did you mean …?` with the nearest, or what there is."""
    names = list(known)
    found = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(found)}?" if found else f"there is {', '.join(names)}"


@lru_cache(maxsize=64)
def row_words(row: type[msgspec.Struct]) -> dict[str, tuple[str, ...]]:
    """The fields of a row whose values are fixed words, with those words: `state`, `stance`, `severity`."""
    info = kinds.type_info(row)
    fields = info.fields if isinstance(info, kinds.StructType) else ()
    return {field.name: choices for field in fields if (choices := _choices(_bare(field.type)))}


def _named(kind: _Kind, name: str, walked: str) -> tuple[_Kind, Step]:
    inner = kind.row if isinstance(kind, _OneOf) else kind
    where = f"{walked}.{name}" if walked else name
    if not isinstance(inner, kinds.StructType):
        hint = f"choose a row: {walked}[…].{name}" if _row(inner) else f"{walked} has no parts"
        raise PathError(f"no Board has {where}; {hint}")
    fields = {field.encode_name: field for field in inner.fields}
    if name not in fields:
        raise PathError(f"no Board has {where}; {near(name, fields)}")
    return _bare(fields[name].type), Attribute(fields[name].name)


def _entered(kind: _Kind, key: str, walked: str) -> tuple[_Kind, Step]:
    if isinstance(kind, kinds.DictType):
        return _bare(kind.value_type), Entry(key.strip())
    row = _row(kind)
    if row is None:
        raise PathError(f"{walked}[{key}]: {walked} is no list of rows to choose from")
    keys = tuple(part.strip() for part in key.split(",") if part.strip())
    if not keys:
        raise PathError(f"{walked}[{key}]: expected what a row is known by within the brackets")
    names = {field.name for field in row.fields}
    return _OneOf(row), Chosen(keys, tuple(name for name in KNOWN_BY if name in names))


def _ended(text: str, steps: tuple[Step, ...], kind: _Kind) -> Path:
    leaf, row = _leaf(kind), _row(kind)
    if leaf is None:
        inside = [field.encode_name for field in kind.fields] if isinstance(kind, kinds.StructType) else []
        hint = f"; name a figure within it: {', '.join(inside)}" if inside else ""
        raise PathError(f"{text} is no figure{hint}")
    return Path(text=text, steps=steps, kind=leaf, choices=_choices(kind), row=row.cls if row else None)


_LEAVES: dict[type, LeafKind] = {
    kinds.FloatType: "number",
    kinds.IntType: "number",
    kinds.StrType: "text",
    kinds.LiteralType: "text",
    kinds.BoolType: "flag",
    kinds.DateType: "day",
    kinds.DateTimeType: "time",
}


def _leaf(kind: _Kind) -> LeafKind | None:
    if _row(kind):
        return "rows"
    return "texts" if isinstance(kind, kinds.VarTupleType) else _LEAVES.get(type(kind))


def _bare(kind: kinds.Type) -> kinds.Type:
    """A type without its `None`."""
    if isinstance(kind, kinds.UnionType):
        return next(one for one in kind.types if not isinstance(one, kinds.NoneType))
    return kind


def _row(kind: _Kind) -> kinds.StructType | None:
    """The type of the rows of a list of parts."""
    if isinstance(kind, _OneOf):
        return kind.row
    item = kind.item_type if isinstance(kind, kinds.VarTupleType) else None
    return item if isinstance(item, kinds.StructType) else None


def _choices(kind: _Kind) -> tuple[str, ...]:
    return tuple(str(value) for value in kind.values) if isinstance(kind, kinds.LiteralType) else ()
