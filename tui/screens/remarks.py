"""The remarks: what a reader of the figures should know, the gravest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from metrics.board import RemarkView
from widgets.format import Format
from widgets.lines import harmless

GRAVEST = ("error", "warning", "info")
MOST_NAMED = 8
"""Subjects that are named of those of whom the same is said."""
NOTHING = "Nothing to remark."


class RemarksScreen(ModalScreen[None]):
    """One scrolling text; what comes from a source is text and nothing else."""

    CSS = """
    RemarksScreen { align: center middle; }
    RemarksScreen VerticalScroll {
        width: 96; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,enter", "dismiss", "close", show=False),
        Binding("j", "scroll_text(1)", show=False),
        Binding("k", "scroll_text(-1)", show=False),
    ]

    def __init__(self, remarks: Sequence[RemarkView], now: dt.datetime, fmt: Format) -> None:
        super().__init__()
        self._said = remarks_text(remarks, now, fmt)

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll() as box:
            box.border_title = "Remarks"
            box.border_subtitle = "Esc closes"
            yield Static(Content(self._said))

    def action_scroll_text(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)


def remarks_text(remarks: Sequence[RemarkView], now: dt.datetime, fmt: Format) -> str:
    """Every remark once: how grave, when, what it says, and of whom; what is said of many is said once."""
    alike: dict[tuple[int, str], list[RemarkView]] = {}
    for each in sorted(remarks, key=lambda each: each.subject):
        alike.setdefault((GRAVEST.index(each.severity), each.text), []).append(each)
    blocks = []
    for (grade, text), group in sorted(alike.items()):
        subjects = list(dict.fromkeys(each.subject for each in group))
        more = f" and {len(subjects) - MOST_NAMED} more" if len(subjects) > MOST_NAMED else ""
        named = f"{', '.join(subjects[:MOST_NAMED])}{more}"
        newest = fmt.moment(max(each.at for each in group), now)
        blocks.append(f"{GRAVEST[grade]}, {newest}: {harmless(named)}\n  {harmless(text)}")
    return "\n".join(blocks) or NOTHING
