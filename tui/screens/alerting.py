"""Alerts on the monitor: a line at its foot until it has been looked at, the list, bell and desktop.

The first frame needs nothing of alerts, so what they are made of is imported after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.alerts.settings import Alert
from widgets.format import Format

if TYPE_CHECKING:
    from tui.alerts.notice import Notice
    from tui.alerts.view import AlertsView
    from tui.screens.alerts import AlertsScreen

MOST_UNSEEN = 99


class Alerting:
    """What the monitor has been told and its reader has not looked at.

    Args:
        monitor: The screen on which it is told.
        alerts: The alerts of the configuration.
        key: The key of the list, as people write it.
        show_foot: Shows pairs in the footer; without any the keys, as usual.
        go: Goes to a pane; with none it stays.
    """

    def __init__(  # noqa: PLR0913 - its ways to the monitor, by name
        self,
        monitor: Screen[object],
        alerts: tuple[Alert, ...],
        *,
        key: str,
        fmt: Format,
        show_foot: Callable[[list[tuple[str, str]]], None],
        go: Callable[[str | None], None],
    ) -> None:
        self._monitor = monitor
        self._alerts = alerts
        self._key = key
        self._fmt = fmt
        self._show_foot = show_foot
        self._go = go
        self._view: AlertsView | None = None
        self._listed: AlertsScreen | None = None
        self._unseen: tuple[Notice, ...] = ()

    def take(self, view: AlertsView, now: dt.datetime) -> None:
        """Tell what has just fired, and show in the list how all stand."""
        from tui.alerts import screen, terminal

        self._view = view
        terminal.tell(self._monitor.app, view, self._fmt.symbol_set)
        told = tuple(notice for notice in view.notices if "screen" in notice.watch.sinks)
        if self._listed is not None:
            self._listed.show(view.rows, now)
        elif told:
            self._unseen = (*self._unseen, *told)[-MOST_UNSEEN:]
            self._show_foot(screen.line(self._unseen, self._key))

    def open(self, now: dt.datetime) -> None:
        """Open the list; what it shows has been seen."""
        from tui.alerts.view import unread
        from tui.alerts.watches import watches
        from tui.screens.alerts import AlertsScreen

        self.dismiss()
        rows = unread(watches(self._alerts)) if self._view is None else self._view.rows
        self._listed = AlertsScreen(rows, now, self._fmt, self._snooze)
        self._monitor.app.push_screen(self._listed, self._close)

    def dismiss(self) -> None:
        """Give the foot back to the keys."""
        if self._unseen:
            self._unseen = ()
            self._show_foot([])

    def _close(self, pane: str | None) -> None:
        self._listed = None
        self._go(pane)

    def _snooze(self, key: str) -> None:
        if self._view is not None:
            self._view.snooze(key)
