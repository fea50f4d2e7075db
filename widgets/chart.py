"""Chart: one trend over its whole timeframe with axes, dates, low and high, and events as numbered marks.

Drawn here rather than by a plotting library: the series may break (a new index version), single cells are
repainted when a point arrives, colours stay those of the terminal, and where there is no braille it is
drawn in quadrants, or in stars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size

from metrics.board import Point, Trend
from widgets.format import Format
from widgets.lines import Line, Lines, Span, clip_line, fit

MAX_MARKS = 9
MIN_WIDTH, MIN_HEIGHT = 24, 4


@dataclass(frozen=True, kw_only=True)
class Mark:
    """An event on the time axis."""

    at: dt.datetime
    text: str


class _Canvas:
    """Dots on a grid, as many to the cell as the signs of the rung can show."""

    def __init__(self, width: int, height: int, dots: tuple[int, int, str]) -> None:
        self.across, self.down, self._signs = dots
        self.columns, self.rows = width * self.across, height * self.down
        self._cells = [[0] * width for _ in range(height)]

    def line(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Dots along a straight line, both ends included."""
        (x0, y0), (x1, y1) = start, end
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            self._dot(x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps))

    def _dot(self, x: int, y: int) -> None:
        bit = y % self.down * self.across + x % self.across
        self._cells[y // self.down][x // self.across] |= 1 << bit

    def text(self, row: int) -> str:
        """One row of cells."""
        return "".join(self._signs[bits] for bits in self._cells[row])


def chart_lines(
    trend: Trend | None,
    marks: Sequence[Mark],
    size: Size,
    show: Callable[[float], str],
    fmt: Format,
) -> list[Line]:
    """A chart that fills `size`, in cells. `show` writes a value of the vertical axis."""
    width, height = size
    symbols = fmt.symbols
    segments = [segment for segment in trend.segments if segment] if trend else []
    points = [point for segment in segments for point in segment]
    if trend is None or width < MIN_WIDTH or height < MIN_HEIGHT:
        return [()] * height
    if len(points) < 2:
        text = clip_line((Span(f"{trend.timeframe} no history yet", "dim"),), width, symbols.ellipsis)
        return [text, *[()] * (height - 1)]
    values = [point.value for point in points]
    low, high = min(values), max(values)
    start, end = min(point.at for point in points), max(point.at for point in points)
    inside = [mark for mark in sorted(marks, key=lambda m: m.at) if start <= mark.at <= end][-MAX_MARKS:]
    rows = height - 1 - (2 if inside else 0)
    labels = _labels(low, high, rows, show)
    margin = max(map(cell_len, labels.values())) + 1
    canvas = _Canvas(width - margin - 1, rows, symbols.dots)
    for segment in segments:
        dots = [_place(point, canvas, (start, end), (low, high)) for point in segment]
        for first, second in zip(dots, dots[1:] or dots, strict=False):
            canvas.line(first, second)
    lines: list[Line] = [
        (
            Span(labels.get(row, "").rjust(margin), "dim"),
            Span(symbols.axis if row in labels else symbols.wall, "dim"),
            Span(canvas.text(row), "trend"),
        )
        for row in range(rows)
    ]
    room = width - margin - 1
    if inside:
        lines.append((Span(" " * (margin + 1)), Span(_mark_row(inside, start, end, room), "focus")))
    lines.append((Span(" " * (margin + 1)), Span(_dates(start, end, room, fmt), "dim")))
    if inside:
        keys = [Span(f"{number} {mark.text}", "dim") for number, mark in enumerate(inside, 1)]
        lines.append((Span(" " * (margin + 1)), *fit(keys, room, ellipsis=symbols.ellipsis)))
    return lines


def _labels(low: float, high: float, rows: int, show: Callable[[float], str]) -> dict[int, str]:
    """Values of the vertical axis by row: high, low, and what lies between where there is room."""
    count = 5 if rows >= 13 else 3 if rows >= 5 else 2
    places = {round(step * (rows - 1) / (count - 1)): step / (count - 1) for step in range(count)}
    return {row: show(high - part * (high - low)) for row, part in places.items()}


def _place(
    point: Point, canvas: _Canvas, span: tuple[dt.datetime, dt.datetime], extent: tuple[float, float]
) -> tuple[int, int]:
    across = _part(point.at, *span)
    low, high = extent
    up = (point.value - low) / (high - low) if high > low else 0.5
    return round(across * (canvas.columns - 1)), round((1 - up) * (canvas.rows - 1))


def _part(at: dt.datetime, start: dt.datetime, end: dt.datetime) -> float:
    return (at - start) / (end - start) if end > start else 0.0


def _mark_row(marks: Iterable[Mark], start: dt.datetime, end: dt.datetime, width: int) -> str:
    """Numbers of the events at their places; of two in one cell the later one stands one to the right."""
    cells = [" "] * width
    for number, mark in enumerate(marks, 1):
        x = round(_part(mark.at, start, end) * (width - 1))
        while x < width - 1 and cells[x] != " ":
            x += 1
        cells[x] = str(number)
    return "".join(cells)


def _dates(start: dt.datetime, end: dt.datetime, width: int, fmt: Format) -> str:
    """Dates, or times of day within a day and a half, spread along the horizontal axis."""
    span = end - start
    intraday = span <= dt.timedelta(hours=36)

    def label(at: dt.datetime) -> str:
        local = at.astimezone(fmt.zone)
        return fmt.clock(at) if intraday else fmt.day(local.date(), year=span > dt.timedelta(days=300))

    sample = cell_len(label(start)) + 4
    count = max(2, min(6, width // (sample + 6)))
    cells = [" "] * width
    for step in range(count):
        text = label(start + span * step / (count - 1))
        x = round((width - len(text)) * step / (count - 1))
        cells[x : x + len(text)] = text
    return "".join(cells)


class Chart(Lines):
    """The chart of a zoomed pane."""

    DEFAULT_CSS = "Chart { height: 1fr; min-height: 6; }"

    def show(
        self, trend: Trend | None, marks: Sequence[Mark], show: Callable[[float], str], fmt: Format
    ) -> None:
        """Draw a trend with events; `show` writes a value of the vertical axis."""
        self.draw(
            lambda width: [
                (Span(" "), *line)
                for line in chart_lines(trend, marks, Size(width - 2, self.size.height), show, fmt)
            ]
        )
