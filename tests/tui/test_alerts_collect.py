"""Alerts without a screen: collectors on one store against a loopback market run a command once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server import MarketServer, Stock, Truth
from tests.tui.fakes import board, trends
from tui.collect import report
from tui.live import Update

UNIVERSE = """\
# name: hand-made
# base_date: 2025-01-13
issuer,name,region,side,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,shares,shares_as_of
red,Red Cloud,CN,china,cloud,9001.HK,XHKG,HKD,1,true,,3000000000,2025-01-13
blue,Blue Cloud,US,peer,cloud,BLUE,XNAS,USD,1,true,,2000000000,2025-01-13
"""
NOTE = "import sys; print(sys.argv[2], file=open(sys.argv[1], 'a'))"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    truth = Truth()
    truth.add(Stock(symbol="9001.HK", price=88.35), Stock(symbol="BLUE", price=231.17))
    (tmp_path / "universe.csv").write_text(UNIVERSE)
    with MarketServer(truth) as server:
        (tmp_path / "config.toml").write_text(
            f'universe = "{tmp_path}/universe.csv"\n'
            f'[store]\nurl = "sqlite:///{tmp_path}/narrows.db"\n'
            '[providers]\norder = ["yahoo"]\n'
            f'[providers.yahoo]\nbase_url = "{server.url}"\n'
            '[[alerts]]\nname = "Priced"\nwhen = "basket.value_usd > 1m"\n'
            f"command = ['{sys.executable}', '-c', \"\"\"{NOTE}\"\"\", '{tmp_path}/told', '{{text}}']\n"
        )
        yield tmp_path


@contextmanager
def collecting(home: Path) -> Iterator[Iterator[str]]:
    """The lines that a collector logs, until it is told to end."""
    command = [sys.executable, "-m", "tui", "collect", "--config", str(home / "config.toml")]
    environ = {
        **os.environ,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home),
        "NO_PROXY": "*",
        "XDG_CACHE_HOME": os.environ["NARROWS_TEST_CACHE"],
    }
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        command, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        assert process.stderr is not None
        yield iter(process.stderr)
        process.send_signal(signal.SIGTERM)
        process.stderr.read()


def until(lines: Iterator[str], *words: str) -> str:
    """The first line that has all of the words."""
    read = []
    for line in lines:
        read.append(line)
        if all(word in line for word in words):
            return line
    raise AssertionError("".join(read))


def test_a_board_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="narrows")
    update = Update(board=board(), trends=trends())
    report(update)
    report(replace(update, again=True))
    assert caplog.text.count("board of") == 1


def test_a_command_runs_once_however_often_and_wherever_it_is_collected(home: Path) -> None:
    with collecting(home) as first:
        until(first, "alert: Priced: now $")
        until(first, "alert Priced: told by its command")
        with collecting(home) as second:
            until(second, "board of", "1 of 1 issuers priced")
    with collecting(home) as again:
        until(again, "board of", "1 of 1 issuers priced", "yahoo=ok")
    assert (home / "told").read_text().count("Priced: now $") == 1
