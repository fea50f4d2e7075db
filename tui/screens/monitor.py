"""The monitor: header, ribbon, six panes, footer. Owns the keys; each pane owns how it looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from metrics.board import Board, ProviderView, Trends
from tui import keymap
from tui.engine import Engine
from tui.live import Update
from tui.options import Settings
from tui.panes import PaneArea
from tui.screens.alerting import Alerting
from tui.screens.explaining import Explaining
from tui.screens.filter_bar import FilterBar
from tui.screens.foot import Foot
from tui.screens.program_keys import ProgramKeys
from tui.screens.providers import ProvidersScreen
from tui.screens.remarks import RemarksScreen
from tui.screens.table_keys import TableKeys
from tui.screens.top_lines import TopLines
from tui.trouble import engine_down
from widgets.format import Format
from widgets.live_table import LiveTable
from widgets.options import DisplayOptions
from widgets.pane import Pane
from widgets.repaint import CroppingCompositor

TICK_SECONDS = 1.0


class MonitorScreen(TableKeys, ProgramKeys):
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
    FOOTER: ClassVar[tuple[str, ...]] = keymap.FOOTER
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.text, id=key.id, tooltip=key.tooltip, show=False)
        for key in keymap.on_screen()
    ]

    def __init__(
        self, first: Board | None, engine: Engine, options: DisplayOptions, settings: Settings
    ) -> None:
        super().__init__(settings)
        self._compositor = CroppingCompositor()
        self.active = keymap.PANES[0]
        self.zoomed = False
        self._on_the_way = False
        self.engine = engine
        self.options = options
        self.traffic: Callable[[], str] = str
        self.top = TopLines(options, self._label("view.remarks"))
        self.area = PaneArea()
        self.fmt = Format(symbol_set=options.symbols, zone=options.zone)
        keys = keymap.footer_pairs(self.FOOTER, settings.config.keys, replay=self.REPLAY)
        self.foot = Foot(options.symbols, keys)
        self.footer = self.foot.footer
        self.alerting = Alerting(
            self,
            settings.config.alerts,
            key=self._label("view.alerts"),
            fmt=self.fmt,
            show_foot=self.foot.tell,
            go=self._go_to,
        )
        self.explaining = Explaining(
            self,
            self.foot,
            self.fmt,
            look=lambda: (self._board, self.pane),
            copy_key=self._label("view.copy"),
        )
        self._board = first
        self._trends = Trends(timeframe="1M")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.top.header
        # Both dock at the top of what holds them: in one container they would cover each other.
        yield Container(self.top.ribbon, id="second-line")
        yield self.area
        yield self.footer

    def on_mount(self) -> None:
        """Paint what is known, and move the clock on from then."""
        self.foot.tell([])
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
        self._board = engine_down(self._board, text, self._now(self._board) + wait)
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
        self.top.show(
            board,
            self._now(board),
            always=always,
            paused=self.engine.paused,
            speed=self.speed,
            traffic=self.traffic,
        )

    def _label(self, name: str) -> str:
        return keymap.pressed(name, self.settings.config.keys, replay=self.REPLAY)

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
        self._on_the_way = True
        self.area.arrange_anew(self.active, zoomed=self.zoomed)
        self.call_after_refresh(self._focus_table)

    def _focus_table(self) -> None:
        self._on_the_way = False
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
        """The mouse may put the focus into another open pane; where keys lead, the focus only follows."""
        if self._on_the_way:
            return
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None and pane.form != "folded":
            self.active = pane.PANE_ID
            self.area.places.active = pane.PANE_ID

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

    def action_timeframe(self) -> None:
        """Trends of the next timeframe."""
        self.engine.next_timeframe()

    def action_peers(self) -> None:
        """The other peers."""
        self.engine.toggle_peers()

    def action_explain(self) -> None:
        """Explain the figure under the cursor."""
        self.explaining.open()

    def action_copy(self) -> None:
        """Copy it as a line that can be quoted."""
        self.explaining.copy()

    def action_whatif(self) -> None:
        """Suppose other multiples, or another rate."""
        self.explaining.suppose(self.options.names)

    def action_remarks(self) -> None:
        """Show what there is to know about the figures."""
        if self._board is not None:
            self.app.push_screen(RemarksScreen(self._board.remarks, self._now(self._board), self.fmt))

    def action_providers(self) -> None:
        """Show how every source is doing."""

        def look() -> tuple[tuple[ProviderView, ...], dt.datetime]:
            board = self._board
            return ((), dt.datetime.now(dt.UTC)) if board is None else (board.providers, self._now(board))

        self.app.push_screen(ProvidersScreen(look, self.fmt))

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
