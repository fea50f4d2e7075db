"""Painted: a widget that is a stack of styled lines and repaints only the cells that differ.

A line is a tuple of spans, a span a text with its tones (see palette.py). Text is data, never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.palette import VISIBLE_ON_BLANKS, style

if TYPE_CHECKING:
    from widgets.options import UpColour


class Span(NamedTuple):
    """A run of text in one style. `tones` are separated by spaces."""

    text: str
    tones: str = ""


Line = tuple[Span, ...]
"""Spans from left to right."""

Chunk = Span | Line
"""A piece of a line that stands or falls as a whole."""

GAP = "   "
STEP_BYTES = 4
"""Bytes that moving the cursor forward takes."""


def harmless(text: str) -> str:
    """Text without what a terminal obeys rather than shows: control characters and changes of direction."""
    return text if text.isprintable() else text.translate(_OBEYED)


_OBEYED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def _harmless_line(line: Line) -> Line:
    if all(span.text.isprintable() for span in line):
        return line
    return tuple(Span(harmless(span.text), span.tones) for span in line)


def spans(chunk: Chunk) -> Line:
    """A chunk as a line."""
    return (chunk,) if isinstance(chunk, Span) else chunk


def width_of(line: Iterable[Span]) -> int:
    """Cells that a line takes; a Chinese character takes two."""
    return sum(cell_len(span.text) for span in line)


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """Text cut to a width in cells, with a sign where it is cut."""
    if cell_len(text) <= width:
        return text
    if width <= len(ellipsis):
        return ellipsis[:width]
    return set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis


def pad(text: str, width: int, align: Literal["left", "right"]) -> str:
    """Text filled to a width in cells."""
    fill = " " * max(0, width - cell_len(text))
    return text + fill if align == "left" else fill + text


def clip_line(line: Line, width: int, ellipsis: str = "…") -> Line:
    """A line cut to a width, with a sign where it is cut."""
    if width_of(line) <= width:
        return line
    kept: list[Span] = []
    room = width - cell_len(ellipsis)
    for span in line:
        if cell_len(span.text) > room:
            kept.append(Span(set_cell_size(span.text, max(room, 0)) + ellipsis, span.tones))
            break
        kept.append(span)
        room -= cell_len(span.text)
    return tuple(kept)


def fit(chunks: Sequence[Chunk], width: int, *, gap: str = GAP, ellipsis: str = "…") -> Line:
    """As many chunks as fit, in order, with a sign where some are left out; the first is cut at worst."""
    line: Line = ()
    for number, chunk in enumerate(chunks):
        piece = spans(chunk)
        longer = (*line, Span(gap), *piece) if line else piece
        spare = 0 if number == len(chunks) - 1 else cell_len(ellipsis) + 1
        if width_of(longer) + spare > width and (line or spare == 0):
            return clip_line((*line, Span(f" {ellipsis}", "dim")) if line else piece, width, ellipsis)
        line = longer
    return clip_line(line, width, ellipsis)


def flow(lines: Sequence[Sequence[Chunk]], width: int, limit: int, *, ellipsis: str = "…") -> list[Line]:
    """Lines wrapped between chunks where they are too long; the last one allowed is cut with a sign."""
    flowed: list[list[Chunk]] = []
    for chunks in lines:
        room = 0
        for chunk in chunks:
            size = width_of(spans(chunk))
            if size + len(GAP) <= room:
                flowed[-1].append(chunk)
                room -= size + len(GAP)
            else:
                flowed.append([chunk])
                room = width - size
    if len(flowed) > limit:
        flowed[limit - 1 :] = [[chunk for rest in flowed[limit - 1 :] for chunk in rest]]
    return [fit(chunks, width, ellipsis=ellipsis) for chunks in flowed]


def ends(left: Line, right: Line, width: int, ellipsis: str = "…") -> Line:
    """Two lines at both ends of a width; the left one is cut where they meet."""
    room = width - width_of(right)
    left = clip_line(left, room - 1, ellipsis)
    return (*left, Span(" " * (room - width_of(left))), *right)


def changed_runs(old: Line, new: Line) -> list[tuple[int, int]]:
    """Runs of changed cells from left to right, each as its first cell and its length.

    A gap that is cheaper to send again than to step over belongs to the run around it.
    """
    if old == new:
        return []
    before, after = _cells(old), _cells(new)
    blank = (" ", "", 0)
    length = max(len(before), len(after))
    before += [blank] * (length - len(before))
    after += [blank] * (length - len(after))
    runs: list[tuple[int, int]] = []
    for x in range(length):
        if before[x] == after[x]:
            continue
        if runs and x - sum(runs[-1]) <= STEP_BYTES:
            runs[-1] = (runs[-1][0], x + 1 - runs[-1][0])
        else:
            runs.append((x, 1))
    return runs


def _cells(line: Line) -> list[tuple[str, str, int]]:
    """Character, tones, and which half of a wide character, cell by cell."""
    return [
        (character, span.tones, half)
        for span in line
        for character in span.text
        for half in range(get_character_cell_size(character))
    ]


def _merged(line: Line) -> list[Span]:
    """Fewer, longer spans: a blank takes the tones before it where that does not show, to save codes."""
    merged: list[Span] = []
    for span in line:
        if not span.text:
            continue
        tones = span.tones
        if (
            merged
            and not tones
            and span.text.isspace()
            and VISIBLE_ON_BLANKS.isdisjoint(merged[-1].tones.split())
        ):
            tones = merged[-1].tones
        if merged and merged[-1].tones == tones:
            merged[-1] = Span(merged[-1].text + span.text, tones)
        else:
            merged.append(Span(span.text, tones))
    return merged


class Painted(Widget):
    """Base of widgets that paint lines by the line API."""

    DEFAULT_CSS = "Painted { background: transparent; }"

    up: UpColour = "green"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._picture: list[Line] = []
        self._strips: dict[int, Strip] = {}
        self._fitted = Size(0, 0)
        self._rendering = False

    @property
    def picture(self) -> tuple[Line, ...]:
        """The lines that are painted now."""
        return tuple(self._picture)

    def paint(self, lines: Sequence[Line]) -> None:
        """Show these lines; only cells that differ from the last picture are sent."""
        old = self._picture
        self._picture = [_harmless_line(line) for line in lines]
        for y in range(max(len(old), len(lines))):
            before = old[y] if y < len(old) else ()
            after = self._picture[y] if y < len(lines) else ()
            if runs := changed_runs(before, after):
                self._strips.pop(y, None)
                if not self._rendering:
                    self.refresh(*(Region(x, y, width, 1) for x, width in runs))

    def fit(self) -> None:
        """Draw for the size that the widget has now."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Strips for a region; where the size is new the picture is made first.

        The event of a new size comes only after the screen has been painted with it: the first frame would be
        empty, and every other one sent twice.
        """
        if self.size != self._fitted:
            self._rendering = True
            self._fit()
            self._rendering = False
        return super().render_lines(crop)

    def on_resize(self) -> None:
        """The size is new, and nothing may have been painted with it yet."""
        self._fit()

    def _fit(self) -> None:
        if self.size != self._fitted:
            self._fitted = self.size
            self._strips.clear()
            self.fit()

    def set_up_colour(self, up: UpColour) -> None:
        """Choose the colour of a rise; everything is painted again when it changes."""
        if up != self.up:
            self.up = up
            self._strips.clear()
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line from the picture."""
        strip = self._strips.get(y)
        if strip is None:
            line = self._picture[y] if y < len(self._picture) else ()
            strip = self._strips[y] = self._strip(line)
        return strip

    def notify_style_update(self) -> None:
        """The theme changed: cached strips hold the old background."""
        self._strips.clear()
        super().notify_style_update()

    def _strip(self, line: Line) -> Strip:
        base = self.rich_style
        plain = base.color is None or base.color.is_default
        if plain and (base.bgcolor is None or base.bgcolor.is_default):
            base = Style.null()  # the terminal's own colours: no codes to send
        segments = [Segment(text, base + style(tones, self.up)) for text, tones in _merged(line)]
        return Strip(segments).adjust_cell_length(self.size.width, base)


class Lines(Painted):
    """Lines that are made to measure: a function of the width draws them, again at each resize."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._draw: Callable[[int], Sequence[Line]] = lambda _width: ()

    def draw(self, make: Callable[[int], Sequence[Line]]) -> None:
        """Show what `make` returns for the widget's width."""
        self._draw = make
        self.redraw()

    def redraw(self) -> None:
        """Draw again; costs nothing on the wire where nothing differs."""
        if self.size.width:
            self.paint(self._draw(self.size.width)[: self.size.height])

    def fit(self) -> None:
        """Lines are cut and filled to the width."""
        self.redraw()
