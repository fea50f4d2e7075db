"""The what-if: sliders for multiples and the exchange rate, and what basket and share would be.

Nothing of it is kept. It stays with the Board that it was opened on, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from metrics.board import Board
from metrics.what_if import Scenario, levers, usd_cny, what_if
from tui.screens.lines_dialog import LinesDialog
from widgets.format import Format
from widgets.options import Names
from widgets.what_if import (
    FIRST_SLIDER,
    Slider,
    Supposition,
    quoted,
    scenario_cited,
    scenario_lines,
    subsector_slider,
)

PERCENT_STEP = 5.0
RATE_STEP = 0.05
RATE_TOP = 2.0
"""The right end of the track of the rate, as a multiple of what it is."""
FINE = 5
"""How many fine steps make a step."""
EDGE = 1e-9


class WhatIfScreen(LinesDialog):
    """What becomes of a Board when things were otherwise.

    Args:
        board: The Board; it is left as it is.
        copy: Copies a line.
        program: Name and version, for that line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "dismiss", "close", id="view.whatif", show=False),
        Binding("y", "copy", "copy", id="view.copy", show=False),
        Binding("down,j", "choose(1)", show=False),
        Binding("up,k", "choose(-1)", show=False),
        Binding("right,l", "slide(5)", show=False),
        Binding("left,h", "slide(-5)", show=False),
        Binding("shift+right,L", "slide(1)", show=False),
        Binding("shift+left,H", "slide(-1)", show=False),
        Binding("equals_sign", "parity", show=False),
        Binding("0", "as_it_is", show=False),
        Binding("r", "reset", show=False),
    ]

    def __init__(  # noqa: PLR0913 - what it shows and how, by name
        self,
        board: Board,
        fmt: Format,
        *,
        language: Names,
        copy: Callable[[str], None],
        program: str,
        copy_key: str = "y",
    ) -> None:
        super().__init__(fmt)
        self._board = board
        self._language = language
        self._copy = copy
        self._program = program
        self._copy_key = copy_key
        self._levers = levers(board)
        self._rate = usd_cny(board)
        self._supposed: dict[int, float] = {}
        self._chosen = 0
        self._copied = False

    @property
    def supposition(self) -> Supposition:
        """What is supposed, and what it comes to."""
        outcome = what_if(self._board, self._scenario())
        return Supposition(board=self._board, sliders=self.sliders, outcome=outcome)

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """One for each subsector with a multiple on both sides, then one for the rate."""
        found = [
            subsector_slider(lever, self._supposed.get(place, lever.now_pct), self.fmt, self._language)
            for place, lever in enumerate(self._levers)
        ]
        if self._rate is not None:
            value = self._supposed.get(len(self._levers), self._rate)
            top = RATE_TOP * self._rate
            found.append(Slider(name="USD/CNY", value=value, now=self._rate, top=top, unit="", decimals=2))
        return tuple(found)

    def action_choose(self, rows: int) -> None:
        """Another slider."""
        if self.sliders:
            self._chosen = (self._chosen + rows) % len(self.sliders)
            self.draw()
            self.scroll_to_line(FIRST_SLIDER + self._chosen)

    def action_slide(self, steps: int) -> None:
        """Move the slider: by fine steps, to whole ones where it is five of them."""
        if not self.sliders:
            return
        slider = self.sliders[self._chosen]
        fine = (PERCENT_STEP if slider.unit else RATE_STEP) / FINE
        step = fine * abs(steps)
        places = slider.value / step
        whole = -(-(places - EDGE) // 1) - 1 if steps < 0 else (places + EDGE) // 1 + 1
        self._suppose(min(max(whole * step, fine), slider.top))

    def action_parity(self) -> None:
        """The multiple of the peers."""
        if self.sliders and self.sliders[self._chosen].unit:
            self._suppose(100.0)

    def action_as_it_is(self) -> None:
        """The chosen slider back."""
        self._supposed.pop(self._chosen, None)
        self._changed()

    def action_reset(self) -> None:
        """All of them back."""
        self._supposed.clear()
        self._changed()

    def action_copy(self) -> None:
        """Copy the scenario as one line that says that it is one."""
        self._copy(self._line())
        self._copied = True
        self.draw()

    def draw(self) -> None:
        """Outcome, sliders and the line that is copied."""
        lines = scenario_lines(self.supposition, self._chosen, self.fmt, self.room)
        lines += quoted(self._line(), self._copy_key, self.room, copied=self._copied)
        symbols = self.fmt.symbols
        keys = f"{symbols.left} {symbols.right} move  = parity  0 r back  Esc"
        self.show_lines(lines, "What if", keys)

    def _suppose(self, value: float) -> None:
        self._supposed[self._chosen] = value
        self._changed()

    def _changed(self) -> None:
        self._copied = False
        self.draw()

    def _line(self) -> str:
        return scenario_cited(self.supposition, self.fmt, self._program)

    def _scenario(self) -> Scenario:
        multiples = {self._levers[place].subsector: value for place, value in self._multiples().items()}
        return Scenario(multiples=multiples, usd_cny=self._supposed.get(len(self._levers)))

    def _multiples(self) -> dict[int, float]:
        return {place: value for place, value in self._supposed.items() if place < len(self._levers)}
