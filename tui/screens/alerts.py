"""The list of alerts: each with what the Board says now, how it stands, when it fired last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from providers.text import clean
from tui.alerts.view import AlertRow, Standing
from widgets.format import Format

NO_ALERTS = 'No alerts are set. Set one in the configuration: [[alerts]] when = "share.listed_pct >= 7"'
STANDINGS: dict[Standing, str] = {
    "armed": "waits",
    "lasting": "holds, not for long enough yet",
    "holds": "holds",
    "band": "has not gone back far enough",
    "missing": "no value",
    "early": "waits for a source",
    "snoozed": "snoozed",
}


class AlertList(OptionList):
    """The list; while none of it is on the screen a page up or down would raise in Textual 8.2.8."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


class AlertsScreen(ModalScreen[str | None]):
    """Two lines for each alert; ends with the pane to go to, if one was chosen.

    `snooze` makes the alert of a key quiet, or wakes it.
    """

    CSS = """
    AlertsScreen { align: center middle; }
    AlertsScreen AlertList {
        width: 96; max-width: 100%; height: auto; max-height: 100%;
        border: round ansi_cyan; padding: 0 1; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,a", "close", "close", show=False),
        Binding("n", "snooze", "snooze", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(
        self, rows: Sequence[AlertRow], now: dt.datetime, fmt: Format, snooze: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._snooze = snooze
        self._fmt = fmt
        self._rows = tuple(rows)
        self._lines = [described(row, now, fmt) for row in rows]

    def compose(self) -> ComposeResult:
        """One list."""
        options = [Option(Content(lines), id=str(number)) for number, lines in enumerate(self._lines)] or [
            Option(Content(NO_ALERTS), disabled=True)
        ]
        found = AlertList(*options)
        found.highlighted = 0 if self._rows else None
        found.border_title = "Alerts"
        found.border_subtitle = "n snoozes  Enter goes there  Esc closes"
        yield found

    def show(self, rows: Sequence[AlertRow], now: dt.datetime) -> None:
        """Show how the same alerts stand now; lines that say the same are left alone."""
        self._rows = tuple(rows)
        for number, row in enumerate(self._rows):
            lines = described(row, now, self._fmt)
            if lines != self._lines[number]:
                self._lines[number] = lines
                for found in self.query(AlertList):  # there is none as long as the screen is not composed
                    found.replace_option_prompt_at_index(number, Content(lines))

    @on(OptionList.OptionSelected)
    def go(self, event: OptionList.OptionSelected) -> None:
        """Go to the pane that an alert is about; one about none leaves the reader where he was."""
        self._end(self._rows[event.option_index].watch.pane)

    def action_close(self) -> None:
        """Back to the monitor."""
        self._end(None)

    def _end(self, pane: str | None) -> None:
        """Close once: a second Enter in quick succession would close the screen below too."""
        if self.is_current:
            self.dismiss(pane)

    def action_snooze(self) -> None:
        """Snooze the alert under the cursor, or wake it."""
        chosen = self.query_one(AlertList).highlighted
        if chosen is not None and chosen < len(self._rows):
            self._snooze(self._rows[chosen].watch.rule.key)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        found = self.query_one(AlertList)
        if rows > 0:
            found.action_cursor_down()
        else:
            found.action_cursor_up()


def described(row: AlertRow, now: dt.datetime, fmt: Format) -> str:
    """An alert in two lines: what it is; what the Board says, how it stands, and when it last fired."""
    rule = row.watch.rule
    when = clean(rule.when)
    named = f"{row.watch.name}   {when}" if row.watch.name else when
    standing = STANDINGS[row.standing]
    if row.snoozed_until is not None:
        standing = f"{standing} until {fmt.moment(row.snoozed_until, now)}"
    parts = [f"now {row.now}", standing]
    if row.fired_at is not None:
        parts.append(f"fired {fmt.moment(row.fired_at, now)}")
    if row.why is not None:
        parts.append(row.why)
    return f"{named}\n  {f' {fmt.symbols.dot} '.join(parts)}"
