"""Steps down what is above the rungs of the terminal, whoever has drawn it: our panes or Textual's frames.

A colour becomes the nearest that the terminal has (Rich does that, on its way out), or none; a sign becomes
one that takes as many cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.rungs import Colours, Rungs
from widgets.format import SymbolSet

BLACK = 0
_REVERSE = Style(reverse=True)
COLOUR_SYSTEMS: Mapping[Colours, ColorSystem] = {
    "truecolor": ColorSystem.TRUECOLOR,
    "256": ColorSystem.EIGHT_BIT,
    "16": ColorSystem.STANDARD,
    "none": ColorSystem.STANDARD,
}

_SQUARE = str.maketrans({"╭": "┌", "╮": "┐", "╰": "└", "╯": "┘", "┆": "¦", "▸": "►", "🔎": "/ "})
_LIKENESSES = {
    "-": "─━═▔▁–—−·‐‑",  # noqa: RUF001 - dashes of all kinds are meant
    "|": "│┃║┆┊▏▕▎▐▌",
    "+": "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝",
    "#": "▂▃▄▅▆▇█▀▊▋▉▍",
    "^": "▲↑",
    "S": "⇧Σ",
    "v": "▼↓",
    "<": "◀←‹«",  # noqa: RUF001 - angle marks are meant
    ">": "▶►▸→›»",  # noqa: RUF001 - angle marks are meant
    "*": "●•",
    "o": "○",
    "~": "…",
    "x": "×",
    "/": "÷",
    "'": "‘’′",  # noqa: RUF001 - quotation marks are meant
    '"': "“”″",
    " ": "\u00a0",
}


class _Ascii(dict[int, str]):
    """ASCII by code point: the nearest likeness, a letter without its accent, or one `?` for each cell."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        letter = unicodedata.normalize("NFD", sign)[0]
        plain = sign.isascii() or (letter.isascii() and letter.isalpha())
        self[code] = likeness = letter if plain else "?" * cell_len(sign)
        return likeness


_ASCII = _Ascii({ord(sign): plain for plain, signs in _LIKENESSES.items() for sign in signs})


def stepped(text: str, symbols: SymbolSet) -> str:
    """A text with no sign above a rung, as wide as before."""
    if symbols == "braille" or text.isascii():
        return text
    return text.translate(_ASCII if symbols == "ascii" else _SQUARE)


@lru_cache(maxsize=1024)
def colourless(style: Style) -> Style:
    """A style without colours; what only its background sets apart is reversed."""
    background = style.bgcolor
    filled = background is not None and not background.is_default and background.number != BLACK
    return style.without_color + _REVERSE if filled else style.without_color


class StepDown(LineFilter):
    """The last look at each line before it goes out."""

    def __init__(self, rungs: Rungs) -> None:
        super().__init__(enabled=rungs.colours == "none" or rungs.symbols != "braille")
        self._symbols = rungs.symbols
        self._coloured = rungs.colours != "none"

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Segments with nothing above the rungs."""
        return [
            Segment(
                stepped(text, self._symbols),
                style if style is None or self._coloured else colourless(style),
                control,
            )
            for text, style, control in segments
        ]
