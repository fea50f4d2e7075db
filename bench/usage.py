"""What a process uses: processor time and memory."""

from __future__ import annotations

import ctypes
import os
import time
from typing import NamedTuple

import psutil

MEGABYTE = 1e6


class Memory(NamedTuple):
    """Megabytes.

    Attributes:
        resident: All pages that are in memory.
        proportional: Where pages that several processes share count by their share.
        own: Without pages that others could use too.
    """

    resident: float
    proportional: float
    own: float


def cpu_seconds(process: int) -> float:
    """Processor time to the nanosecond, of all threads, those that have ended included.

    A process's table of times counts in hundredths of a second, its schedule by thread.
    """
    clock = ctypes.c_int()
    error = ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(clock))
    if error:
        raise OSError(error, os.strerror(error))
    return time.clock_gettime(clock.value)


def memory(process: int) -> Memory:
    """What is in memory of a process now."""
    found = psutil.Process(process).memory_full_info()
    return Memory(found.rss / MEGABYTE, found.pss / MEGABYTE, found.uss / MEGABYTE)
