"""TrendLine: a headline over time in one line, `1M ▂▂▃▃▅▆ 1.61 – 1.80 · 1 day`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from metrics.board import Trend
from widgets.format import SYMBOLS, Symbols, SymbolSet
from widgets.lines import Line, Lines, Span, clip_line

LABELS = {"quarters": "Q", "versions": "by version"}
MIN_SPARK = 4
CELLS_A_SEGMENT = 8
"""Of a series that breaks often only the newest segments are shown, so that each has some room."""


def resample(values: Sequence[float], width: int) -> tuple[float, ...]:
    """The last value of each of `width` equal runs; a short series stays as it is, one value a cell."""
    if len(values) <= width:
        return tuple(values)
    return tuple(values[(slot + 1) * len(values) // width - 1] for slot in range(width))


def spark(values: Sequence[float], low: float, high: float, blocks: str) -> str:
    """One block a value, between a low and a high; a flat series sits in the middle."""
    if high <= low:
        return blocks[len(blocks) // 2] * len(values)
    top = len(blocks) - 1
    return "".join(blocks[round((value - low) / (high - low) * top)] for value in values)


def trend_line(trend: Trend | None, width: int, show: Callable[[float], str], symbols: Symbols) -> Line:
    """A trend as one line of at most `width` cells: timeframe, sparkline, low to high, step.

    Each segment gets cells by its number of points, a sign stands where the series breaks.
    """
    segments = [tuple(point.value for point in segment) for segment in trend.segments] if trend else []
    segments = [segment for segment in segments if segment]
    label = LABELS.get(trend.timeframe, trend.timeframe) if trend else ""
    if trend is None or not segments:
        return clip_line((Span(f"{label} no history yet".strip(), "dim"),), width, symbols.ellipsis)
    segments = segments[-max(1, width // CELLS_A_SEGMENT) :]
    low, high = min(map(min, segments)), max(map(max, segments))
    extent = f" {show(low)} {symbols.dash} {show(high)}"
    step = f" {symbols.dot} {trend.step}"
    room = width - cell_len(label) - 1 - cell_len(extent)
    if room - cell_len(step) >= MIN_SPARK:
        room -= cell_len(step)
    else:
        step = ""
    room -= len(segments) - 1
    if room < MIN_SPARK:
        return clip_line((Span(label, "dim"), Span(extent)), width, symbols.ellipsis)
    total = sum(map(len, segments))
    line: list[Span] = [Span(f"{label} ", "dim")]
    for number, values in enumerate(segments):
        if number:
            line.append(Span(symbols.version_break, "dim"))
        share = max(1, room * len(values) // total) if total > room else len(values)
        line.append(Span(spark(resample(values, share), low, high, symbols.blocks), "trend"))
    return clip_line((*line, Span(extent), Span(step, "dim")), width, symbols.ellipsis)


class TrendLine(Lines):
    """One line with a trend in it."""

    DEFAULT_CSS = "TrendLine { height: 1; padding: 0; }"

    def show(
        self, trend: Trend | None, show: Callable[[float], str], symbol_set: SymbolSet = "braille"
    ) -> None:
        """Draw a trend; `show` writes one value; `None` says that there is no history yet."""
        symbols = SYMBOLS[symbol_set]
        self.draw(lambda width: [(Span(" "), *trend_line(trend, width - 2, show, symbols))])
