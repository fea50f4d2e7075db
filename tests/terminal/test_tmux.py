"""In tmux: attached from another size, and ended with its session."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.server import MarketServer, Stock, Truth
from tests.terminal.live import REPETITIONS, furnish, holder, still_open
from tests.terminal.screens import TITLES, framed, has_numbers
from tests.terminal.terminal import Terminal, environment

pytestmark = pytest.mark.terminal

WITHIN = 2.0

Tmux = Callable[..., str]


def whole(screen: str) -> bool:
    """Whether every pane stands open and has its figures, as in a window of 120 by 40."""
    return framed(screen) == set(TITLES) and has_numbers(screen)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[list[str]]:
    """The command of a tmux server of its own."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("tmux is not installed")
    command = [program, "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)  # noqa: S603 - our own server


@pytest.fixture
def tmux(tmp_path: Path, server: list[str]) -> Tmux:
    """Gives that server a command; what it says."""

    def run(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own server
            [*server, *arguments], cwd=tmp_path, env=environment(tmp_path), check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    return run


@pytest.fixture
def market() -> Iterator[str]:
    truth = Truth()
    truth.add(Stock(symbol="9001.HK", price=88.35), Stock(symbol="BLUE", price=231.17))
    with MarketServer(truth) as served:
        yield served.url


@pytest.fixture(params=range(REPETITIONS))
def repetition(request: pytest.FixtureRequest) -> int:
    """Which of the repetitions this is."""
    return int(request.param)


def start(tmux: Tmux, *arguments: str) -> None:
    """A session in which the monitor runs, 120 by 40."""
    tmux("new-session", "-d", "-x", "120", "-y", "40", sys.executable, "-m", "tui", *arguments)


def test_a_session_is_attached_from_another_size(tmp_path: Path, server: list[str], tmux: Tmux) -> None:
    def attached(columns: int, rows: int) -> Terminal:
        return Terminal([*server, "attach"], tmp_path, size=(columns, rows + 1))  # tmux has a line of its own

    start(tmux, "--offline")
    with attached(120, 40) as first:
        first.wait_for(whole)
        first.hang_up()
    with attached(80, 24) as second:
        second.wait_for(lambda screen: framed(screen) == {"1"} and has_numbers(screen))
        second.hang_up()
    with attached(120, 40) as third:
        third.wait_for(whole)
        third.press("q")
        third.exit_status(5)
    assert b"Traceback" not in third.output


@pytest.mark.usefixtures("repetition")
@pytest.mark.parametrize("command", ["kill-session", "kill-server"])
def test_the_end_of_its_session_leaves_store_and_lease(
    tmp_path: Path, server: list[str], tmux: Tmux, market: str, command: str
) -> None:
    furnish(tmp_path, market)
    start(tmux, "--config", str(tmp_path / "config.toml"))
    process = int(tmux("display-message", "-p", "#{pane_pid}"))
    with Terminal([*server, "attach"], tmp_path, size=(120, 41)) as terminal:
        terminal.wait_for(has_numbers, timeout=30)
        terminal.wait_until(lambda: bool(holder(tmp_path)))
        tmux(command)
        terminal.wait_until(lambda: not runs(process), WITHIN)
    assert not still_open(tmp_path)
    assert not holder(tmp_path)


def runs(process: int) -> bool:
    """Whether there is such a process; one that has ended waits for whoever takes over from the server."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
