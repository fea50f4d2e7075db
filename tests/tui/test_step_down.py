"""What is above the rungs of a terminal does not go out, and every replacement is as wide."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Input

from tests.tui.fakes import FakeEngine, board
from tui.app import NarrowsApp
from tui.config import Config, Display
from tui.options import Settings
from tui.rungs import Rungs
from tui.step_down import StepDown, colourless, stepped
from tui.surroundings import Surroundings
from widgets.format import SYMBOLS, SymbolSet

EVERYTHING = "╭─╮│╰╯┆▸►▲▼●○…–—×÷Σ·⇧▁▂▃▄▅▆▇█▌▔🔎阿里巴巴ÅéÜß½²“”’\u00a0⠿\u0301"  # noqa: RUF001 - signs of all kinds are meant


@pytest.mark.parametrize("symbols", ["braille", "blocks", "ascii"])
def test_a_text_keeps_its_width(symbols: SymbolSet) -> None:
    for sign in EVERYTHING:
        assert cell_len(stepped(sign, symbols)) == cell_len(sign)


def test_ascii_is_ascii_and_tells_as_much_as_it_can() -> None:
    assert stepped(EVERYTHING, "ascii").isascii()
    assert stepped("╭─ Å résumé ▲ 3 – 4 ×2 ─╮", "ascii") == "+- A resume ^ 3 - 4 x2 -+"
    assert stepped("阿里 ½ ²", "ascii") == "???? ? ?"
    assert stepped("1 ≠ 2", "ascii") == "1 ? 2"  # with its stroke taken away it would say the opposite


def test_blocks_are_drawn_with_square_corners() -> None:
    assert stepped("╭─╮ ▲ ▁█ 阿里", "blocks") == "┌─┐ ▲ ▁█ 阿里"


def test_our_own_signs_are_left_alone_on_their_rung() -> None:
    for name, symbols in SYMBOLS.items():
        signs = "".join(str(getattr(symbols, field)) for field in symbols.__dataclass_fields__)
        assert stepped(signs, name) == signs


def test_a_style_loses_its_colours_and_keeps_its_weight() -> None:
    assert colourless(Style(color="red", bold=True)) == Style(bold=True)
    assert colourless(Style(color="cyan", bgcolor="default", dim=True)) == Style(dim=True)
    assert colourless(Style(color="black", bgcolor="white")) == Style(reverse=True)


def test_the_filter_stands_aside_where_there_is_nothing_to_do() -> None:
    assert not steps("truecolor", "braille").enabled
    assert not steps("16", "braille").enabled
    assert steps("none", "braille").enabled
    assert steps("16", "blocks").enabled


def test_the_filter_does_both() -> None:
    segments = [Segment("▲ 1", Style(color="green", bold=True)), Segment("…", None)]
    done = steps("none", "ascii").apply(segments, Color(0, 0, 0))
    assert done == [Segment("^ 1", Style(bold=True)), Segment("~", None)]


def steps(colours: str, symbols: SymbolSet) -> StepDown:
    return StepDown(Rungs(colours=colours, symbols=symbols, why_colours="", why_symbols=""))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["question_mark", "colon", "slash", "c", "i", "P"])
async def test_what_textual_draws_steps_down_too(key: str) -> None:
    app = NarrowsApp(chosen(Display(colours="none", symbols="ascii")), board(), FakeEngine, Surroundings())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        segments = [segment for line in app.screen._compositor.render_strips() for segment in line]
        assert "".join(segment.text for segment in segments).isascii()
        assert not [one for one in segments if one.style and (one.style.color or one.style.bgcolor)]


async def test_which_columns_show_is_told_without_colours() -> None:
    app = NarrowsApp(chosen(Display(colours="none", symbols="ascii")), board(), FakeEngine, Surroundings())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("c", "space")
        await pilot.pause()
        lines = ["".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()]
        assert any("| | Last" in line for line in lines)
        assert any("|X| Day %" in line for line in lines)


async def test_nothing_blinks_and_nothing_is_animated() -> None:
    app = NarrowsApp(chosen(Display()), board(), FakeEngine, Surroundings())
    async with app.run_test(size=(100, 40)) as pilot:
        assert app.animation_level == "none"
        for key in ("slash", "colon"):
            await pilot.press(key)
            await pilot.pause()
            assert not app.screen.query_one(Input).cursor_blink
            await pilot.press("escape")
            await pilot.pause()


def chosen(display: Display) -> Settings:
    return Settings(config=Config(display=display))
