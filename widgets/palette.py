"""Tones: what a colour means, and the style that says so on this terminal.

Styles use named colours and attributes only, so that the reader's own terminal palette decides how they look,
light or dark; Textual turns them into RGB for a theme with RGB colours, and drops them under `NO_COLOR`.
Colour only repeats what a sign, an arrow or a word says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from widgets.options import UpColour

_TONES: dict[str, Style] = {
    "flat": Style(),
    "strong": Style(bold=True),
    "live": Style(color="green", bold=True),
    "dim": Style(dim=True),
    "stale": Style(dim=True, italic=True),
    "warning": Style(color="yellow", bold=True),
    "error": Style(color="red", bold=True),
    "focus": Style(color="cyan", bold=True),
    "trend": Style(color="cyan"),
    "changed": Style(bold=True),
    "cursor": Style(reverse=True),
    "inverse": Style(reverse=True, bold=True),
}
VISIBLE_ON_BLANKS = frozenset({"cursor", "inverse"})
"""Tones that show where there is no text."""

_UP: dict[str, dict[str, Style]] = {
    "green": {"up": Style(color="green"), "down": Style(color="red")},
    "red": {"up": Style(color="red"), "down": Style(color="green")},
}


@lru_cache(maxsize=256)
def style(tones: str, up: UpColour = "green") -> Style:
    """The Rich style of one or more tones separated by spaces, later ones on top.

    Raises:
        KeyError: for a tone that does not exist.
    """
    known = _TONES | _UP[up]
    return Style.combine([known[tone] for tone in tones.split()]) if tones else Style.null()
