"""The help: every key that is really bound, from the keymap and the user's own changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui import keymap


class HelpScreen(ModalScreen[None]):
    """Keys by group, with the names by which the configuration rebinds them."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 80; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close", show=False),
        Binding("j", "scroll_text(1)", show=False),
        Binding("k", "scroll_text(-1)", show=False),
    ]

    def __init__(self, keys: Mapping[str, str], *, replay: bool = False) -> None:
        super().__init__()
        self._keys = keys
        self._replay = replay

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "Esc closes"
            yield Static(Content(help_text(self._keys, replay=self._replay)))

    def action_scroll_text(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)


def help_text(keys: Mapping[str, str], *, replay: bool = False) -> str:
    """The keymap by group: keys, the id that `[keys]` rebinds, what they do."""
    lines: list[str] = []
    group = ""
    for key in keymap.resolved(keys, replay=replay):
        if key.group != group:
            group = key.group
            lines += ["", group] if lines else [group]
        pressed = " ".join(keymap.label(one) for one in key.keys.split(","))
        lines.append(f" {pressed:<15} {key.id:<16} {key.tooltip}")
    lines += ["", 'Rebind a key in the configuration: [keys] "app.quit" = "Q"']
    return "\n".join(lines)
