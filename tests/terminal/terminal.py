"""A program in a real pseudo-terminal: keys in, screen and bytes out.

Waiting is always for something: output that is ready, or the end of the program. pyte emulates the screen.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).parents[2]
ALTERNATE_SCREEN, CURSOR, MOUSE = 1049, 25, 1000

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
    "ctrl+p": "\x10",
    "ctrl+c": "\x03",
    "ctrl+z": "\x1a",
}


class NeverHappenedError(AssertionError):
    """What the test waited for did not come; the message shows the last screen."""


class Terminal:
    """A program started in a pseudo-terminal of its own session, with `home` as its home folder.

    Attributes:
        output: Every byte that the program has sent.
        started: When the program was started, by `time.monotonic`.
        last_output: When the newest byte of `output` came in.
    """

    def __init__(  # one argument for each thing that a terminal can differ in
        self,
        command: Sequence[str],
        home: Path,
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        ignore_hangup: bool = False,
        stdin: int | None = None,
    ) -> None:
        columns, rows = size
        self.output = bytearray()
        self._mark = 0
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master: int | None
        self._master, slave = os.openpty()
        set_size(slave, columns, rows)
        self.started = self.last_output = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - the program under test
            command,
            stdin=slave if stdin is None else stdin,
            stdout=slave,
            stderr=slave,
            cwd=home,
            env=environment(home) | dict(env or {}),
            start_new_session=True,
            preexec_fn=_in_child(ignore_hangup=ignore_hangup),  # noqa: PLW1509 - no threads are running here
        )
        os.close(slave)

    @classmethod
    def run(
        cls,
        args: Sequence[str],
        home: Path,
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        ignore_hangup: bool = False,
        stdin: int | None = None,
    ) -> Self:
        """Start `narrows` with `args`; `stdin`: a descriptor that it reads instead of the terminal."""
        command = [sys.executable, "-m", "tui", *args]
        return cls(command, home, size=size, env=env, ignore_hangup=ignore_hangup, stdin=stdin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, whatever state it is in."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    def press(self, *keys: str) -> None:
        """Type keys by name (`tab`, `shift+tab`, `up`) or as characters."""
        self.write("".join(KEYS.get(key, key) for key in keys).encode())

    def write(self, data: bytes) -> None:
        """Send bytes to the program, as a terminal would."""
        assert self._master is not None, "the terminal has hung up"
        os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window; the program gets SIGWINCH from the terminal."""
        assert self._master is not None, "the terminal has hung up"
        self._screen.resize(rows, columns)
        set_size(self._master, columns, rows)

    def hang_up(self) -> None:
        """Close the terminal: SIGHUP for the program, then an empty read of its input."""
        if self._master is not None:
            os.close(self._master)
            self._master = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def screen(self) -> list[str]:
        """The rows of the screen as they are now, after all output that is ready."""
        self._read(0)
        return [row.rstrip() for row in self._screen.display]

    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.screen())

    def wait_for(self, wanted: str | Callable[[str], object], timeout: float = 15) -> str:
        """Wait until the screen holds a text, or a predicate of it is true; the screen."""
        deadline = time.monotonic() + timeout
        while True:
            text = self.text()
            if wanted in text if isinstance(wanted, str) else wanted(text):
                return text
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise NeverHappenedError(f"waited {timeout} s for {wanted!r}; the screen:\n{self.text()}")

    def fileno(self) -> int:
        """What is readable when the program has sent something, for whoever watches several."""
        assert self._master is not None, "the terminal has hung up"
        return self._master

    def take_in(self) -> bool:
        """Take in what the program has sent; whether there was any."""
        return self._read(0)

    def settle(self, quiet: float = 0.4, timeout: float = 15) -> None:
        """Wait until the program has sent nothing for `quiet` seconds."""
        deadline = time.monotonic() + timeout
        while self._read(quiet):
            if time.monotonic() > deadline:
                raise NeverHappenedError(f"still sending after {timeout} s; the screen:\n{self.text()}")

    def watch(self, seconds: float) -> None:
        """Take in all output of the next `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._read(left) and self.process.poll() is not None:
                return

    def mark(self) -> None:
        """Count `bytes_since_mark` from here."""
        self._read(0)
        self._mark = len(self.output)

    def bytes_since_mark(self) -> bytes:
        """What the program has sent since `mark`."""
        self._read(0)
        return bytes(self.output[self._mark :])

    def exit_status(self, timeout: float = 2) -> int:
        """Status with which the program ended (negative: by a signal), once all its output is read.

        Raises:
            NeverHappenedError: if it is still there after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while self._master is not None and (left := deadline - time.monotonic()) > 0 and self._read(left):
            pass
        try:
            return self.process.wait(max(deadline - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            message = f"still running {timeout} s after it should have ended; the screen:\n"
            raise NeverHappenedError(message + "\n".join(self._screen.display)) from None

    def wait_until(self, condition: Callable[[], bool], timeout: float = 15) -> None:
        """Wait for something outside the screen; output is taken in meanwhile."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise NeverHappenedError(f"not so after {timeout} s; the screen:\n{self.text()}")
            self._read(0.02)

    def has_stopped(self) -> bool:
        """Whether the program has been stopped since this was asked before."""
        return os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG) is not None

    def is_cooked(self) -> bool:
        """Whether the terminal echoes, waits for whole lines and turns Ctrl+C into a signal, as a shell's."""
        assert self._master is not None, "the terminal has hung up"
        cooked = termios.ECHO | termios.ICANON | termios.ISIG
        flags: int = termios.tcgetattr(self._master)[3]
        return flags & cooked == cooked

    def left_behind(self) -> bool:
        """Whether any process of the program's group is still there."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def has_mode(self, number: int) -> bool:
        """Whether a private mode (`ALTERNATE_SCREEN`, `MOUSE`) was switched on and not off again."""
        switches = re.findall(rb"\x1b\[\?(?:\d+;)*%d(?:;\d+)*([hl])" % number, self.output)
        return bool(switches) and switches[-1] == b"h"

    def _read(self, timeout: float) -> bool:
        """Take in output that is ready within `timeout`; whether there was any."""
        got = False
        while self._master is not None and select.select([self._master], [], [], 0 if got else timeout)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # EIO: every process has closed its side
                return got
            if not data:
                return got
            self.last_output = time.monotonic()
            self.output += data
            self._stream.feed(data)
            got = True
        return got


def environment(home: Path) -> dict[str, str]:
    """A modern terminal's environment with nothing of the developer's own configuration in it.

    Calendars are taken from where the tests keep them, if they do.
    """
    cache = os.environ.get("NARROWS_TEST_CACHE")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        **({"XDG_CACHE_HOME": cache} if cache else {}),
    }


def set_size(descriptor: int, columns: int, rows: int) -> None:
    """Say how large a terminal is."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _in_child(*, ignore_hangup: bool) -> Callable[[], None]:
    def prepare() -> None:
        fcntl.ioctl(1, termios.TIOCSCTTY, 0)
        if ignore_hangup:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    return prepare
