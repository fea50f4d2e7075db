"""The live monitor, ended in every way there is, over and over: nothing of it stays, and it holds nothing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import MarketServer, Stock, Truth
from tests.terminal.live import REPETITIONS, furnish, holder, modes_left, still_open
from tests.terminal.screens import has_numbers
from tests.terminal.terminal import ALTERNATE_SCREEN, Terminal, set_size

pytestmark = pytest.mark.terminal

WITHIN = 2.0
FREE_WITHIN = 10.0

repeatedly = pytest.mark.parametrize("repetition", range(REPETITIONS))


@pytest.fixture(scope="module")
def market() -> Iterator[str]:
    truth = Truth()
    truth.add(Stock(symbol="9001.HK", price=88.35), Stock(symbol="BLUE", price=231.17))
    with MarketServer(truth) as server:
        yield server.url


@pytest.fixture
def home(tmp_path: Path, market: str) -> Path:
    furnish(tmp_path, market)
    return tmp_path


@contextmanager
def started(home: Path, *, ignore_hangup: bool = False, stdin: int | None = None) -> Iterator[Terminal]:
    """The monitor, once it polls."""
    args = ["--config", str(home / "config.toml")]
    with Terminal.run(args, home, ignore_hangup=ignore_hangup, stdin=stdin) as terminal:
        terminal.wait_for(has_numbers)
        terminal.wait_until(lambda: bool(holder(home)))
        yield terminal


def assert_nothing_is_left(terminal: Terminal, home: Path) -> None:
    assert not terminal.left_behind()
    assert not still_open(home)
    terminal.wait_until(lambda: not holder(home), FREE_WITHIN)


@repeatedly
@pytest.mark.parametrize(
    "end",
    [
        lambda terminal: terminal.press("q"),
        lambda terminal: terminal.press("ctrl+c", "ctrl+c"),
        lambda terminal: terminal.signal(signal.SIGTERM),
        lambda terminal: terminal.signal(signal.SIGHUP),
    ],
    ids=["q", "twice ctrl+c", "SIGTERM", "SIGHUP"],
)
def test_told_to_end_it_leaves_terminal_store_and_lease(
    home: Path,
    end: Callable[[Terminal], None],
    repetition: int,
) -> None:
    with started(home) as terminal:
        end(terminal)
        assert terminal.exit_status(WITHIN) == 0
        assert modes_left(terminal) == []
        assert_nothing_is_left(terminal, home)
        assert b"Traceback" not in terminal.output


@repeatedly
@pytest.mark.parametrize("ignore_hangup", [False, True], ids=["hang-up", "hang-up, SIGHUP ignored"])
def test_without_its_terminal_it_leaves_store_and_lease(
    home: Path,
    ignore_hangup: bool,  # noqa: FBT001 - a parameter
    repetition: int,
) -> None:
    with started(home, ignore_hangup=ignore_hangup) as terminal:
        terminal.hang_up()
        assert terminal.exit_status(WITHIN) == 0
        assert_nothing_is_left(terminal, home)


@repeatedly
def test_at_the_end_of_its_input_it_leaves_terminal_store_and_lease(home: Path, repetition: int) -> None:
    """Keys from one terminal, the picture on another: the first goes, the second is restored."""
    keys, stdin = os.openpty()
    set_size(stdin, 120, 40)
    with started(home, stdin=stdin) as terminal:
        os.close(stdin)
        os.close(keys)
        assert terminal.exit_status(WITHIN) == 0
        assert_nothing_is_left(terminal, home)


def test_without_a_terminal_for_its_keys_it_does_not_begin(home: Path) -> None:
    stdin, keys = os.pipe()
    os.close(keys)
    with Terminal.run(["--offline"], home, stdin=stdin) as terminal:
        os.close(stdin)
        assert terminal.exit_status(WITHIN) == 2
        assert "needs a terminal on stdin" in terminal.text()
        assert not terminal.has_mode(ALTERNATE_SCREEN)


def test_with_its_screen_sent_to_a_file_it_does_not_begin(home: Path) -> None:
    with Terminal(["sh", "-c", f"exec {sys.executable} -m tui --offline 2>errors"], home) as terminal:
        assert terminal.exit_status(WITHIN) == 2
    assert "needs a terminal on stdin, stdout and stderr" in (home / "errors").read_text(encoding="utf-8")


def test_it_clears_its_screen_before_it_leaves_it(home: Path) -> None:
    with Terminal.run(["--offline"], home) as terminal:
        terminal.wait_for(has_numbers)
        terminal.press("q")
        assert terminal.exit_status(WITHIN) == 0
        left = terminal.output.rindex(b"\x1b[?1049l")
        assert not terminal.output[terminal.output.rindex(b"\x1b[2J") : left].count(b"NARROWS")
