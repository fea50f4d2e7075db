"""The app: holds the engine and the monitor's screen together, and ends in every way that it must.

Only messages reach the widgets; an error in the engine is shown and tried again, never the end of the screen.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import logging
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import ClassVar

from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled, WorkerFailed, WorkerState

from metrics.board import Board
from tui import display, keymap
from tui.away import Away, span
from tui.cut_cells import forget_if_many
from tui.digest import digest
from tui.display import wants_clicks
from tui.engine import Engine
from tui.errors import ProgramError
from tui.leaving import Unwaited
from tui.live import Live, Update
from tui.options import Settings
from tui.outlet import Outlet
from tui.quiet_driver import QuietDriver
from tui.rungs import rungs
from tui.screens.digest import DigestScreen
from tui.screens.monitor import MonitorScreen
from tui.screens.palette import Palette
from tui.step_down import COLOUR_SYSTEMS, StepDown
from tui.stopping import take_terminal_once
from tui.surroundings import Surroundings, here
from tui.window import give_size
from widgets.format import Format

log = logging.getLogger("narrows")

RESTART_SECONDS = 30.0
END_SECONDS = 1.2
NOT_IN_PALETTE = ("app.palette", "app.interrupt", "app.suspend")
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

MakeEngine = Callable[[Settings, Callable[[Update], None]], Engine]


class NarrowsApp(App[None]):
    """The monitor.

    Attributes:
        around: What the program runs in.
        failure: Why the app ended, when that was an error of its user's; its status is the exit status.
    """

    TITLE = "Narrows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", id="app.interrupt", show=False, priority=True)
    ]
    ENABLE_COMMAND_PALETTE = True

    class Updated(Message):
        """A new Update has been computed."""

        def __init__(self, update: Update) -> None:
            super().__init__()
            self.update = update

    def __init__(
        self,
        settings: Settings,
        first: Board | None,
        engine: MakeEngine = Live,
        around: Surroundings | None = None,
    ) -> None:
        super().__init__()
        chosen = settings.config.display
        self.around = around or here()
        steps = rungs(chosen, self.around)
        self.no_color = steps.colours == "none"
        self.console._color_system = COLOUR_SYSTEMS[steps.colours]  # noqa: SLF001 - Textual makes the console itself
        self._step_down = StepDown(steps)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self.failure: ProgramError | None = None
        self.kiosk = settings.kiosk
        self.outlet = Outlet(
            titled=chosen.title,
            clicks_only=wants_clicks(chosen, self.around),
            symbols="ascii" if self.around.multiplexer == "screen" else steps.symbols,
        )
        self.engine = engine(settings, self._deliver)
        self.monitor = self.make_monitor(first, settings)
        self.away = Away()
        self.monitor.traffic = self.outlet.traffic.words
        self.set_keymap(keymap.overrides(settings.config.keys))
        self._interrupts = keymap.bound_to("app.interrupt", settings.config.keys)

    def make_monitor(self, first: Board | None, settings: Settings) -> MonitorScreen:
        """The screen of the monitor."""
        options = display.options(settings.config.display, self.around)
        return MonitorScreen(first, self.engine, options, settings)

    def get_default_screen(self) -> Screen[object]:
        """The monitor is the only screen that stays."""
        return self.monitor

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, but for those of `NO_COLOR`, which send greys, and last what steps down."""
        own = [one for one in super().get_line_filters() if not isinstance(one, Monochrome | NoColor)]
        return [*own, self._step_down] if self._step_down.enabled else own

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, and of its driver for terminals the one that sleeps."""
        chosen = super().get_driver_class()
        return QuietDriver if chosen is LinuxDriver else chosen

    def get_system_commands(
        self,
        screen: Screen[object],  # noqa: ARG002 - Textual's signature
    ) -> Iterable[SystemCommand]:
        """Every key of the monitor; not Textual's own, which write pictures and change the colours."""
        for key in keymap.on_screen(replay=self.monitor.REPLAY):
            if key.id not in NOT_IN_PALETTE:
                yield SystemCommand(key.tooltip, key.id, self._starting(key.action))

    def action_command_palette(self) -> None:
        """Open the palette, once."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell for a while; a kiosk has none."""
        if not self.kiosk:
            super().action_suspend_process()

    def on_mount(self) -> None:
        """End on the signals that end a terminal program; start the engine once the first frame is out."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Unwaited())
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, self.exit)
        if self._driver is not None and not self.is_headless:
            self.outlet.attach(self._driver)
            take_terminal_once(self._driver, self._paint_anew)
            self.app_resume_signal.subscribe(self, lambda _: self._paint_anew())
        self.call_after_refresh(self.start_engine)

    def _paint_anew(self) -> None:
        """Paint all of a terminal that has just been taken again, not what changed: it shows nothing."""
        self.outlet.limit_mouse()
        self.refresh()

    def start_engine(self) -> None:
        """Run the engine until the app ends."""
        gc.freeze()
        gc.enable()
        self.run_worker(self.engine.run(), name="engine", exit_on_error=False)

    def action_interrupt(self) -> None:
        """Ctrl+C, whatever screen is open."""
        self.monitor.action_interrupt()

    async def on_unmount(self) -> None:
        """Let the engine give back its lease and close the store; the terminal is restored by then."""
        with suppress(TimeoutError, WorkerCancelled, WorkerFailed):
            async with asyncio.timeout(END_SECONDS):
                await self.workers.wait_for_complete([one for one in self.workers if one.name == "engine"])

    @on(Updated)
    def show_update(self, event: Updated) -> None:
        """Put a Board on the screen and into the title."""
        self.outlet.show(event.update.board)
        self.monitor.show(event.update)
        self.away.show(event.update.board)
        forget_if_many()

    async def on_event(self, event: events.Event) -> None:
        """The first sign of the reader after a while away brings the digest, and a key does nothing else.

        A window that gets the focus or another size is a sign too, as is a terminal attached to tmux where
        that passes the focus on. The key that interrupts counts as the first of two.
        """
        if isinstance(event, events.Resize) and not self.is_headless:
            give_size()
        if isinstance(event, events.Key | events.Resize | events.AppFocus):
            back = self.away.sign()
            if back is not None:
                options = self.monitor.options
                fmt = Format(symbol_set=options.symbols, zone=options.zone)
                lines = digest(back.before, back.after, fmt, options.names)
                self.push_screen(DigestScreen(lines, span(back.seconds)))
                if isinstance(event, events.Key) and event.key not in self._interrupts:
                    return
        if isinstance(event, events.AppFocus | events.AppBlur):
            return  # nothing looks different, but Textual would paint everything anew
        await super().on_event(event)

    @on(Worker.StateChanged)
    def notice_failure(self, event: Worker.StateChanged) -> None:
        """End with the status of an error that its user must mend; show any other and start again later."""
        error = event.worker.error
        if event.worker.name != "engine" or event.state is not WorkerState.ERROR or error is None:
            return
        if isinstance(error, ProgramError):
            self.failure = error
            self.exit(return_code=error.status)
            return
        log.error("the engine stopped", exc_info=error)
        wait = dt.timedelta(seconds=RESTART_SECONDS)
        self.monitor.show_trouble(f"{type(error).__name__}: {error}", wait)
        self.set_timer(RESTART_SECONDS, self.start_engine)

    @property
    def bug(self) -> Exception | None:
        """The unexpected error that ended the app, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End on an unexpected error; Textual would print all local variables, keys and tokens among them."""
        self._close_messages_no_wait()

    def _deliver(self, update: Update) -> None:
        self.post_message(self.Updated(update))

    def _starting(self, action: str) -> Callable[[], None]:
        async def run() -> None:
            await self.monitor.run_action(action)

        def start() -> None:
            self.call_later(run)

        return start
