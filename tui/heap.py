"""Keeps the C heap small: a process that stays open for weeks should give back what a poll borrows.

glibc gives every thread an arena of its own and keeps large blocks that were freed; frames are large and are
made in threads. One arena, and blocks from 64 kB on straight from the system, cost nothing that shows and
save 28 MB in the demo. Other C libraries have no such settings and need none.
"""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
SETTINGS = ((M_ARENA_MAX, 1), (M_TRIM_THRESHOLD, 128 * 1024), (M_MMAP_THRESHOLD, 64 * 1024))


def keep_small() -> bool:
    """Set the heap up; whether this C library let itself be set."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in SETTINGS)
