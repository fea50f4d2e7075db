"""A canary stands wherever a secret may; every command and every failure is looked through for it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from feed import tape_file
from feed.replay import Player
from tests.server import MarketServer, Stock, Truth
from tui import cli
from tui.config import load
from tui.errors import ConfigError

ROOT = Path(__file__).parents[2]
CANARY = "c4n4ry"
NOBODY = "127.0.0.1:1"
UNIVERSE = """\
# name: hand-made
# base_date: 2025-01-13
issuer,name,region,side,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,shares,shares_as_of
red,Red Cloud,CN,china,cloud,9001.HK,XHKG,HKD,1,true,,3000000000,2025-01-13
blue,Blue Cloud,US,peer,cloud,BLUE,XNAS,USD,1,true,,2000000000,2025-01-13
"""
STORES = {
    "refused": f"postgresql+psycopg://narrows:{CANARY}@{NOBODY}/db",
    "refused, by parameter": f"postgresql+psycopg://{NOBODY}/db?user=narrows&password={CANARY}",
    "no such host": f"postgresql+psycopg://narrows:{CANARY}@host.invalid/db",
    "no port": f"postgresql+psycopg://narrows:{CANARY}@127.0.0.1:{CANARY}/db",
    "no driver": f"postgresql+nobody://narrows:{CANARY}@{NOBODY}/db",
    "no such option": f"postgresql+psycopg://narrows:{CANARY}@{NOBODY}/db?nonsense=1",
    "no kind of store": f"mysql://narrows:{CANARY}@{NOBODY}/db",
    "a user like an address": f"postgresql+psycopg://narrows@corp:{CANARY}@{NOBODY}/db",
    "odd signs": f"postgresql+psycopg://narrows:p@{CANARY}/@{NOBODY}/db",
}
MISTAKES = {
    "not ended": f'[providers.artificial_analysis]\nkey = "{CANARY}',
    "no table": f'[providers]\nartificial_analysis = "{CANARY}"',
    "one level too high": f'[providers]\nkey = "{CANARY}"',
    "a list for the store": f'[store]\nurl = ["postgresql://u:{CANARY}@h"]',
    "a connection string": f'[store]\nurl = "host=db user=narrows password={CANARY}"',
    "a misspelt key": f'[store]\nuri = "postgresql://u:{CANARY}@h"',
    "a list for a webhook": f'[[alerts]]\nwhen = "catalysts within 3d"\nwebhook = ["https://h/{CANARY}"]',
    "another kind of address": f'[providers.ecb]\nbase_url = "ftp://u:{CANARY}@h"',
    "another kind of webhook": f'[[alerts]]\nwhen = "catalysts within 3d"\nwebhook = "ftp://h/{CANARY}"',
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    truth = Truth()
    truth.add(Stock(symbol="9001.HK", price=88.35), Stock(symbol="BLUE", price=231.17))
    (tmp_path / "universe.csv").write_text(UNIVERSE)
    (tmp_path / "key").write_text(CANARY)
    (tmp_path / "key").chmod(0o600)
    with MarketServer(truth) as server:
        host = server.url.removeprefix("http://")
        (tmp_path / "config.toml").write_text(
            f'universe = "{tmp_path}/universe.csv"\n'
            f'[store]\nurl = "sqlite:///{tmp_path}/narrows.db"\n'
            '[providers]\norder = ["yahoo", "artificial_analysis", "ecb", "frankfurter", "lmarena"]\n'
            f'[providers.yahoo]\nbase_url = "{server.url}"\n'
            # Its key is refused, with status 401.
            f'[providers.artificial_analysis]\nkey = {{ file = "{tmp_path}/key" }}\n'
            f'base_url = "http://u:{CANARY}@{host}"\n'
            f'[providers.ecb]\nbase_url = "http://u:{CANARY}@{NOBODY}"\n'
            f'[providers.frankfurter]\nbase_url = "http://u:{CANARY}@host.invalid"\n'
            f'[providers.lmarena]\nbase_url = "http://u:{CANARY}@:80"\ntoken = "{CANARY}"\n'
            '[[alerts]]\nname = "Refused"\nwhen = "basket.value_usd > 1m"\n'
            f'command = ["false", "--token={CANARY}"]\nwebhook = "http://{NOBODY}/{CANARY}?token={CANARY}"\n'
            '[[alerts]]\nname = "Not found"\nwhen = "basket.value_usd > 2m"\n'
            f'command = ["/no/such/program", "{CANARY}"]\nwebhook = "http://{host}/{CANARY}"\n'
        )
        (tmp_path / "config.toml").chmod(0o600)
        yield tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
        "XDG_CACHE_HOME": os.environ["NARROWS_TEST_CACHE"],
    }  # fmt: skip


def said(home: Path, *arguments: str) -> str:
    """All that a command writes, to the terminal and to its log."""
    log = home / "log"
    command = [sys.executable, "-m", "tui", *arguments, "--config", str(home / "config.toml")]
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--log-file", str(log)],
        capture_output=True, text=True, cwd=home, env=environment(home), timeout=50, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def leaks(home: Path, texts: Sequence[str]) -> list[str]:
    """What has the canary in it: of what was said, and of all files that were written."""
    found = [text for text in texts if CANARY in text]
    kept = {home / "config.toml", home / "key"}
    files = [path for path in home.rglob("*") if path.is_file() and path not in kept]
    return found + [str(path) for path in files if CANARY.encode() in path.read_bytes()]


def test_neither_a_run_nor_what_it_leaves_shows_a_secret(home: Path) -> None:
    command = [sys.executable, "-m", "tui", "collect", "--config", str(home / "config.toml")]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stderr=subprocess.PIPE, text=True, cwd=home, env=environment(home)
    ) as process:
        assert process.stderr is not None
        lines: list[str] = []
        waited = {
            "alert Refused: webhook",
            "alert Not found: webhook",
            "artificial_analysis",
            "alert Refused: command",
        }
        for line in process.stderr:
            lines.append(line)
            waited = {words for words in waited if words not in line}
            if not waited:
                break
        listed = Path(f"/proc/{process.pid}/cmdline")
        texts = [listed.read_text()] if listed.exists() else []
        process.send_signal(signal.SIGTERM)
        lines.append(process.stderr.read())
    assert not waited, "".join(lines)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    texts += lines
    texts.append(said(home, "snapshot", "--format", "json"))
    texts.append(said(home, "doctor"))
    texts.append(said(home, "config", "show"))
    texts.append(said(home, "tape", "export", today, str(home / "exported.tape")))
    player = Player(tape_file.read(home / "exported.tape"))
    texts += [repr(player.go(number)) for number in range(len(player))]
    texts += [repr(player.notes)]
    assert "lmarena is left out" in texts[-1]
    assert leaks(home, texts) == []


@pytest.mark.parametrize("name", STORES)
def test_no_store_that_cannot_be_used_shows_its_password(
    home: Path, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NARROWS_STORE", STORES[name])
    assert cli.main(["snapshot", "--offline", "--config", str(home / "config.toml")]) in {2, 4}
    said = capfd.readouterr().err
    assert "store" in said.lower()
    assert leaks(home, [said]) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_no_mistake_in_a_configuration_shows_a_secret(tmp_path: Path, name: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(MISTAKES[name])
    path.chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert CANARY not in str(caught.value)
