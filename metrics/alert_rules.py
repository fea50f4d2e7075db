"""Rules: `share.listed_pct >= 7`, `spreads.total.spread_pct crosses 0`, `providers any down for 10m`.

    PATH >= NUMBER        also <= > < == !=; a unit may follow: %, pp, m, bn, tn
    PATH == WORD          also !=; for a text such as mode or sessions[XHKG].state, and true or false
    PATH crosses NUMBER   also crosses above, crosses below; two values are needed for that
    PATH within SPAN      a day or a time to come, or the rows of a list that have one: catalysts within 3d
    PATH older than SPAN  a time that has passed
    LIST any WORD         a row says so: providers any down, spreads.subsectors any premium
    LIST all WORD         every row does
    … for SPAN            and has done so for that long; spans are 30s, 10m, 6h, 3d, 2w

Errors: `RuleError` for what is no rule, `metrics.alert_paths.PathError` for a path that no Board can have.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from metrics import alert_paths
from metrics.alert_paths import Path, near, row_words

Repeat = Literal["session", "always", "once"]
Operator = Literal[">=", "<=", ">", "<", "==", "!="]
Direction = Literal["either", "above", "below"]

EXAMPLES = "share.listed_pct >= 7, catalysts within 3d, providers any down for 10m"

_HEAD = re.compile(r"((?:[\w.]|\[[^\]]*\])+)\s*(.*)")
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(%|pp|m|bn|tn)?")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_LASTING = re.compile(r"\s+for\s+(\S.*)$")
_FORMS = re.compile(
    r"(?P<operator>>=|<=|==|!=|>|<)\s*(?P<target>.+)"
    r"|crosses(?:\s+(?P<direction>above|below))?\s+(?P<level>.+)"
    r"|within\s+(?P<within>.+)|older\s+than\s+(?P<older>.+)"
    r"|(?P<quantifier>any|all)\s+(?P<word>\w+)"
)
_OPERATORS: dict[str, Operator] = {">=": ">=", "<=": "<=", ">": ">", "<": "<", "==": "==", "!=": "!="}
_DIRECTIONS: dict[str | None, Direction] = {None: "either", "above": "above", "below": "below"}
_SCALES = {"m": 1e6, "bn": 1e9, "tn": 1e12}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


class RuleError(ValueError):
    """A text that is no rule; the message says what was expected and what came."""


class BandError(RuleError):
    """A hysteresis that cannot be, or that the rule has no use for."""


@dataclass(frozen=True, kw_only=True)
class Compare:
    """A figure stands so to a number, or a text is or is not a word."""

    operator: Operator
    target: float | str | bool


@dataclass(frozen=True, kw_only=True)
class Cross:
    """A figure goes from one side of a level to the other."""

    level: float
    direction: Direction


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A day or time lies within a span to come, or (`past`) longer ago than that."""

    span: dt.timedelta
    past: bool = False


@dataclass(frozen=True, kw_only=True)
class Says:
    """A row of a list, or `every` row, has the word in the field; a list of texts has it among them."""

    word: str
    field: str | None
    every: bool = False


