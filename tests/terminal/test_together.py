"""A collector, a monitor, a kiosk and a snapshot on one store, as processes, while Hong Kong trades."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.market_time import MarketTime
from tests.server import MarketServer, Stock, Truth
from tests.terminal.live import furnish, holder, modes_left
from tests.terminal.screens import has_numbers
from tests.terminal.terminal import ROOT, Terminal, environment

pytestmark = pytest.mark.terminal

OPEN = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
"""A Tuesday, eleven in the morning in Hong Kong."""
SPEED = 10.0
"""Market seconds in a real one: a poll each second and a half."""
SHARES = 3e9
WITHIN = 2.0


class Place:
    """A home with a configuration, a market, and a clock that all processes share."""

    def __init__(self, home: Path, server: MarketServer, time: MarketTime) -> None:
        self.home = home
        self.truth = server.truth
        self._time = time
        furnish(home, server.url)

    def command(self, *args: str) -> list[str]:
        program = [sys.executable, "-m", "bench.market_day", *self._time.arguments()]
        return [*program, *args, "--config", str(self.home / "config.toml")]

    def trade(self, price: float) -> None:
        self.truth.set_price("9001.HK", price)

    @property
    def value(self) -> float:
        """What the basket is worth at the prices that are served, USD."""
        return SHARES * self.truth.stocks["9001.HK"].price / self.truth.fx["HKD"]

    def snapshot(self) -> dict[str, Any]:
        done = subprocess.run(  # noqa: S603 - our own program
            self.command("snapshot", "--format", "json"),
            capture_output=True, text=True, cwd=ROOT, env=environment(self.home), timeout=50, check=True,
        )  # fmt: skip
        board: dict[str, Any] = json.loads(done.stdout)
        return board

    @contextmanager
    def monitor(self, *args: str) -> Iterator[Terminal]:
        with Terminal(self.command(*args), self.home) as terminal:
            terminal.wait_for(has_numbers)
            yield terminal


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    time = MarketTime(start=OPEN, speed=SPEED)
    truth = Truth(now=time.clock().now)
    truth.add(Stock(symbol="9001.HK", price=88.35), Stock(symbol="BLUE", price=231.17))
    with MarketServer(truth) as server:
        yield Place(tmp_path, server, time)


@pytest.fixture
def collector(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """`narrows collect`, once it has polled."""
    with subprocess.Popen(  # noqa: S603 - our own program
        place.command("collect"), cwd=ROOT, env=environment(place.home), stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        for row in process.stderr:
            if b"1 of 1 issuers priced" in row:
                break
        yield process
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def price_of(board: dict[str, Any]) -> float:
    (red,) = board["basket"]["constituents"]
    price: float = red["lines"][0]["price"]
    return price


def test_all_show_the_value_of_the_prices_that_are_served(
    place: Place, collector: subprocess.Popen[bytes]
) -> None:
    polls = holder(place.home)
    with place.monitor() as terminal:
        terminal.wait_for("follows")
        for price in (88.35, 91.2, 87.4):
            place.trade(price)
            terminal.wait_for(f"{price:.2f}")
            board = place.snapshot()
            assert price_of(board) == price
            assert board["basket"]["value_usd"] == pytest.approx(place.value, rel=1e-9)
            assert board["poller"]["role"] == "follows"
            assert f"${place.value / 1e9:.1f}" in terminal.text()
        assert holder(place.home) == polls
        terminal.press("q")
        assert terminal.exit_status(WITHIN) == 0
    assert collector.poll() is None


def test_a_kiosk_shows_what_the_collector_polls_and_does_nothing_else(
    place: Place, collector: subprocess.Popen[bytes]
) -> None:
    with place.monitor("--kiosk") as terminal:
        terminal.wait_for("follows")
        place.trade(91.2)
        terminal.wait_for("91.20")
        before = written(place.home)
        polls = holder(place.home)
        terminal.press("ctrl+z", "r", "p", "p", "s", "S", "y", "u", "t")
        place.trade(87.4)
        terminal.wait_for("87.40")
        assert not terminal.has_stopped(), "there is no shell to go back to"
        assert written(place.home) == before
        assert holder(place.home) == polls
        terminal.press("q")
        assert terminal.exit_status(WITHIN) == 0
        assert modes_left(terminal) == []
        assert not terminal.left_behind()
    assert collector.poll() is None


def written(home: Path) -> set[Path]:
    """Every file in the home but those of the store."""
    return {path for path in home.rglob("*") if path.is_file() and not path.name.startswith("narrows.db")}
