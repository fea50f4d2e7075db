"""A figure with its unit as text, and a formula with its numbers put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from metrics.board import Input
from metrics.figures import Figure
from widgets.format import Format
from widgets.lines import harmless

MOST_TERMS = 8
"""A formula of more numbers than these is not written out: they stand below it anyway."""

CENT, LEAST_LEVEL = 0.01, 1e5
"""USD from and below which an amount is a price; less is what is left of a difference."""

_PLACE = re.compile(r"\{(\d+)\}")
_PLAIN = str.maketrans({
    "÷": "/", "×": "*", "Σ": "sum", "·": "-", "–": "-", "—": "-", "…": "...", "−": "-",
})  # fmt: skip


def amount(value: float | None, unit: str, fmt: Format) -> str:
    """Value and unit: `$1.784 tn`, `6.53 %`, `+0.40 pp`, `18.42×`, `58.3500 HKD`, `9,092.5 m shares`."""
    if value is None:
        return fmt.symbols.missing
    if unit in _WRITTEN:
        return _WRITTEN[unit](value, fmt)
    size = abs(value)
    if size >= 1e8:  # no price, not even in won
        return f"{fmt.number(value / 1e6)} m {unit}"
    return f"{fmt.number(value, 4 if size < 100 else 2 if size < 1e5 else 0)} {unit}"


def _dollars(value: float, fmt: Format) -> str:
    """A level as everywhere; a price, which is far smaller than any level, as it is quoted."""
    size = abs(value)
    if not CENT <= size < LEAST_LEVEL:
        return fmt.money(value)
    return f"{'-' if value < 0 else ''}${fmt.number(size, 2 if size >= 1 else 4)}"


_WRITTEN: dict[str, Callable[[float, Format], str]] = {
    "USD": _dollars,
    "%": lambda value, fmt: fmt.percent(value, 2),
    "pp": lambda value, fmt: f"{fmt.signed(value, 2)} pp",
    "pp/30d": lambda value, fmt: f"{fmt.signed(value, 2)} pp in 30 days",
    "×": lambda value, fmt: f"{fmt.number(value, 2)}{fmt.symbols.times}",
    "points": lambda value, fmt: f"{fmt.number(value)} points",
    "days": lambda value, _: f"{value:.0f} day{'' if value == 1 else 's'}",
    "": lambda value, fmt: fmt.number(value),
}
"""Units written in a way of their own; of any other, a currency or shares, the name stands behind."""


def plain(text: str, fmt: Format) -> str:
    """Words of an explanation on one line, without control characters, in the signs of the terminal."""
    words = harmless(" ".join(text.split()))
    return words.translate(_PLAIN) if fmt.symbol_set == "ascii" else words


def worked(figure: Figure, fmt: Format, most: int = MOST_TERMS) -> str:
    """The formula with its numbers put in; empty where it is no plain arithmetic, or a number is missing."""
    template, inputs = figure.explanation.worked, figure.explanation.inputs
    places = _PLACE.findall(template)
    if figure.value is None or not 2 <= len(places) <= most:
        return ""
    if any(inputs[int(place)].value is None for place in places):
        return ""
    return plain(_PLACE.sub(lambda found: _term(inputs, int(found[1]), fmt), template), fmt)


def _term(inputs: Sequence[Input], place: int, fmt: Format) -> str:
    text = amount(inputs[place].value, inputs[place].unit, fmt)
    return f"({text})" if (inputs[place].value or 0.0) < 0 else text
