"""The live table keeps the reader's place and sends only what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from textual import on
from textual.pilot import Pilot

from tests.widgets.apps import OneWidget, text_of
from widgets.format import SYMBOLS
from widgets.live_table import LiveTable
from widgets.table_layout import Cell, Column, Row, column_order, in_order, matching, slots

UNICODE = SYMBOLS["braille"]
COLUMNS = (
    Column(key="name", title="Name", width=12, align="left", grow=8, first_descending=False),
    Column(key="last", title="Last", width=9, priority=1),
    Column(key="day", title="Day %", width=8, priority=0),
    Column(key="cap", title="Cap", width=9, priority=2),
    Column(key="note", title="Note", width=30, align="left", priority=3),
)


def row(key: str, last: float | None, day: float | None = 0.5, name: str | None = None) -> Row:
    def cell(value: float | None) -> Cell:
        return Cell("—" if value is None else f"{value:.2f}", value)

    return Row(
        key, (Cell(name or key, (name or key).casefold()), cell(last), cell(day), cell(1.0), Cell("", None))
    )


ROWS = tuple(row(f"row{number:02d}", 100.0 + number, number % 7 - 3.0) for number in range(30))


class TableApp(OneWidget):
    def __init__(self) -> None:
        self.table = LiveTable(COLUMNS)
        super().__init__(self.table)
        self.heard: list[tuple[str, ...]] = []

    @on(LiveTable.RowHighlighted)
    @on(LiveTable.RowSelected)
    def hear_row(self, event: LiveTable.RowMessage) -> None:
        assert event.control is self.table
        self.heard.append((type(event).__name__, event.row_key))

    @on(LiveTable.CellHighlighted)
    def hear_cell(self, event: LiveTable.CellHighlighted) -> None:
        self.heard.append(("CellHighlighted", event.row_key, event.column_key))


@asynccontextmanager
async def running(
    rows: Sequence[Row] = ROWS, size: tuple[int, int] = (60, 12)
) -> AsyncIterator[tuple[TableApp, LiveTable, Pilot[None]]]:
    app = TableApp()
    async with app.run_test(size=size) as pilot:
        app.table.show(rows)
        app.table.focus()
        await pilot.pause()
        app.sent.clear()
        app.heard.clear()
        yield app, app.table, pilot


async def test_a_refresh_that_changes_nothing_sends_nothing() -> None:
    async with running() as (app, table, pilot):
        table.show(tuple(row(f"row{number:02d}", 100.0 + number, number % 7 - 3.0) for number in range(30)))
        await pilot.pause()
        assert app.bytes_sent == 0


async def test_one_changed_price_sends_one_cell_and_once_more_to_unmark_it() -> None:
    async with running(size=(120, 40)) as (app, table, pilot):
        table.show([*ROWS[:5], row("row05", 999.99, 2.0), *ROWS[6:]])
        await pilot.pause()
        assert 0 < app.bytes_sent < 100
        assert "999.99" in app.sent[0]
        assert "row04" not in "".join(app.sent)
        app.sent.clear()
        table.unmark()
        await pilot.pause()
        assert 0 < app.bytes_sent < 100
        app.sent.clear()
        table.unmark()
        await pilot.pause()
        assert app.bytes_sent == 0


async def test_marks_can_be_off() -> None:
    async with running() as (app, table, pilot):
        table.marks = False
        table.show([row("row00", 101.5, -3.0), *ROWS[1:]])
        await pilot.pause()
        assert app.bytes_sent > 0
        app.sent.clear()
        table.unmark()
        await pilot.pause()
        assert app.bytes_sent == 0


async def test_a_row_out_of_sight_costs_nothing() -> None:
    async with running() as (app, table, pilot):
        table.show([*ROWS[:-1], row("row29", 1.0)])
        await pilot.pause()
        assert app.bytes_sent == 0


async def test_the_cursor_waits_on_the_first_row_until_the_reader_moves_it_to_another() -> None:
    """While data fills in, rows come above the one that was first; sorting shows the new top too."""
    async with running(rows=ROWS[5:]) as (_, table, pilot):
        assert table.cursor_row == "row05"
        table.show(ROWS)
        assert table.cursor_row == "row00"
        await pilot.press("right")
        table.sort_by("last", descending=True)
        assert (table.cursor_row, table.top) == ("row29", 0)
        await pilot.press("down")
        table.sort_by(None)
        assert table.cursor_row == "row28"


async def test_the_cursor_stays_on_its_row_through_refresh_sort_and_filter() -> None:
    async with running() as (_, table, pilot):
        await pilot.press("down", "down", "down", "right")
        assert (table.cursor_row, table.cursor_column) == ("row03", "last")
        table.show(tuple(reversed(ROWS)))
        assert table.cursor_row == "row03"
        table.sort_by("last", descending=True)
        assert table.cursor_row == "row03"
        table.filter_by("row0")
        assert table.cursor_row == "row03"
        assert table.cursor_column == "last"


async def test_the_cursor_keeps_its_place_when_its_row_is_gone() -> None:
    async with running() as (_, table, pilot):
        await pilot.press("down", "down")
        table.show([each for each in ROWS if each.key != "row02"])
        assert table.cursor_row == "row03"


async def test_the_scroll_stays_where_it_is_over_a_refresh() -> None:
    async with running() as (_, table, pilot):
        await pilot.press("pagedown", "pagedown")
        top = table.top
        assert top > 0
        table.show([*ROWS[:-1], row("row29", 5.0)])
        assert table.top == top


async def test_sort_and_filter_survive_a_refresh() -> None:
    async with running() as (_, table, _pilot):
        table.sort_by("last", descending=True)
        table.filter_by("row1")
        table.show([row(each.key, 500.0 if each.key == "row13" else 1.0) for each in ROWS])
        assert table.rows[0].key == "row13"
        assert len(table.rows) == 10
        assert table.sort == ("last", True)
        assert table.filter_text == "row1"


async def test_sort_goes_down_up_and_back_to_the_given_order() -> None:
    async with running() as (_, table, pilot):
        await pilot.press("l")
        table.sort_next()
        assert table.rows[0].key == "row29"
        assert "↓Last" in text_of(table)[0]
        table.sort_next()
        assert table.rows[0].key == "row00"
        table.show([row("b", 1.0), row("a", 2.0)])
        table.sort_next()
        assert [each.key for each in table.rows] == ["b", "a"]


@pytest.mark.parametrize("descending", [True, False])
def test_missing_values_come_last_in_either_direction(descending: bool) -> None:  # noqa: FBT001 - a parameter of the test
    rows = [row("none", None), row("low", 1.0), row("high", 2.0)]
    ordered = in_order(rows, 1, descending=descending)
    assert ordered[-1].key == "none"
    assert ordered[0].key == ("high" if descending else "low")


def test_a_filter_wants_every_word_in_any_cell() -> None:
    rows = [row("a", 1.0, name="Moore Threads"), row("b", 2.0, name="Moor House"), row("c", 1.0, name="[/x]")]
    assert [each.key for each in matching(rows, "moo thr")] == ["a"]
    assert [each.key for each in matching(rows, "[/")] == ["c"]
    assert len(matching(rows, " ")) == 3


async def test_all_keys_move() -> None:
    async with running() as (app, table, pilot):
        await pilot.press("j", "j", "k", "l", "l", "l", "h")
        assert (table.cursor_row, table.cursor_column) == ("row01", "day")
        await pilot.press("end")
        assert table.cursor_row == "row29"
        await pilot.press("home", "pagedown", "pageup")
        assert table.cursor_row == "row00"
        await pilot.press("enter")
        assert app.heard[-1] == ("RowSelected", "row00")
        assert ("RowHighlighted", "row29") in app.heard
        assert ("CellHighlighted", "row29", "day") in app.heard


async def test_rows_out_of_sight_are_counted() -> None:
    async with running() as (_, table, pilot):
        assert text_of(table)[-1].endswith("20 more ↓")
        await pilot.press("end")
        assert text_of(table)[-1].endswith("20 ↑")
        table.filter_by("row07")
        assert text_of(table)[-1].endswith("/row07  1 of 30")


async def test_columns_that_do_not_fit_are_signed_and_reached_by_moving_right() -> None:
    async with running(size=(45, 12)) as (_, table, pilot):
        titles = text_of(table)[0]
        assert titles.endswith(UNICODE.right)
        assert "Note" not in titles
        await pilot.press("right", "right", "right", "right")
        titles = text_of(table)[0]
        assert titles.startswith(" Name")
        assert UNICODE.left in titles
        assert "Note" in titles
        assert table.cursor_column == "note"
        await pilot.press("left", "left", "left", "left")
        assert UNICODE.left not in text_of(table)[0]


def test_columns_are_chosen_by_priority_and_shown_in_their_own_order() -> None:
    assert column_order(COLUMNS, 32) == [0, 1, 2, 3, 4]
    assert column_order(COLUMNS, 23) == [0, 2, 1, 3, 4]
    shown = slots(COLUMNS, column_order(COLUMNS, 32), 0, 32)
    assert [slot.column for slot in shown] == [0, 1, 2]
    assert all(first.x + first.width < second.x for first, second in pairwise(shown))


async def test_chinese_names_keep_columns_straight() -> None:
    async with running([row("a", 1.0, name="腾讯控股"), row("b", 2.0, name="Tencent")]) as (_, table, _pilot):
        lines = [table.render_line(y) for y in (1, 2)]
        assert {line.cell_length for line in lines} == {60}
        before = [
            line.text[: line.text.index(value)] for line, value in zip(lines, ("1.00", "2.00"), strict=True)
        ]
        assert len(before[0]) + 4 == len(before[1])


async def test_hostile_names_show_as_text() -> None:
    name = "[/b][@click=app.quit]x"
    async with running([row("a", 1.0, name=name)], size=(80, 12)) as (app, table, pilot):
        await pilot.press("enter")
        assert "[/b][@cl" in text_of(table)[1]
        assert app.is_running


async def test_an_empty_table_says_so_and_survives_every_key() -> None:
    async with running([]) as (_, table, pilot):
        await pilot.press("down", "up", "left", "right", "end", "home", "pagedown", "pageup", "enter")
        table.sort_next()
        assert "nothing to show yet" in text_of(table)[1]
        assert table.cursor_row is None


async def test_a_low_table_shows_a_row_rather_than_titles() -> None:
    async with running(size=(60, 2)) as (_, table, _pilot):
        first, second = text_of(table)
        assert "row00" in first
        assert second.endswith("29 more ↓")
