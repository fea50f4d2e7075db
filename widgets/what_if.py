"""The what-if as lines: what becomes of basket and share, a slider for all that can be supposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from metrics.board import Board
from metrics.what_if import Lever, Outcome
from metrics.words import MEASURES
from widgets import names
from widgets.amounts import plain
from widgets.citation import mode_words, when
from widgets.explain import wrapped
from widgets.format import Format, direction
from widgets.lines import Line, Span, clip, ends, pad
from widgets.options import Names

WARNING = "WHAT-IF: a scenario, no figure of the market"
PEERS = {"global": "peers outside China", "us": "US peers"}
SHORT = {"forward P/E": "P/E", "price/sales": "P/S"}
TRACK = 14
TOP_PERCENT = 200.0
HEADROOM = 1.5
"""How far a slider reaches beyond what is, where that is more than `TOP_PERCENT`."""
NAME_WIDTH = 18
FIRST_SLIDER = 6
"""Line of the first slider."""


@dataclass(frozen=True, kw_only=True)
class Slider:
    """One thing that can be supposed.

    Attributes:
        value: As supposed; `now` as it is. Both in `unit`.
        top: Value at the right end of the track; the left end is 0.
        decimals: Of the values as they are written.
        measure: Name of the multiple; empty for the rate.
    """

    name: str
    value: float
    now: float
    top: float
    unit: str
    decimals: int
    measure: str = ""
    detail: str = ""

    @property
    def moved(self) -> bool:
        """Whether it is supposed to be other than it is."""
        return self.value != self.now

    def said(self, value: float, fmt: Format) -> str:
        """A value with its unit: `100 %`, `7.10`."""
        return f"{fmt.number(value, self.decimals)}{f' {self.unit}' if self.unit else ''}"


def subsector_slider(lever: Lever, value: float, fmt: Format, language: Names) -> Slider:
    """China's multiple in per cent of the peers'."""
    known = MEASURES.get(lever.measure, lever.measure)
    thin = ", thin" if lever.thin else ""
    return Slider(
        name=names.subsector(lever.subsector, language),
        value=value,
        now=lever.now_pct,
        top=max(TOP_PERCENT, HEADROOM * lever.now_pct),
        unit="%",
        decimals=0,
        measure=f"thinly covered {known}" if lever.thin else known,
        detail=f"{SHORT.get(known, known)} {fmt.number(lever.china)} of {fmt.number(lever.peers)}{thin}",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Supposition:
    """A Board, what is supposed of it, and what that comes to."""

    board: Board
    sliders: tuple[Slider, ...]
    outcome: Outcome


def scenario_lines(supposed: Supposition, chosen: int, fmt: Format, width: int) -> list[Line]:
    """The dialog; the sliders begin with line `FIRST_SLIDER`."""
    board, outcome = supposed.board, supposed.outcome
    basket, share = board.basket, board.share
    of = f"{mode_words(board, fmt)}on the Board of {when(board.as_of, fmt)}; universe {board.universe.name}"
    heads = (
        (WARNING, "warning"),
        (plain(of, fmt), "dim"),
        (f"China's multiple, of that of {PEERS[board.spreads.peers]}; CNY per USD", "dim"),
    )
    warning, standing, heading = (
        (Span(clip(text, width, fmt.symbols.ellipsis), tone),) for text, tone in heads
    )
    value = Result(fmt.money(basket.value_usd), fmt.money(outcome.value_usd), outcome.change_pct, "%")
    part = Result(
        fmt.percent(share.listed_pct, 2), fmt.percent(outcome.share_pct, 2), outcome.share_pp, " pp"
    )
    lines: list[Line] = [
        warning,
        standing,
        _result("basket", value, fmt),
        _result("share, listed", part, fmt),
        (),
        heading,
    ]
    lines += [
        _slider(slider, fmt, width, chosen=place == chosen) for place, slider in enumerate(supposed.sliders)
    ]
    if not supposed.sliders:
        lines.append((Span("nothing can be supposed yet: no multiple of both sides is known", "dim"),))
    return lines


def scenario_cited(supposed: Supposition, fmt: Format, program: str) -> str:
    """The scenario as one line that can be quoted; that it is one comes before all else."""
    board, outcome = supposed.board, supposed.outcome
    basket, share = board.basket, board.share
    changed = fmt.signed_percent(outcome.change_pct)
    words = _words(supposed, fmt) or "all as it is"
    parts = (
        f"WHAT-IF, a scenario and no market figure: {mode_words(board, fmt)}{words}",
        f"basket {fmt.money(outcome.value_usd)} (now {fmt.money(basket.value_usd)}, {changed})",
        f"China's listed share {fmt.percent(outcome.share_pct, 2)} (now {fmt.percent(share.listed_pct, 2)})",
        f"as of {when(board.as_of, fmt)}",
        f"universe {board.universe.name}",
        program,
    )
    return plain("; ".join(parts), fmt)


def _words(supposed: Supposition, fmt: Format) -> str:
    """What is supposed, in words; empty where all is as it is."""
    whom = PEERS[supposed.board.spreads.peers]
    parts = []
    for slider in supposed.sliders:
        then, now = slider.said(slider.value, fmt), slider.said(slider.now, fmt)
        if slider.moved and slider.measure:
            parts.append(f"China {slider.name} at {then} of the {slider.measure} of {whom} (now {now})")
        elif slider.moved:
            parts.append(f"{slider.name} {then} (now {now})")
    return ", ".join(parts)


def quoted(line: str, key: str, width: int, *, copied: bool) -> list[Line]:
    """The line that is copied, under the key that does it."""
    head: Line = (Span("copied", "focus"),) if copied else (Span(key, "focus"), Span(" copies", "dim"))
    return [(), head, *((Span(text),) for text in wrapped(line, width))]


class Result(NamedTuple):
    """A figure now and then, as text, and its change."""

    now: str
    then: str
    change: float | None
    unit: str


def _result(label: str, result: Result, fmt: Format) -> Line:
    return (
        Span(pad(label, NAME_WIDTH, "left"), "dim"),
        Span(f"{pad(result.now, 10, 'right')} {fmt.symbols.next} "),
        Span(pad(result.then, 10, "right"), "strong"),
        Span(f"  {fmt.change(result.change, 2, result.unit)}", direction(result.change, 2)),
    )


def _slider(slider: Slider, fmt: Format, width: int, *, chosen: bool) -> Line:
    symbols = fmt.symbols
    place = min(TRACK - 1, round(slider.value / slider.top * (TRACK - 1)))
    rail, knob = ("-", "o") if fmt.symbol_set == "ascii" else ("─", "●")
    track = rail * place + knob + rail * (TRACK - 1 - place)
    value = pad(slider.said(slider.value, fmt), 7, "right")
    now = f"now {slider.said(slider.now, fmt)}"
    cursor = symbols.cursor if chosen else " "
    left: Line = (
        Span(cursor, "focus"),
        Span(pad(clip(slider.name, NAME_WIDTH - 2, symbols.ellipsis), NAME_WIDTH - 1, "left")),
        Span(track, "focus" if chosen else "dim"),
        Span(value, "strong" if slider.moved else ""),
        Span(f"  {now}", "dim"),
    )
    return ends(left, (Span(slider.detail, "dim"),) if width >= 72 else (), width, symbols.ellipsis)
