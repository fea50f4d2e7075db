"""The foot of the monitor: its keys, or an alert instead of them, or for a moment what has just been done."""

from __future__ import annotations

from collections.abc import Sequence

from textual.timer import Timer

from widgets.footer import Footer
from widgets.format import SymbolSet

NOTE_SECONDS = 5.0

Pairs = Sequence[tuple[str, str]]
"""Key and text, as the footer shows them; the last one is never left out."""


class Foot:
    """What the last line says, by precedence: a note of the moment, an alert, the keys.

    `keys` are pairs too.
    """

    def __init__(self, symbols: SymbolSet, keys: Pairs) -> None:
        self.footer = Footer()
        self._symbols = symbols
        self._keys = keys
        self._told: Pairs = ()
        self._note: Pairs = ()
        self._timer: Timer | None = None

    def tell(self, pairs: Pairs) -> None:
        """Show pairs until others come; without any the keys."""
        self._told = pairs
        self._show()

    def note(self, word: str, text: str) -> None:
        """Say for a moment what has been done; a newer note takes the place of an older one."""
        if self._timer is not None:
            self._timer.stop()
        self._note = ((word, text), ("", ""))
        self._timer = self.footer.set_timer(NOTE_SECONDS, self.clear)
        self._show()

    def clear(self) -> None:
        """Back to what stood there before the note."""
        self._note = ()
        self._show()

    def _show(self) -> None:
        self.footer.show(self._note or self._told or self._keys, self._symbols)
