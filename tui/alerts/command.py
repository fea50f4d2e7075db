"""A command as a sink: a program with arguments, never a line for a shell."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

from tui.alerts import SinkError
from tui.alerts.notice import Notice

LONGEST_SECONDS = 30.0
_PLACE = re.compile(r"\{(text|name|when|said|at)\}")


def arguments(notice: Notice) -> tuple[str, ...]:
    """The command of a notice with its places filled, each once: what is filled in is not looked at again."""
    filling = {
        "text": notice.text,
        "name": notice.watch.title,
        "when": notice.watch.rule.when,
        "said": notice.said,
        "at": notice.at.isoformat(timespec="seconds"),
    }
    program, *rest = notice.watch.command
    return program, *(_PLACE.sub(lambda found: filling[found[1]], part) for part in rest)


async def send(notice: Notice, *, seconds: float = LONGEST_SECONDS) -> None:
    """Run the command and wait for its end; one that takes longer is killed with all that it has started.

    Raises:
        SinkError: when it cannot be started, takes too long or ends with another status than 0.
    """
    program, *rest = arguments(notice)
    try:
        process = await asyncio.create_subprocess_exec(
            program, *rest, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise SinkError(f"command {program}: cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(seconds):
            status = await process.wait()
    except TimeoutError as error:
        raise SinkError(f"command {program}: expected its end within {seconds:g} s; it was killed") from error
    finally:
        await _ended(process)
    if status:
        raise SinkError(f"command {program}: expected status 0, got {status}")


async def _ended(process: Process) -> None:
    """Kill the process group of a command that still runs."""
    if process.returncode is None:
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
