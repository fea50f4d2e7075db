"""Sends the cells that changed and nothing beside them.

Textual crops an update on its right alone: a row is sent from the left edge of its widget to the last cell
that changed. Here an update begins where the change begins, steps over what did not change, and spares codes.
It builds on a private module of Textual, so `pyproject.toml` holds Textual to the version it was tested with.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor

RESET, SHORT_RESET = "\x1b[0m", "\x1b[m"


class CroppedUpdate(ChopsUpdate):
    """A partial update of exactly its spans."""

    def render_segments(self, console: Console) -> str:
        """Cursor movements and the cells of each changed span."""
        sent = []
        at: tuple[int, int] | None = None
        for y, start, stop in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, start), min(end, stop)
                if strip is None or left >= right:
                    continue
                if at != (left, y):
                    sent.append(_move(at, left, y))
                sent.append(strip.crop(left - x, right - x).render(console))
                at = (right, y)
        return "".join(sent).replace(RESET, SHORT_RESET)


def _move(at: tuple[int, int] | None, x: int, y: int) -> str:
    """The shortest way to a cell: forward on the same row, else by its address.

    After the last column of a terminal the cursor waits on it; nothing is further right, so no step forward
    ever starts from there.
    """
    if at is not None and at[1] == y and at[0] < x:
        return f"\x1b[{x - at[0]}C"
    return Control.move_to(x, y).segment.text


class CroppingCompositor(Compositor):
    """The compositor of a screen on which single cells change."""

    def render_partial_update(self) -> CroppedUpdate | None:
        """What has changed since the last update; `None`: nothing."""
        update = super().render_partial_update()
        return None if update is None else CroppedUpdate(update.chops, update.spans, update.chop_ends)
