"""Figures as text: fixed decimals, signs, units, ages. Pure; what is missing is a dash, never zero."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

SymbolSet = Literal["braille", "blocks", "ascii"]
"""Rungs of the ladder of signs, from the richest to what every terminal shows."""
Direction = Literal["up", "down", "flat"]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class Symbols:
    """The signs of one rung of the ladder. `blocks` rise from lowest to highest.

    `dots`: how many dots of a chart stand in a cell, across and down, and the sign of each set of them, by
    the bits that `widgets.chart` gives the dots: row by row, from left to right, from one up.
    """

    up: str
    down: str
    flat: str
    missing: str
    blocks: str
    version_break: str
    dot: str
    dash: str
    times: str
    ellipsis: str
    live: str
    offline: str
    next: str
    above: str
    below: str
    left: str
    right: str
    ascending: str
    descending: str
    cursor: str
    axis: str
    wall: str
    dots: tuple[int, int, str]


def _braille(bits: int) -> str:
    """The pattern of 2 × 4 dots; Unicode numbers its dots in columns, the lowest row last."""
    return chr(0x2800 + sum(place for bit, place in enumerate(_BRAILLE_BITS) if bits >> bit & 1))


_BRAILLE_BITS = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
_BRAILLE = (2, 4, " " + "".join(map(_braille, range(1, 256))))
_QUADRANTS = (2, 2, " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")

_RICH = Symbols(
    up="▲", down="▼", flat="–", missing="—", blocks="▁▂▃▄▅▆▇█", version_break="┆", dot="·", dash="–",
    times="×", ellipsis="…", live="●", offline="○", next="▸", above="↑", below="↓", left="‹", right="›",  # noqa: RUF001 - a multiplication sign and angle marks are meant
    ascending="↑", descending="↓", cursor="▌", axis="┤", wall="│", dots=_BRAILLE,
)  # fmt: skip

SYMBOLS: dict[SymbolSet, Symbols] = {
    "braille": _RICH,
    # The block elements, which many terminals draw themselves, and else only what fonts of old terminals have
    # too (Windows Glyph List 4): ► and ¦ where ▸ and ┆ are missing.
    "blocks": replace(_RICH, next="►", version_break="¦", dots=_QUADRANTS),
    "ascii": Symbols(
        up="^", down="v", flat="=", missing="-", blocks="_.-~+*%#", version_break="|", dot="-", dash="-",
        times="x", ellipsis="~", live="*", offline="o", next=">", above="^", below="v", left="<", right=">",
        ascending="^", descending="v", cursor=">", axis="|", wall="|", dots=(1, 1, " *"),
    ),
}  # fmt: skip


def direction(value: float | None, decimals: int) -> Direction:
    """Which way a change points once it is rounded as it will be shown; missing is flat."""
    if value is None or (rounded := round(value, decimals)) == 0:
        return "flat"
    return "up" if rounded > 0 else "down"


@dataclass(frozen=True, kw_only=True)
class Format:
    """Formatter for one set of symbols and one time zone."""

    symbol_set: SymbolSet = "braille"
    zone: dt.tzinfo = dt.UTC

    @property
    def symbols(self) -> Symbols:
        """The signs in use."""
        return SYMBOLS[self.symbol_set]

    def number(self, value: float | None, decimals: int = 1) -> str:
        """Thousands separated, fixed decimals."""
        if value is None:
            return self.symbols.missing
        return f"{round(value, decimals) + 0.0:,.{decimals}f}"

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """A change with its sign; a change that rounds to nothing has none."""
        if value is None:
            return self.symbols.missing
        sign = "+" if direction(value, decimals) == "up" else ""
        return sign + self.number(value, decimals)

    def signed_percent(self, value: float | None, decimals: int = 1) -> str:
        """A change in per cent with its sign: `+95.0%`."""
        return self.symbols.missing if value is None else f"{self.signed(value, decimals)}%"

    def arrow(self, value: float | None, decimals: int = 1) -> str:
        """The arrow of a change."""
        symbols = self.symbols
        return {"up": symbols.up, "down": symbols.down, "flat": symbols.flat}[direction(value, decimals)]

    def change(self, value: float | None, decimals: int = 2, unit: str = "") -> str:
        """Arrow, sign, figure, unit: `▲ +0.68%`."""
        if value is None:
            return self.symbols.missing
        return f"{self.arrow(value, decimals)} {self.signed(value, decimals)}{unit}"

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """A level in per cent: `6.5 %`."""
        return self.symbols.missing if value is None else f"{self.number(value, decimals)} %"

    def money(self, usd: float | None) -> str:
        """A level in USD: `$1.784 tn`, `$231.4 bn`, `$87.2 m`."""
        if usd is None:
            return self.symbols.missing
        size = abs(usd)
        sign = "-" if usd < 0 and round(size / 1e6, 1) else ""
        if round(size / 1e9, 1) >= 1000:
            return f"{sign}${size / 1e12:,.3f} tn"
        if round(size / 1e6, 1) >= 1000:
            return f"{sign}${size / 1e9:,.1f} bn"
        return f"{sign}${size / 1e6:,.1f} m"

    def billions(self, usd: float | None, decimals: int = 1) -> str:
        """USD in billions, without the unit, for a column that names it."""
        return self.number(None if usd is None else usd / 1e9, decimals)

    def signed_billions(self, usd: float | None, decimals: int = 1) -> str:
        """A change in USD billions with its sign, without the unit."""
        return self.signed(None if usd is None else usd / 1e9, decimals)

    def spread(self, pct: float | None) -> str:
        """A spread in per cent, from +100 % on as a ratio: `-29 %`, `+25 %`, `×3.5`."""
        if pct is None:
            return self.symbols.missing
        if round(pct) >= 100:
            return f"{self.symbols.times}{1 + pct / 100:.1f}"
        return f"{self.signed(pct, 0)} %"

    def estimate(self, text: str, *, estimated: bool) -> str:
        """A figure followed by `~` where it is an estimate or from the press, by a space where it is not."""
        return f"{text}~" if estimated else f"{text} "

    def price(self, value: float | None) -> str:
        """A price in its own currency; decimals by size so that all prices keep about five digits."""
        if value is None:
            return self.symbols.missing
        return self.number(value, 0 if value >= 100_000 else 1 if value >= 10_000 else 2 if value >= 1 else 4)

    def age(self, then: dt.datetime | None, now: dt.datetime) -> str:
        """How long ago: `now`, `3 m`, `5 h`, `2 d`."""
        if then is None:
            return self.symbols.missing
        seconds = int((now - then).total_seconds())
        if seconds < MINUTE:
            return "now"
        if seconds < HOUR:
            return f"{seconds // MINUTE} m"
        if seconds < 2 * DAY:
            return f"{seconds // HOUR} h"
        return f"{seconds // DAY} d"

    def countdown(self, then: dt.datetime | None, now: dt.datetime) -> str:
        """Hours and minutes until an instant, minutes rounded up: `0:28`, `1:28`; from two days on `2 d`."""
        if then is None:
            return self.symbols.missing
        seconds = max(0, int((then - now).total_seconds()))
        if seconds >= 2 * DAY:
            return f"{seconds // DAY} d"
        minutes = -(-seconds // MINUTE)
        return f"{minutes // 60}:{minutes % 60:02d}"

    def wait(self, then: dt.datetime, now: dt.datetime) -> str:
        """Minutes and seconds until an instant: `0:42`; from an hour on `2 h`."""
        seconds = max(0, int((then - now).total_seconds()))
        return f"{seconds // HOUR} h" if seconds >= HOUR else f"{seconds // MINUTE}:{seconds % MINUTE:02d}"

    def clock(self, instant: dt.datetime) -> str:
        """Time of day in the reader's zone: `14:32`."""
        return instant.astimezone(self.zone).strftime("%H:%M")

    def day(self, day: dt.date | None, *, year: bool = True) -> str:
        """A day: `24 Jul 2026`, or `24 Jul`."""
        if day is None:
            return self.symbols.missing
        text = f"{day.day} {MONTHS[day.month - 1]}"
        return f"{text} {day.year}" if year else text

    def moment(self, instant: dt.datetime | None, now: dt.datetime) -> str:
        """An as-of as short as it is clear: time of day today, else the day, else the day with its year."""
        if instant is None:
            return self.symbols.missing
        local, today = instant.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        return self.clock(instant) if local == today else self.day(local, year=local.year != today.year)
