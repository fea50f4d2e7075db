"""Ends the monitor when its terminal goes away.

A terminal that has gone answers every read with nothing, which Textual takes for a pipe and asks again, at
the cost of a whole core; with SIGHUP ignored (nohup, some wrappers) that would go on for ever. A thread waits
at no cost for the hang-up of stdin; then the standard streams are pointed at nothing, so that no read spins
and no write fails, and the app is told to end.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable
from typing import Self

GRACE_SECONDS = 1.5


def terminate() -> None:
    """Ask this process to end, as if from outside: the app ends cleanly on SIGTERM."""
    os.kill(os.getpid(), signal.SIGTERM)


class HangupGuard:
    """Calls `gone` once when the terminal on `fd` hangs up; ends the process if that is not enough."""

    def __init__(self, gone: Callable[[], None] = terminate, fd: int = 0) -> None:
        self._gone = gone
        self._fd = fd
        self._ended = threading.Event()
        self._wake, self._awake = os.pipe()

    def __enter__(self) -> Self:
        threading.Thread(target=self._wait, name="hangup", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        os.write(self._awake, b".")

    def _wait(self) -> None:
        poller = select.poll()
        poller.register(self._fd, 0)  # a hang-up is reported whatever is asked for
        poller.register(self._wake, select.POLLIN)
        while not self._ended.is_set():
            events = dict(poller.poll())
            if self._fd in events and not self._ended.is_set():
                self._end()
                return

    def _end(self) -> None:
        silence()
        self._gone()
        if not self._ended.wait(GRACE_SECONDS):
            os._exit(0)


def silence() -> None:
    """Point stdin at a pipe that says nothing more and stdout and stderr at the null device.

    One byte waits in the pipe, for a reader that was told of the hang-up and reads only now.
    """
    quiet, kept_open = os.pipe()
    os.write(kept_open, b"\0")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 0)
    os.dup2(null, 1)
    os.dup2(null, 2)
