"""Footer: the keys that are really bound, in the last line."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.format import SYMBOLS, SymbolSet
from widgets.lines import Chunk, Lines, Span, ends, fit, width_of


class Footer(Lines):
    """One line of keys; the last one given stands at the right end and is never left out."""

    DEFAULT_CSS = "Footer { height: 1; }"

    def show(self, keys: Sequence[tuple[str, str]], symbol_set: SymbolSet = "braille") -> None:
        """Show `(key, text)` pairs, the most useful first."""
        ellipsis = SYMBOLS[symbol_set].ellipsis
        chunks: list[Chunk] = [(Span(key, "focus"), Span(f" {text}", "dim")) for key, text in keys]
        *most, last = chunks or [Span("")]
        tail = (*(last if not isinstance(last, Span) else (last,)), Span(" "))
        self.draw(
            lambda width: [
                ends(
                    (Span(" "), *fit(most, width - width_of(tail) - 2, gap="  ", ellipsis=ellipsis)),
                    tail,
                    width,
                    ellipsis,
                )
            ]
        )
