"""What a reader may choose about looks, and the view that a pane draws from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from metrics.board import Board, Trend, Trends
from widgets.format import Format, SymbolSet

Names = Literal["en", "zh"]
UpColour = Literal["green", "red"]


@dataclass(frozen=True, kw_only=True)
class DisplayOptions:
    """Choices of the reader.

    Attributes:
        names: Language of company and subsector names; English where a Chinese name is not known.
        up: Colour of a rise; a fall takes the other one.
        symbols: The richest signs that the terminal shows: braille charts, charts of blocks, plain ASCII.
        zone: Zone in which times of day are written.
        marks: Whether a figure that changed is marked for a moment.
    """

    names: Names = "en"
    up: UpColour = "green"
    symbols: SymbolSet = "braille"
    zone: dt.tzinfo = dt.UTC
    marks: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """One Board with its trends at one instant, as one reader wants to see it."""

    board: Board
    trends: Trends
    now: dt.datetime
    options: DisplayOptions = field(default_factory=DisplayOptions)

    @cached_property
    def fmt(self) -> Format:
        """The formatter for this reader."""
        return Format(symbol_set=self.options.symbols, zone=self.options.zone)

    def trend(self, path: str) -> Trend | None:
        """The trend of a Board path, if one is at hand."""
        return self.trends.lines.get(path)
