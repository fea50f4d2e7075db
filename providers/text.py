"""Text from outside is data: what a source sends is cleaned here before it becomes part of a record."""

from __future__ import annotations

import unicodedata

MAX_TEXT = 200

# Cc: C0 and C1 controls. Cf: zero-width and bidirectional controls. Cs: lone surrogates, which no encoder
# takes. Zl, Zp: line and paragraph separators. Co, Cn: private use and unassigned, without a known width.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})


def clean(text: object, limit: int = MAX_TEXT) -> str:
    """Return text on one line, without control characters, at most `limit` characters long.

    Runs of white space become one space. Anything that is not a string becomes the empty string. Markup is
    left as it is: it is for the screen to show it literally.
    """
    if not isinstance(text, str):
        return ""
    # White-space controls separate words, so they become spaces before the rest is dropped.
    spaced = (" " if char.isspace() else char for char in text[: limit * 8])
    safe = "".join(char for char in spaced if unicodedata.category(char) not in _UNSAFE)
    kept = " ".join(safe.split())
    if len(kept) <= limit:
        return kept
    return kept[: limit - 1].rstrip() + "…"
