"""Rungs: how many colours and which signs the terminal gets, decided from what the program runs in.

Both ladders step down by themselves; a setting stands above what was found, and above `NO_COLOR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.config import Display
from tui.surroundings import Surroundings
from widgets.format import SymbolSet

Colours = Literal["truecolor", "256", "16", "none"]

_NO_SIGNS = ("dumb", "vt1", "vt2", "vt3", "vt4", "vt5", "linux", "cons25", "sun", "ansi", "hurd", "unknown")
"""Beginnings of `TERM` whose terminals draw little more than ASCII.

A Linux console holds 512 signs at most: of Debian's 456 console fonts none has a quadrant, an eighth block or
a braille pattern, and the usual ones have no half block either.
"""


@dataclass(frozen=True, kw_only=True)
class Rungs:
    """What may be sent, and why. `symbols`: see `widgets.format`; `colours`: at most so many."""

    colours: Colours
    symbols: SymbolSet
    why_colours: str
    why_symbols: str

    @property
    def words(self) -> str:
        """`colours 256 (TERM), symbols braille (UTF-8)`."""
        return f"colours {self.colours} ({self.why_colours}), symbols {self.symbols} ({self.why_symbols})"


def rungs(chosen: Display, around: Surroundings) -> Rungs:
    """The rungs for a reader's choice and what the program runs in."""
    colours, why_colours = _colours(around)
    symbols, why_symbols = _symbols(around)
    if chosen.colours != "auto":
        colours, why_colours = chosen.colours, "set"
    if chosen.symbols != "auto":
        symbols, why_symbols = chosen.symbols, "set"
    return Rungs(colours=colours, symbols=symbols, why_colours=why_colours, why_symbols=why_symbols)


def _colours(around: Surroundings) -> tuple[Colours, str]:
    if around.no_colour:
        return "none", "NO_COLOR"
    if around.promised > 256:
        return "truecolor", "the terminal says so"
    if around.promised >= 256:
        return "256", "the terminal says so"
    if around.promised == 0:
        return "none", "the terminal has none"
    return "16", "the terminal promises no more"


def _symbols(around: Surroundings) -> tuple[SymbolSet, str]:
    """Of a multiplexer's terminal nothing is known: it passes braille on, and terminals of today show it."""
    if not around.utf8:
        return "ascii", f"the locale {around.locale} is not UTF-8"
    if not around.term or around.term.removeprefix("screen.").startswith(_NO_SIGNS):
        return "ascii", "the terminal shows no more"
    # A terminal that promises less than 256 colours is an old one, or PuTTY, whose usual fonts lack braille.
    if around.promised < 256 and around.multiplexer is None:
        return "blocks", "few colours, few signs"
    return "braille", "UTF-8"
