"""The monitor: header, ribbon, six panes, footer. Owns the keys; each pane owns how it looks."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from metrics.board import Board, ProviderView, Trends
from tui import keymap
from tui.engine import Engine
from tui.live import Update
from tui.options import Settings
from tui.panes import PaneArea
from tui.screens.alerting import Alerting
from tui.screens.columns import ColumnsScreen
from tui.screens.filter_bar import FilterBar
from tui.screens.help import HelpScreen
from tui.screens.providers import ProvidersScreen
from tui.screens.remarks import RemarksScreen
from widgets.footer import Footer
from widgets.format import Format
from widgets.header import Header
from widgets.live_table import LiveTable
from widgets.options import DisplayOptions
from widgets.pane import Pane
from widgets.repaint import CroppingCompositor
from widgets.ribbon import Ribbon

TICK_SECONDS = 1.0
INTERRUPT_SECONDS = 2.0
FOOTER_KEYS = (
    "pane.next", "pane.zoom", "app.help", "table.sort", "table.filter", "view.timeframe", "view.peers",
    "app.palette", "feed.refresh", "feed.pause", "app.quit",
)  # fmt: skip


class MonitorScreen(Screen[object]):
    """Everything that is on the screen, and where the reader is in it.

    Attributes:
        active: The pane in use.
        zoomed: Whether it has the screen to itself.
        traffic: Says what has been sent in the last minute; asked once a minute: it costs bytes itself.
    """

    DEFAULT_CSS = """
    MonitorScreen { layout: vertical; background: ansi_default; }
    MonitorScreen #second-line { height: 1; }
    """
    AUTO_FOCUS = ""
    REPLAY: ClassVar[bool] = False
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_KEYS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.text, id=key.id, tooltip=key.tooltip, show=False)
        for key in keymap.on_screen()
    ]

    def __init__(
        self, first: Board | None, engine: Engine, options: DisplayOptions, settings: Settings
    ) -> None:
        super().__init__()
        self._compositor = CroppingCompositor()
        self.active = keymap.PANES[0]
        self.zoomed = False
        self.engine = engine
        self.options = options
        self.settings = settings
        self.traffic: Callable[[], str] = str
        self.header = Header(remarks_key=self._label("view.remarks"))
        self.ribbon = Ribbon()
        self.area = PaneArea()
        self.footer = Footer()
        self.alerting = Alerting(
            self,
            settings.config.alerts,
            key=self._label("view.alerts"),
            fmt=Format(symbol_set=options.symbols, zone=options.zone),
            show_foot=self._show_foot,
            go=self._go_to,
        )
        self._board = first
        self._trends = Trends(timeframe="1M")
        self._minute: dt.datetime | None = None
        self._sent = ""
        self._interrupted = float("-inf")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        # Both dock at the top of what holds them: in one container they would cover each other.
        yield Container(self.ribbon, id="second-line")
        yield self.area
        yield self.footer

    def on_mount(self) -> None:
        """Paint what is known, and move the clock on from then."""
        self._show_foot([])
        self._arrange()
        self._paint()
        self._ticking = self.set_interval(TICK_SECONDS, self._tick)

    # What comes from the engine

    def show(self, update: Update) -> None:
        """Show an Update in every pane at once."""
        self._board, self._trends = update.board, update.trends
        self._paint()
        if update.alerts is not None:
            self.alerting.take(update.alerts, self._now(update.board))

    def show_trouble(self, text: str, wait: dt.timedelta) -> None:
        """Say in the header, among the providers, that the engine has stopped, why, and when it goes on."""
        if self._board is None:
            self.notify(text, severity="error", markup=False)
            return
        engine = ProviderView(
            name="engine",
            state="down",
            last_ok=None,
            last_error=text,
            requests=0,
            latency_ms=None,
            next_try=self._now(self._board) + wait,
        )
        others = (view for view in self._board.providers if view.name != engine.name)
        self._board = msgspec.structs.replace(self._board, providers=(engine, *others))
        self._paint()

    @property
    def pane(self) -> Pane:
        """The pane in use."""
        return self.area.panes[self.active]

    @property
    def table(self) -> LiveTable:
        """The table of the pane in use."""
        return self.pane.table

    @property
    def speed(self) -> float | None:
        """Of a replay, market seconds per second."""
        return None

    def _now(self, board: Board) -> dt.datetime:
        return self.engine.now() or board.as_of

    def _paint(self) -> None:
        if self._board is None:
            return
        now = self._now(self._board)
        self.area.show(self._board, self._trends, now, self.options)
        self._tick(always=True)

    def _tick(self, *, always: bool = False) -> None:
        """Move clock and countdowns on; they show minutes, and seconds only while a provider waits."""
        board = self._board
        if board is None:
            return
        now = self._now(board)
        waiting = any(provider.next_try for provider in board.providers)
        minute = now.replace(second=0, microsecond=0)
        if always or waiting or minute != self._minute:
            if minute != self._minute:
                self._sent = self.traffic()
            self._minute = minute
            self.header.show(board, now, self.options, paused=self.engine.paused, speed=self.speed)
            self.ribbon.show(board, now, self.options, right=self._sent)

    def _show_foot(self, pairs: list[tuple[str, str]]) -> None:
        self.footer.show(pairs or self._footer_keys(), self.options.symbols)

    def _footer_keys(self) -> list[tuple[str, str]]:
        bound = {key.id: key for key in keymap.resolved(self.settings.config.keys, replay=self.REPLAY)}
        chosen = [bound[name] for name in self.FOOTER]
        shown = [(keymap.label(key.keys.split(",")[0]), key.text) for key in chosen]
        numbered = all(bound[f"pane.{name}"].keys == str(at) for at, name in enumerate(keymap.PANES, start=1))
        return [("1-6", "pane"), *shown] if numbered else shown

    def _label(self, name: str) -> str:
        """The first key of a binding, as people write it."""
        bound = keymap.resolved(self.settings.config.keys, replay=self.REPLAY)
        return next(keymap.label(key.keys.split(",")[0]) for key in bound if key.id == name)

    # Where the reader is

    def on_resize(self) -> None:
        """Another size may need another arrangement."""
        self._arrange()

    def on_screen_suspend(self) -> None:
        """Under another screen nothing ticks."""
        self._ticking.pause()

    def on_screen_resume(self) -> None:
        """Back again."""
        if self.is_mounted:
            self._ticking.resume()

    def _arrange(self) -> None:
        self.area.arrange_anew(self.active, zoomed=self.zoomed)
        self.call_after_refresh(self._focus_table)

    def _focus_table(self) -> None:
        if self.is_current and not self.query(FilterBar):
            self.set_focus(self.table)

    def _go(self, pane: str, *, zoomed: bool) -> None:
        if (pane, zoomed) != (self.active, self.zoomed):
            self.active, self.zoomed = pane, zoomed
            self._arrange()

    def _go_to(self, pane: str | None) -> None:
        if pane is not None:
            self.action_pane(pane)

    @on(Pane.OpenRequested)
    def open_pane(self, event: Pane.OpenRequested) -> None:
        """A folded pane was chosen."""
        self._go(event.pane.PANE_ID, zoomed=False)

    @on(Pane.ZoomRequested)
    def zoom_pane(self, event: Pane.ZoomRequested) -> None:
        """A title was clicked."""
        self._go(event.pane.PANE_ID, zoomed=not self.zoomed)

    @on(LiveTable.RowSelected)
    def zoom_selected(self) -> None:
        """Enter in a table."""
        self.action_zoom()

    @on(events.DescendantFocus)
    def follow_focus(self, event: events.DescendantFocus) -> None:
        """The mouse may put the focus into another open pane."""
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None and pane.form != "folded":
            self.active = pane.PANE_ID
            self.area.places.active = pane.PANE_ID

    @on(FilterBar.Changed)
    def filter_rows(self, event: FilterBar.Changed) -> None:
        """Filter while one types."""
        self.table.filter_by(event.text)

    @on(FilterBar.Closed)
    def close_filter(self) -> None:
        """Back to the table."""
        self.query(FilterBar).remove()
        self.set_focus(self.table)

    # Keys

    def action_pane(self, pane: str) -> None:
        """Go to a pane; a zoom goes with it."""
        self._go(pane, zoomed=self.zoomed)

    def action_step(self, steps: int) -> None:
        """Go to the pane after or before."""
        names = keymap.PANES
        self._go(names[(names.index(self.active) + steps) % len(names)], zoomed=self.zoomed)

    def action_zoom(self) -> None:
        """Zoom the pane, or bring it back."""
        self._go(self.active, zoomed=not self.zoomed)

    def action_back(self) -> None:
        """Leave the zoom; without one, drop the filter; without one, the alert at the foot."""
        if self.zoomed:
            self._go(self.active, zoomed=False)
        elif self.table.filter_text:
            self.table.filter_by("")
        else:
            self.alerting.dismiss()

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        self.table.sort_next()

    def action_reverse(self) -> None:
        """Reverse the order, where there is one."""
        if self.table.sort is not None:
            column, descending = self.table.sort
            self.table.sort_by(column, descending=not descending)

    async def action_filter(self) -> None:
        """Open the line in which a filter is typed."""
        if not self.query(FilterBar):
            await self.mount(FilterBar(self.table.filter_text), before=self.footer)

    def action_columns(self) -> None:
        """Choose the columns of the table."""
        table = self.table

        def leave_out(keys: frozenset[str] | None) -> None:
            if keys is not None:
                table.hide(keys)

        if len(table.columns) > 1:
            self.app.push_screen(ColumnsScreen(table.columns, table.hidden), leave_out)

    def action_timeframe(self) -> None:
        """Trends of the next timeframe."""
        self.engine.next_timeframe()

    def action_peers(self) -> None:
        """The other peers."""
        self.engine.toggle_peers()

    def action_remarks(self) -> None:
        """Show what there is to know about the figures."""
        if self._board is not None:
            fmt = Format(symbol_set=self.options.symbols, zone=self.options.zone)
            self.app.push_screen(RemarksScreen(self._board.remarks, self._now(self._board), fmt))

    def action_providers(self) -> None:
        """Show how every source is doing."""

        def look() -> tuple[tuple[ProviderView, ...], dt.datetime]:
            board = self._board
            return ((), dt.datetime.now(dt.UTC)) if board is None else (board.providers, self._now(board))

        fmt = Format(symbol_set=self.options.symbols, zone=self.options.zone)
        self.app.push_screen(ProvidersScreen(look, fmt))

    def action_alerts(self) -> None:
        """List the alerts."""
        self.alerting.open(self.engine.now() or dt.datetime.now(dt.UTC))

    def action_refresh(self) -> None:
        """Ask the providers now."""
        self.engine.refresh_now()

    def action_pause(self) -> None:
        """Stop polling, or go on."""
        self.engine.toggle_pause()
        self._tick(always=True)

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(self.settings.config.keys, replay=self.REPLAY))

    def action_palette(self) -> None:
        """Search all commands."""
        self.app.action_command_palette()

    def action_quit(self) -> None:
        """End."""
        self.app.exit()

    def action_suspend(self) -> None:
        """Stop, and let the shell go on."""
        self.app.action_suspend_process()

    def action_interrupt(self) -> None:
        """End when pressed twice within a moment."""
        now = time.monotonic()
        if now - self._interrupted <= INTERRUPT_SECONDS:
            self.app.exit()
        self._interrupted = now
        self.notify("Press Ctrl+C again to quit.", timeout=INTERRUPT_SECONDS, markup=False)
