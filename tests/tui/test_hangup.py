"""The terminal goes away, or a signal comes: the monitor ends, quickly and cleanly."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.tui.processes import ROOT
from tui import hangup
from tui.hangup import HangupGuard

SECONDS = 30


def test_the_guard_notices_that_the_terminal_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    silenced, gone = threading.Event(), threading.Event()
    monkeypatch.setattr(hangup, "silence", silenced.set)
    master, slave = pty.openpty()
    with HangupGuard(gone.set, slave):
        assert not gone.is_set()
        os.close(master)
        assert gone.wait(SECONDS)
        assert silenced.is_set()
    os.close(slave)


def test_the_guard_goes_without_a_word_when_nothing_happened() -> None:
    master, slave = pty.openpty()
    gone = threading.Event()
    with HangupGuard(gone.set, slave):
        pass
    for thread in threading.enumerate():
        if thread.name == "hangup":
            thread.join(SECONDS)
    os.close(master)
    os.close(slave)
    assert not gone.is_set()


@contextmanager
def monitor(*, deaf: bool = False) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The monitor in a pseudo-terminal, once it has painted; `deaf`: with SIGHUP ignored, as under nohup."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "tui", "--offline"]
    if deaf:
        command = ["bash", "-c", 'trap "" HUP; exec "$@"', "bash", *command]
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environ, start_new_session=True
    )
    os.close(slave)
    seen = b""
    while b"NARROWS" not in seen:
        seen += os.read(master, 65536)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait()


@pytest.mark.terminal
@pytest.mark.parametrize("deaf", [False, True])
def test_a_lost_terminal_ends_the_monitor(deaf: bool) -> None:  # noqa: FBT001 - a parameter
    with monitor(deaf=deaf) as (process, master):
        os.close(master)
        assert process.wait(SECONDS) == 0


@pytest.mark.terminal
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_monitor_and_restores_the_terminal(number: signal.Signals) -> None:
    with monitor() as (process, master):
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        assert b"\x1b[?1049l" in rest(master)
        os.close(master)


@pytest.mark.terminal
def test_q_ends_the_monitor() -> None:
    with monitor() as (process, master):
        os.write(master, b"q")
        assert process.wait(SECONDS) == 0
        assert b"\x1b[?1049l" in rest(master)
        os.close(master)


def rest(master: int) -> bytes:
    """What the program still wrote before it ended."""
    seen = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            return seen
        if not part:
            return seen
        seen += part
