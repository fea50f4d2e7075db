"""`narrows collect`: the poller without a screen. One log line per Board, on stderr or in the log file."""

from __future__ import annotations

import asyncio
import logging
import signal

from tui import checks, logs
from tui.live import Live, Update
from tui.options import Settings

log = logging.getLogger("narrows")


def run(settings: Settings) -> int:
    """Poll and store until a signal comes.

    Raises:
        ProgramError: when it cannot run.
    """
    checks.before_the_screen(settings)
    logs.start(settings.log_file, to_stderr=True)
    asyncio.run(_collect(settings))
    return 0


async def _collect(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    polling = asyncio.create_task(Live(settings, report).run())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, polling.cancel)
    await asyncio.wait([polling])
    if not polling.cancelled():
        polling.result()


def report(update: Update) -> None:
    """Log what a Board says in one line."""
    if update.again:
        return
    board = update.board
    states = " ".join(f"{provider.name}={provider.state}" for provider in board.providers)
    log.info(
        "board of %s: %d of %d issuers priced, value %s USD, %s",
        board.as_of.isoformat(timespec="seconds"),
        board.basket.coverage.priced,
        board.basket.coverage.issuers,
        board.basket.value_usd,
        states,
    )
