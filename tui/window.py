"""The size of the window, where the terminal does not say it: a serial line, a container, a minimised window.

Asked about such a terminal, one library answers 80 by 24 and another 80 by 25; the layout would go from the
one to the other for ever. So the terminal is told a size that all of them then read.
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from contextlib import suppress

COLUMNS, ROWS = 80, 24
_STANDARD_STREAMS = (0, 1, 2)


def give_size() -> None:
    """Set terminals among the standard streams that report no columns or no rows to 80 by 24."""
    for stream in _STANDARD_STREAMS:
        with suppress(OSError):  # no terminal, or one that has gone
            if 0 in os.get_terminal_size(stream):
                fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
