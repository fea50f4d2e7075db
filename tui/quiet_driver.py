"""Driver that sleeps until a key comes: Textual's own wakes ten times a second to see whether it should end.

In a monitor that is left open that is half of what an idle program costs. Waits are limited only after input,
for as long as an escape sequence may still be unfinished; a byte in a pipe ends the thread at once.

It builds on Textual's private input parser, as `widgets.repaint` does on its compositor: the same range of
versions holds for both.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from typing import Any

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

READ_BYTES = 4096
CLEAR = "\x1b[2J"


class QuietDriver(LinuxDriver):
    """Textual's driver for POSIX terminals with another way to wait for input."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._ending, self._end = os.pipe()

    def stop_application_mode(self) -> None:
        """Clear before leaving: of a window that has grown tmux 3.3a leaves rows on the shell's screen."""
        self.write(CLEAR)
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Wake the thread, so that it ends without delay."""
        if self._key_thread is not None and self._key_thread.is_alive():
            os.write(self._end, b".")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Wait for input and pass on what it means, until the pipe says to end."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._ending, selectors.EVENT_READ)
            unfinished = False
            while True:
                # The parser asks for no less after Escape: `ESCDELAY` may say how long.
                limit = constants.ESCAPE_DELAY if unfinished else None
                ready = {key.fd for key, _ in selector.select(limit)}
                if self._ending in ready:
                    os.read(self._ending, READ_BYTES)
                    break
                unfinished = self.fileno in ready
                # Nothing to read is the end of a terminal: `tui.hangup` sees to that.
                if unfinished and (text := decode(os.read(self.fileno, READ_BYTES))):
                    for message in parser.feed(text):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        try:
            for _ in parser.feed(""):
                pass  # an unfinished sequence is nobody's key any more
        except (EOFError, ParseError):
            return
