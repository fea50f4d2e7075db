"""A figure explained: value, formula with its numbers, every input with source and time, method. Pure."""

from __future__ import annotations

import re
from itertools import zip_longest

from rich.cells import cell_len, chop_cells

from metrics.board import Board, Input
from metrics.figures import Figure
from widgets.amounts import amount, plain, worked
from widgets.citation import mode_words, when
from widgets.format import Format
from widgets.lines import Line, Span, pad

GAP = 2
_HELD = "\N{NO-BREAK SPACE}"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|tn|bn|m|pp|days?|issuers|[A-Z]{3}|[A-Z][a-z]{2})\b|%)")
"""The blank between a number and its unit, or between a day and its month."""
NARROW = 26
"""Cells below which what is said of an input stands under it, not beside it."""


def explained(figure: Figure, board: Board, fmt: Format, width: int) -> list[Line]:
    """The figure, what it is of, its inputs and its method; no line wider than `width`."""
    why = figure.explanation
    lines: list[Line] = [(Span(text, "strong"),) for text in _equation(figure, fmt, width)]
    if figure.value is None:
        reason = "an input is missing" if any(map(_is_missing, why.inputs)) else "it does not apply here"
        said = wrapped(f"no figure: {reason}, or too little is known", width)
        lines += [(Span(text, "warning"),) for text in said]
    lines += _dim(_standing(figure, board, fmt), width)
    lines.append(())
    lines += _inputs(why.inputs, board, fmt, width)
    lines.append(())
    lines += _dim(f"method  {why.method}", width)
    lines += _dim(f"path    {figure.path}", width)
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells, broken between words; a word that is longer is cut."""
    lines: list[str] = []
    for word in _BEFORE_UNIT.sub(_HELD, text).split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, max(width, 1)) or [""]
    return [line.replace(_HELD, " ") for line in lines]


def _equation(figure: Figure, fmt: Format, width: int) -> list[str]:
    """Value, formula, numbers: on one line where they fit, else one below the other."""
    value, *parts = (
        amount(figure.value, figure.unit, fmt),
        plain(figure.explanation.formula, fmt),
        worked(figure, fmt),
    )
    parts = [part for part in parts if part]
    whole = "  =  ".join((value, *parts))
    if cell_len(whole) <= width:
        return [whole]
    return [value, *(line for part in parts for line in wrapped(f"= {part}", width))]


def _is_missing(one: Input) -> bool:
    """Whether an input should have a number and has none; one without a unit is a day or a word."""
    return one.value is None and bool(one.unit)


def _standing(figure: Figure, board: Board, fmt: Format) -> str:
    parts = (
        f"{mode_words(board, fmt)}as of {when(board.as_of, fmt)}",
        f"universe {board.universe.name}",
        figure.coverage,
    )
    return plain(f" {fmt.symbols.dot} ".join(part for part in parts if part), fmt)


def _inputs(inputs: tuple[Input, ...], board: Board, fmt: Format, width: int) -> list[Line]:
    labels = [plain(one.label, fmt) for one in inputs]
    values = [amount(one.value, one.unit, fmt) if one.value is not None or one.unit else "" for one in inputs]
    value_width = max(map(cell_len, values), default=0)
    room = max(1, min(width // 3 + GAP, width - value_width - GAP))
    label_width = min(max(map(cell_len, labels), default=0), room)
    at = label_width + value_width + 2 * GAP
    beside = width - at >= NARROW
    lines: list[Line] = []
    for one, label, value in zip(inputs, labels, values, strict=True):
        words = _words(one, board, fmt)
        room = width - at if beside else width - GAP
        told = wrapped(words, room) if words else []
        name = wrapped(label, label_width)
        tone = "warning" if _is_missing(one) else "dim"
        head = zip_longest(name, [pad(value, value_width, "right")], told if beside else [], fillvalue="")
        for shown, number, said in head:
            gap = " " * GAP
            figures = pad(shown, label_width, "left") + gap + pad(number, value_width, "left") + gap
            lines.append((Span(figures), Span(said, tone)) if said else (Span(figures.rstrip()),))
        if not beside:
            lines += [(Span(" " * GAP + said, tone),) for said in told]
    return lines


def _words(one: Input, board: Board, fmt: Format) -> str:
    """Source, time and note of an input; that it is missing, where it is."""
    stamp = None
    if one.as_of is not None:
        stamp = fmt.moment(one.as_of, board.as_of)
    elif one.day is not None:
        stamp = fmt.day(one.day)
    parts = ("missing" if _is_missing(one) else None, one.source, stamp, one.note)
    return plain(f" {fmt.symbols.dot} ".join(part for part in parts if part), fmt)


def _dim(text: str, width: int) -> list[Line]:
    return [(Span(line, "dim"),) for line in wrapped(text, width)]
