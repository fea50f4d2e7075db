"""A trend in one line, and as a chart."""

from __future__ import annotations

import datetime as dt

import pytest
from textual.geometry import Size

from metrics.board import Point, Trend
from tests.widgets.apps import OneWidget, text_of
from tests.widgets.boards import HKT, NOW
from widgets.chart import Mark, _Canvas, chart_lines
from widgets.format import SYMBOLS, Format
from widgets.lines import Line
from widgets.trend_line import TrendLine, resample, spark, trend_line

BLOCKS = SYMBOLS["braille"].blocks


def show(value: float) -> str:
    return f"{value:.2f}"


def trend(*segments: list[float], timeframe: str = "1M") -> Trend:
    day = dt.timedelta(days=1)
    start = NOW - day * sum(map(len, segments))
    points, number = [], 0
    for segment in segments:
        points.append(
            tuple(Point(at=start + day * (number + i), value=value) for i, value in enumerate(segment))
        )
        number += len(segment)
    return Trend(path="x", timeframe="1M", step="1 day", segments=tuple(points))


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_timeframe_low_high_and_step_stand_beside_the_line() -> None:
    line = text(trend_line(trend([1.61, 1.7, 1.8]), 60, show, SYMBOLS["braille"]))
    assert line == "1M ▁▄█ 1.61 – 1.80 · 1 day"


def test_a_version_break_is_marked_and_not_joined() -> None:
    line = text(trend_line(trend([1.0, 2.0], [3.0, 3.0]), 60, show, SYMBOLS["braille"]))
    assert line.startswith("1M ▁▅┆██ ")


def test_no_history_is_said() -> None:
    assert text(trend_line(None, 60, show, SYMBOLS["braille"])) == "no history yet"
    assert text(trend_line(trend(), 60, show, SYMBOLS["braille"])) == "1M no history yet"


def test_long_data_keep_the_last_value_of_each_run_and_short_data_are_not_stretched() -> None:
    assert resample(range(10), 5) == (1, 3, 5, 7, 9)
    assert resample([1.0, 2.0], 5) == (1.0, 2.0)


def test_a_flat_series_sits_in_the_middle() -> None:
    assert spark([2.0, 2.0], 2.0, 2.0, BLOCKS) == "▅▅"


@pytest.mark.parametrize("width", [1, 8, 20, 33, 60])
def test_the_line_is_never_wider_than_its_room(width: int) -> None:
    many = trend([float(number % 9) for number in range(500)], [4.0] * 50)
    assert len(text(trend_line(many, width, show, SYMBOLS["braille"]))) <= width


def test_the_ascii_line_is_ascii() -> None:
    assert text(trend_line(trend([1.0, 2.0], [1.5]), 60, show, SYMBOLS["ascii"])).isascii()


async def test_the_widget_shows_its_line() -> None:
    widget = TrendLine()
    async with OneWidget(widget).run_test(size=(40, 3)):
        widget.show(trend([1.0, 2.0, 3.0]), show)
        assert text_of(widget) == [" 1M ▁▅█ 1.00 – 3.00 · 1 day"]


def chart(value: Trend | None, marks: list[Mark], size: Size, fmt: Format | None = None) -> list[str]:
    return [text(line) for line in chart_lines(value, marks, size, show, fmt or Format(zone=HKT))]


def test_a_chart_fills_its_room_with_axes_dates_and_extremes() -> None:
    lines = chart(trend([float(number) for number in range(30)]), [], Size(60, 10))
    assert len(lines) == 10
    assert all(len(line) <= 60 for line in lines)
    assert "29.00┤" in lines[0]
    assert "0.00┤" in lines[8]
    assert "24 Oct" in lines[-1]
    assert "22 Nov" in lines[-1]


def test_events_are_numbered_at_their_place_and_named_below() -> None:
    inside = Mark(at=NOW - dt.timedelta(days=15), text="policy")
    outside = Mark(at=NOW + dt.timedelta(days=15), text="results")
    lines = chart(trend([float(number) for number in range(30)]), [inside, outside], Size(60, 10))
    assert lines[-3].strip() == "1"
    assert lines[-1].strip() == "1 policy"


def test_segments_are_not_joined_across_a_break() -> None:
    lines = chart(trend([0.0] * 10, [10.0] * 10), [], Size(60, 10))
    middle = "".join(line.split("│")[-1] for line in lines[2:7] if "│" in line)
    assert middle.strip() == ""


def test_segments_may_overlap_in_time() -> None:
    first = trend([float(number) for number in range(30)])
    early, late = first.segments[0][:20], first.segments[0][5:]
    both = Trend(path="x", timeframe="versions", step="1 new best model", segments=(late, early))
    lines = chart(both, [], Size(60, 10))
    assert "24 Oct" in lines[-1]
    assert "22 Nov" in lines[-1]


@pytest.mark.parametrize("size", [Size(0, 0), Size(10, 3), Size(24, 4), Size(200, 60)])
def test_any_size_draws(size: Size) -> None:
    assert len(chart(trend([1.0, 2.0, 1.0]), [], size)) == size.height
    assert len(chart(None, [], size)) == size.height


def test_one_point_is_no_history() -> None:
    assert "no history yet" in chart(trend([1.0]), [], Size(60, 10))[0]


def test_a_chart_without_braille_is_drawn_in_quadrants() -> None:
    rising = trend([float(number) for number in range(30)])
    lines = "".join(chart(rising, [], Size(60, 10), Format(symbol_set="blocks")))
    assert set("▗▘▖▝") & set(lines)
    assert not [sign for sign in lines if "\u2800" <= sign <= "\u28ff"]


def test_the_dots_of_a_cell_are_where_its_sign_has_them() -> None:
    canvas = _Canvas(1, 1, SYMBOLS["braille"].dots)
    canvas.line((0, 0), (0, 3))
    assert canvas.text(0) == "⡇"
    canvas.line((1, 3), (1, 3))
    assert canvas.text(0) == "⣇"
    quarters = _Canvas(1, 1, SYMBOLS["blocks"].dots)
    quarters.line((0, 1), (1, 0))
    assert quarters.text(0) == "▞"
    quarters.line((1, 1), (1, 1))
    assert quarters.text(0) == "▟"


def test_the_ascii_chart_is_ascii() -> None:
    lines = chart(trend([1.0, 2.0, 1.0]), [], Size(60, 10), Format(symbol_set="ascii"))
    assert "".join(lines).isascii()