Test = Compare | Cross | Timed | Says


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One condition on Boards.

    Attributes:
        key: Under which its state is kept.
        when: The condition as written, with single blanks.
        lasting: How long it must hold.
        hysteresis: How far a figure must go back, in its own unit, before it counts as having left.
        repeat: At most once a trading day, at every return, or once ever.
    """

    key: str
    when: str
    path: Path
    test: Test
    lasting: dt.timedelta = dt.timedelta()
    hysteresis: float = 0.0
    repeat: Repeat = "session"


def parse(when: str, *, key: str = "", hysteresis: float = 0.0, repeat: Repeat = "session") -> Rule:
    """Read a rule. Without a `key` it is its own.

    Raises:
        RuleError: for what is no rule; a `BandError` for a hysteresis that it cannot have.
        PathError: for a path that no Board can have.
    """
    text = " ".join(when.split())
    head = _HEAD.fullmatch(text)
    if head is None:
        raise RuleError(f"expected a rule such as {EXAMPLES}")
    path = alert_paths.parse(head[1])
    rest, lasting = head[2], dt.timedelta()
    if found := _LASTING.search(f" {rest}"):
        lasting, rest = _span(found[1]), f" {rest}"[: found.start()].strip()
    test = _test(path, rest)
    if isinstance(test, Cross) and lasting:
        raise RuleError("a crossing happens at once: expected no `for` after it")
    if not 0 <= hysteresis < math.inf or (hysteresis and not _has_band(test)):
        raise BandError("hysteresis is a number from 0 on, for a figure that is compared or crosses a level")
    return Rule(
        key=key or text,
        when=text,
        path=path,
        test=test,
        lasting=lasting,
        hysteresis=hysteresis,
        repeat=repeat,
    )


def _test(path: Path, text: str) -> Test:
    form = _FORMS.fullmatch(text)
    if form is None:
        raise RuleError(
            f"expected >=, <=, >, <, ==, !=, crosses, within, older than, any or all after {path.text}, "
            f"got {text!r}, as in {EXAMPLES}"
        )
    makers: dict[str, Callable[[Path, re.Match[str]], Test]] = {
        "target": _compare, "level": _cross, "within": _timed, "older": _timed, "word": _says,
    }  # fmt: skip
    return next(make(path, form) for name, make in makers.items() if form[name] is not None)


def _compare(path: Path, form: re.Match[str]) -> Compare:
    operator = _OPERATORS[form["operator"]]
    word = form["target"].strip("\"'")
    if path.kind == "number":
        return Compare(operator=operator, target=_number(path, word))
    if operator not in {"==", "!="}:
        raise RuleError(f"{path.text} is no number: expected == or != after it")
    if path.kind == "flag":
        if word not in {"true", "false"}:
            raise RuleError(f"expected true or false, got {word!r}")
        return Compare(operator=operator, target=word == "true")
    if path.kind != "text":
        raise RuleError(f"{path.text} is {_IS[path.kind]}")
    if path.choices and word not in path.choices:
        raise RuleError(f"{path.text} is never {word!r}; {near(word, path.choices)}")
    return Compare(operator=operator, target=word)


def _cross(path: Path, form: re.Match[str]) -> Cross:
    if path.kind != "number":
        raise RuleError(f"only a number crosses a level; {path.text} is {_IS[path.kind]}")
    return Cross(level=_number(path, form["level"]), direction=_DIRECTIONS[form["direction"]])


def _timed(path: Path, form: re.Match[str]) -> Timed:
    dated = path.kind in {"day", "time"} or (path.row is not None and "date" in path.row.__struct_fields__)
    if not dated:
        raise RuleError(f"expected a day, a time or rows with a date before a span; {path.text} is none")
    span = _span(form["within"] or form["older"])
    if path.kind != "time" and span % dt.timedelta(days=1):
        raise RuleError(f"{path.text} knows days only: expected a span such as 3d or 2w")
    return Timed(span=span, past=form["older"] is not None)


def _says(path: Path, form: re.Match[str]) -> Says:
    word, every = form["word"], form["quantifier"] == "all"
    if path.kind == "texts" and not every:
        return Says(word=word, field=None)
    if path.row is None:
        raise RuleError(f"expected a list of rows before {form['quantifier']}; {path.text} is none")
    words = row_words(path.row)
    field = next((name for name, choices in words.items() if word in choices), None)
    if field is None:
        known = [choice for choices in words.values() for choice in choices]
        hint = near(word, known) if known else "its rows have no fixed words"
        raise RuleError(f"no row of {path.text} is ever {word!r}; {hint}")
    return Says(word=word, field=field, every=every)


_IS = {
    "number": "a number",
    "text": "a text",
    "flag": "true or false",
    "day": "a day: use within or older than",
    "time": "a time: use within or older than",
    "rows": "a list: use any or all, or choose a row in brackets",
    "texts": "a list: use any",
}


def _number(path: Path, text: str) -> float:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise RuleError(f"expected a number such as 7, -2.5 or 1.8tn, got {text!r}")
    digits, unit = found.groups()
    own = "%" if path.field.endswith("_pct") else "pp" if "_pp" in path.field else None
    if unit in {"%", "pp"} and unit != own:
        raise RuleError(f"{path.text} is not in {unit}: expected a plain number")
    if unit in _SCALES and own:
        raise RuleError(f"{path.text} is in {own}: expected a plain number, got {text!r}")
    return float(digits) * _SCALES.get(unit or "", 1.0)


def _span(text: str) -> dt.timedelta:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise RuleError(f"expected a span such as 10m, 6h or 3d, got {text!r}")
    seconds = float(found[1]) * _SECONDS[found[2]]
    if not 0 < seconds <= 366 * _SECONDS["d"]:
        raise RuleError(f"expected a span from a second to a year, got {text!r}")
    return dt.timedelta(seconds=seconds)


def _has_band(test: Test) -> bool:
    """Whether there is a distance to go back."""
    if isinstance(test, Compare):
        return isinstance(test.target, float) and test.operator != "!="
    return isinstance(test, Cross)
