"""Ending without waiting for threads that import or read: they must not hold up a reader who quits."""

from __future__ import annotations

import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn


class Unwaited(ThreadPoolExecutor):
    """Threads for the event loop, which does not wait for them when it ends."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the signature of its base
        """Let go of what has not begun, and of what has."""
        super().shutdown(wait=False, cancel_futures=True)


def leave(status: int) -> NoReturn:
    """End the process now. The store is closed by then, or was never opened; it survives worse."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
