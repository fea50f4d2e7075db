"""The monitor as a command: from settings to an exit status, with the terminal left as it was."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING, NoReturn

from tui import checks, logs
from tui.display import wants_mouse
from tui.hangup import HangupGuard
from tui.leaving import leave
from tui.options import Settings
from tui.title import RESTORE, SAVE
from tui.window import give_size

if TYPE_CHECKING:
    from tui.app import NarrowsApp

log = logging.getLogger("narrows")


def run(settings: Settings) -> NoReturn:
    """Run the monitor until it ends, and the process with it.

    Raises:
        ProgramError: when it cannot run: a bad universe, a store that cannot be used.
    """
    # What start-up makes stays: looking through it for garbage again and again would hold up the first frame.
    gc.disable()
    checks.before_the_screen(settings)
    logs.start(settings.log_file)

    from tui.app import NarrowsApp
    from tui.first_frame import first_board

    show(NarrowsApp(settings, first_board(settings)), settings)


def show(app: NarrowsApp, settings: Settings) -> NoReturn:
    """Run an app until it ends, and the process with it.

    Raises:
        ProgramError: when the app ended by an error of its user's.
    """
    give_size()
    titled = settings.config.display.title
    with HangupGuard():
        if titled:
            sys.stdout.write(SAVE)
            sys.stdout.flush()
        app.run(mouse=wants_mouse(settings.config.display, app.around))
        if titled:
            sys.stdout.write(RESTORE)
    if (error := app.failure or app.bug) is not None:
        raise error
    leave(app.return_code or 0)
