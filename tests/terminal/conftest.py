"""Starts the monitor in a pseudo-terminal and sees to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.terminal.screens import has_numbers
from tests.terminal.terminal import Terminal


class Open(Protocol):
    """Starts the monitor and waits for its first figures."""

    def __call__(
        self, *args: str, size: tuple[int, int] = (120, 40), ignore_hangup: bool = False
    ) -> Terminal: ...


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(*args: str, size: tuple[int, int] = (120, 40), ignore_hangup: bool = False) -> Terminal:
            terminal = stack.enter_context(
                Terminal.run(args, tmp_path, size=size, ignore_hangup=ignore_hangup)
            )
            terminal.wait_for(has_numbers)
            return terminal

        yield start
