"""The largest moves of the day: ordered by what they weigh, in line, honest when there are none."""

from __future__ import annotations

import msgspec
from rich.cells import cell_len

from metrics.board import Board, Trends
from tests.widgets import boards
from tests.widgets.boards import HKT, NOW
from widgets.moves import moves_lines
from widgets.options import DisplayOptions, Names, View

WIDTH = 44


def moves(board: Board, names: Names = "en") -> list[str]:
    view = View(
        board=board, trends=Trends(timeframe="1D"), now=NOW, options=DisplayOptions(zone=HKT, names=names)
    )
    return ["".join(span.text for span in line) for line in moves_lines(view, WIDTH)]


def test_the_largest_contribution_comes_first_up_or_down() -> None:
    lines = moves(boards.board())
    sizes = [abs(float(line.split()[-1])) for line in lines]
    assert sizes == sorted(sizes, reverse=True)
    assert lines[0].split()[0] == "Tencent"
    assert {line.split()[-3] for line in lines} == {"▲", "▼"}


def test_columns_stay_in_line_in_chinese_too() -> None:
    assert {cell_len(line) for line in (*moves(boards.board()), *moves(boards.board(), "zh"))} == {WIDTH}


def test_where_nothing_has_moved_that_is_said() -> None:
    board = boards.board()
    still = tuple(
        msgspec.structs.replace(row, day_contribution_usd=None) for row in board.basket.constituents
    )
    quiet = msgspec.structs.replace(board, basket=msgspec.structs.replace(board.basket, constituents=still))
    assert moves(quiet) == [" nothing has moved today, as far as is known"]
