"""Lines are compared cell by cell, cut with a sign, and never read as markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.apps import OneWidget
from widgets.lines import Line, Lines, Span, changed_runs, clip, ends, fit, flow, width_of
from widgets.palette import style

words = st.text(st.sampled_from("ab 中文[]"), max_size=12)
lines = st.lists(st.builds(Span, words, st.sampled_from(["", "up", "dim"])), max_size=4).map(tuple)


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def cells(line: Line, room: int) -> list[tuple[str, str]]:
    """Character and tones of each cell; the second half of a wide character is empty."""
    found = [
        (half, span.tones) for span in line for char in span.text for half in (char, "")[: cell_len(char)]
    ]
    return found + [(" ", "")] * (room - len(found))


def test_equal_lines_have_no_changed_run() -> None:
    assert changed_runs((Span("478.80", "up"),), (Span("478.80", "up"),)) == []


def test_a_changed_digit_is_a_run_of_one_cell() -> None:
    assert changed_runs((Span("value 478.80"),), (Span("value 478.90"),)) == [(10, 1)]


def test_a_changed_tone_is_a_change() -> None:
    assert changed_runs((Span("ab", "up"),), (Span("ab", "down"),)) == [(0, 2)]


def test_what_did_not_change_is_stepped_over() -> None:
    assert changed_runs((Span("a..........b"),), (Span("x..........y"),)) == [(0, 1), (11, 1)]


def test_a_gap_that_is_cheaper_to_send_is_no_gap() -> None:
    assert changed_runs((Span("a...b"),), (Span("x...y"),)) == [(0, 5)]


def test_a_wide_character_is_never_cut_in_two() -> None:
    assert changed_runs((Span("中文"),), (Span("中国"),)) == [(2, 2)]


@given(lines, lines)
def test_outside_the_runs_nothing_differs(old: Line, new: Line) -> None:
    room = max(width_of(old), width_of(new)) + 1
    painted = cells(old, room)
    for x, width in changed_runs(old, new):
        assert 0 <= x < x + width < room
        painted[x : x + width] = cells(new, room)[x : x + width]
    assert painted == cells(new, room)


@given(lines, st.integers(1, 40))
def test_fitted_lines_are_never_wider_than_their_room(line: Line, width: int) -> None:
    assert width_of(fit(list(line), width)) <= width


def test_what_does_not_fit_leaves_a_sign() -> None:
    chunks = [Span("first"), Span("second"), Span("third")]
    assert text(fit(chunks, 40)) == "first   second   third"
    assert text(fit(chunks, 18)) == "first   second …"
    assert text(fit(chunks, 4)) == "fir…"
    assert clip("Moore Threads", 8) == "Moore T…"
    assert clip("中芯国际", 5) == "中芯…"


def test_lines_wrap_between_chunks_and_cut_only_at_their_limit() -> None:
    chunks = [[Span("first"), Span("second")], [Span("third")]]
    assert [text(line) for line in flow(chunks, 10, 3)] == ["first", "second", "third"]
    assert [text(line) for line in flow(chunks, 10, 2)] == ["first", "second …"]


def test_both_ends_meet_the_width() -> None:
    line = ends((Span("left"),), (Span("right"),), 12)
    assert text(line) == "left   right"
    assert text(ends((Span("left hand"),), (Span("right"),), 12)) == "left …" + " right"


def test_the_up_colour_is_a_choice_and_never_touches_the_fall_alone() -> None:
    assert style("up", "green") == style("down", "red")
    assert style("down", "green") == style("up", "red")


async def test_only_the_changed_digit_is_sent() -> None:
    widget = Lines()
    app = OneWidget(widget)
    async with app.run_test(size=(40, 3)) as pilot:
        widget.draw(lambda _width: [(Span("$1.784 tn"),), (Span("[b]same[/b]"),)])
        await pilot.pause()
        assert widget.render_line(1).text.startswith("[b]same[/b]")
        app.sent.clear()
        widget.draw(lambda _width: [(Span("$1.785 tn"),), (Span("[b]same[/b]"),)])
        await pilot.pause()
        assert 0 < app.bytes_sent < 30
        app.sent.clear()
        widget.redraw()
        await pilot.pause()
        assert app.bytes_sent == 0


async def test_the_very_first_frame_holds_what_was_drawn_before_there_was_a_size() -> None:
    widget = Lines()
    widget.draw(lambda width: [(Span(f"{width} wide"),)])
    app = OneWidget(widget)
    async with app.run_test(size=(30, 3)):
        assert "30 wide" in app.sent[0]
