"""What moved since the previous close, each line against the close of its own session before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.board import Attribution
from metrics.lmdi import lmdi
from metrics.numbers import BoolArray, FloatArray
from metrics.valued import Valued

THIN = 0.5
"""Below this part of the value a figure would say little about the whole."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Day:
    """Counted lines since their previous close; share counts do not move within a day.

    A line on its first day of trading is a new listing: its value is no gain of the day and stands apart. One
    that has not traded in the newest session of its exchange has not moved. A line without a previous close
    is on neither side, and where such lines make up more than half of the value,
    nothing is said about the day.

    Attributes:
        known: Lines with a previous close and a value.
        new: Lines on their first day.
        before: USD at the previous close and the FX of its day.
        after: USD now.
        price_move: USD at constant FX and shares.
        effects: Price and FX × lines, LMDI-I.
    """

    known: BoolArray
    new: BoolArray
    before: FloatArray
    after: FloatArray
    price_move: FloatArray
    effects: FloatArray

    def covers(self, lines: BoolArray) -> bool:
        """Whether at least half of the value of the chosen lines has a previous close or is new."""
        compared, whole = (
            float(np.nansum(self.after[each])) for each in (lines & (self.known | self.new), lines)
        )
        return compared > 0 and compared >= THIN * whole

    def attribution(self, lines: BoolArray) -> Attribution | None:
        """Causes of the change of the chosen lines; `None` when too little is known."""
        if not self.covers(lines):
            return None
        return Attribution(
            price_usd=float(self.effects[0, lines & self.known].sum()),
            fx_usd=float(self.effects[1, lines & self.known].sum()),
            shares_usd=0.0,
            new_listings_usd=float(self.after[lines & self.new].sum()),
            delistings_usd=0.0,
            unpriced_at_base_usd=0.0,
        )

    def change(self, lines: BoolArray) -> tuple[float, float]:
        """Change of the lines, new ones aside, and their value at the previous close, USD.

        NaN where too little is known.
        """
        known = lines & self.known
        if not known.any() or not self.covers(lines):
            return float("nan"), float("nan")
        before = float(self.before[known].sum())
        return float(self.after[known].sum()) - before, before

    def previous_values(self) -> FloatArray:
        """Value of each line before the day's move; today's for a new one and without a previous close."""
        return np.where(self.known, self.before, self.after)


def day(now: Valued) -> Day:
    """Compare each line with its previous close."""
    price, fx, shares, previous, previous_fx, value = (
        now.numbers(name)
        for name in ("price", "fx_usd", "shares", "previous_close", "previous_fx_usd", "value_usd")
    )
    counts = now.valued_lines & (value > 0)
    new = counts & now.flags("new_today")
    known = counts & ~new & (previous > 0) & (previous_fx > 0)
    effects = np.zeros((3, price.size))
    effects[:, known] = lmdi(
        np.stack([previous, previous_fx, shares])[:, known], np.stack([price, fx, shares])[:, known]
    )
    return Day(
        known=known,
        new=new,
        before=np.where(known, previous * previous_fx * shares, np.nan),
        after=value,
        price_move=np.where(known, (price - previous) * fx * shares, np.nan),
        effects=effects[:2],
    )
