"""An update is exactly the cells that changed, and leaves the same screen as painting everything anew."""

from __future__ import annotations

import random
from importlib.metadata import version
from typing import Any

import pyte
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.screen import Screen

from widgets.lines import Line, Painted, Span
from widgets.repaint import CroppingCompositor

SIZE = (40, 6)
TONES = ["", "up", "down", "dim", "strong", "cursor", "up changed"]


class CroppingScreen(Screen[object]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = CroppingCompositor()


class Recorded(App[None]):
    """Two painted widgets side by side; everything that would be sent is kept."""

    CSS = "Screen { layout: horizontal; } Painted { width: 1fr; height: 6; }"

    def __init__(self) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.left, self.right = Painted(), Painted()
        self.sent: list[str] = []

    def get_default_screen(self) -> Screen[object]:
        return CroppingScreen()

    def compose(self) -> ComposeResult:
        yield self.left
        yield self.right

    def _display(self, screen: Any, renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.sent.append(renderable.render_segments(self.console))
        super()._display(screen, renderable)


def looks(texts: list[str]) -> list[list[pyte.screens.Char | None]]:
    """What a terminal shows after these updates; the colour of a blank cannot be seen."""
    screen = pyte.Screen(*SIZE)
    stream = pyte.Stream(screen)
    for text in texts:
        stream.feed(text)
    rows = ([screen.buffer[y][x] for x in range(SIZE[0])] for y in range(SIZE[1]))
    return [[None if cell.data == " " and not cell.reverse else cell for cell in row] for row in rows]


def random_lines(draw: random.Random) -> list[Line]:
    return [
        tuple(
            Span("".join(draw.choices("ab1 中", k=draw.randint(0, 6))), draw.choice(TONES)) for _ in range(2)
        )
        for _ in range(SIZE[1])
    ]


async def test_a_changed_digit_is_sent_alone() -> None:
    app = Recorded()
    async with app.run_test(size=SIZE) as pilot:
        app.right.paint([(Span("478.80"),)])
        await pilot.pause()
        app.sent.clear()
        app.right.paint([(Span("478.90"),)])
        await pilot.pause()
        assert app.sent == ["\x1b[1;25H9"]


async def test_between_two_changes_of_a_row_the_cursor_steps_forward() -> None:
    app = Recorded()
    async with app.run_test(size=SIZE) as pilot:
        app.left.paint([(Span("1.......2"),)])
        await pilot.pause()
        app.sent.clear()
        app.left.paint([(Span("3......."), Span("4", "up"))])
        await pilot.pause()
        assert app.sent == ["\x1b[1;1H3\x1b[7C\x1b[32m4\x1b[m"]


async def test_updates_leave_the_screen_that_a_full_repaint_would() -> None:
    draw = random.Random(1)
    app = Recorded()
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(60):
            app.left.paint(random_lines(draw))
            app.right.paint(random_lines(draw))
            await pilot.pause()
            anew = app.screen._compositor.render_full_update().render_segments(app.console)
            assert looks(app.sent) == looks([anew])


def test_it_is_built_on_the_version_of_textual_that_is_installed() -> None:
    """Compositor and parser are private to Textual: a newer one is let in once both modules were read anew.

    They are `widgets.repaint` and `tui.quiet_driver`.
    """
    assert version("textual").startswith("8.2.")
