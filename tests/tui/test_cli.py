"""The command line: what comes out, on which stream, with which exit status."""

from __future__ import annotations

import argparse
import csv
import io
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from tests.tui.fakes import NOW
from tests.tui.processes import ROOT, finished, python
from tui import cli, commands, compose, folders
from tui.options import Settings

PANES = ("basket", "share", "capex", "spreads", "models", "catalysts")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Each command sets up logging anew; leave none of it behind."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    hook = sys.excepthook
    yield
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook = hook


def parsed_from(arguments: list[str]) -> argparse.Namespace:
    return cli.parser().parse_args(arguments, argparse.Namespace(**cli.ABSENT))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("narrows ")


def test_version_imports_nothing_heavy() -> None:
    code = "import sys; from tui.cli import main; main(['--version']); print(sorted(sys.modules))"
    done = python(code)
    for module in ("textual", "rich", "msgspec", "pandas", "httpx", "sqlalchemy", "asyncio"):
        assert f"'{module}'" not in done.stdout


# Arguments that cannot be, and the words that say why.
USAGE = {
    "unknown command": (("dance",), "invalid choice"),
    "unknown option": (("snapshot", "--dance"), "--dance"),
    "no abbreviation": (("snapshot", "--form", "json"), "--form"),
    "unknown format": (("snapshot", "--format", "xml"), "'xml'"),
    "unknown pane": (("snapshot", "--pane", "gold"), "'gold'"),
    "not a day": (("snapshot", "--at", "yesterday"), "expected a day such as 2026-01-05"),
    "not a day of any year": (("snapshot", "--at", "2026-02-30"), "expected a day such as"),
    "a day to come": (("snapshot", "--at", "2999-01-01"), "has not happened yet"),
    "demo and offline": (("--demo", "--offline"), "exclude each other"),
    "demo and past": (("--demo", "--at", "2026-01-05"), "exclude each other"),
    "no peers": (("snapshot", "--peers", "eu"), "'eu'"),
    "no such universe": (("snapshot", "--offline", "--universe", "nowhere"), "nowhere"),
    "no such provider": (("snapshot", "--providers", "yahooo,ecb"), "yahooo"),
    "no such config": (("--config", "/nowhere/c.toml", "config", "show"), "/nowhere/c.toml"),
    "store of no kind": (
        ("snapshot", "--offline", "--store", "mysql://h/d"),
        "psycopg://…, got 'mysql://h/d'",
    ),
    "password in the list of processes": (
        ("snapshot", "--offline", "--store", "postgresql://u:secret@h/d"),
        "~/.pgpass, or set NARROWS_STORE",
    ),
    "log file": (("snapshot", "--offline", "--log-file", "/nowhere/at/all.log"), "cannot be written"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage_and_configuration_end_with_2_and_one_line(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, words = USAGE[name]
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.startswith("narrows: ")
    assert err.count("\n") == 1
    assert "secret" not in err


def test_global_options_work_before_and_after_the_command() -> None:
    for arguments in (
        ["--offline", "--universe", "x", "snapshot"],
        ["snapshot", "--universe", "x", "--offline"],
    ):
        parsed = parsed_from(arguments)
        assert (parsed.command, parsed.offline, parsed.universe) == ("snapshot", True, "x")


def test_command_line_lies_over_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "c.toml"
    file.write_text('peers = "global"\nuniverse = "a"\n[providers]\norder = ["yahoo"]\n', encoding="utf-8")
    monkeypatch.setenv("NARROWS_UNIVERSE", "b")
    arguments = ["--config", str(file), "--peers", "us", "--providers", "ecb,reference", "snapshot"]
    chosen = commands.settings(parsed_from(arguments))
    assert (chosen.peers, chosen.config.universe, chosen.config.order) == ("us", "b", ("ecb", "reference"))


def test_the_monitor_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "narrows snapshot" in capsys.readouterr().err


def test_schema_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_offline_snapshot_in_a_virgin_home_is_valid_full_and_claims_nothing_live(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert cli.main(["snapshot", "--offline", "--format", "json"]) == 0
    board = json.loads(capsys.readouterr().out)
    jsonschema.validate(board, schema)
    assert board["mode"] == "offline"
    assert all(board[pane] for pane in PANES)
    assert all(row["lines"] for row in board["basket"]["constituents"])
    assert not board["basket"]["freshness"]["live_pct"]
    assert {provider["name"] for provider in board["providers"]} == {"reference"}


@pytest.mark.parametrize("pane", PANES)
def test_a_pane_alone_is_the_part_of_the_whole(pane: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["snapshot", "--offline", "--format", "json", "--pane", pane, "--at", "2026-07-24"]) == 0
    part = json.loads(capsys.readouterr().out)
    assert cli.main(["snapshot", "--offline", "--format", "csv", "--pane", pane, "--at", "2026-07-24"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    if pane == "basket":
        assert float(rows[0]["market_cap_usd"]) == part["constituents"][0]["market_cap_usd"]


@pytest.mark.parametrize("layout", ["table", "markdown"])
def test_printed_forms_name_mode_date_and_every_pane(layout: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["snapshot", "--offline", "--format", layout]) == 0
    text = capsys.readouterr().out
    for words in (
        "offline",
        "reference of",
        "Basket value",
        "global AI",
        "Capex",
        "spreads",
        "Model gap",
        "Catalysts",
    ):
        assert words in text
    assert "\x1b" not in text
    assert "nan" not in text.lower().split()


def test_a_day_before_everything_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["snapshot", "--offline", "--at", "1990-01-01"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "1990-01-01" in err


def test_unwritable_home_prints_all_the_same_with_a_warning(
    virgin_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A file where the state folder should be: nobody can write there, root neither.
    (virgin_home / "blocked").write_text("", encoding="utf-8")
    monkeypatch.setattr(folders, "state_folder", lambda: virgin_home / "blocked" / "narrows")
    assert cli.main(["snapshot", "--offline", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["mode"] == "offline"
    assert "Nothing is remembered" in err


def test_a_store_that_was_chosen_and_cannot_be_used_ends_with_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cli.main(["snapshot", "--offline", "--store", f"sqlite:///{tmp_path}/file/x/n.db"]) == 4
    assert "store" in capsys.readouterr().err.lower()


def test_a_damaged_store_ends_with_4_and_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "n.db"
    store.write_bytes(b"this is no database" * 100)
    assert cli.main(["snapshot", "--offline", "--store", f"sqlite:///{store}"]) == 4
    assert str(store) in capsys.readouterr().err
    assert store.read_bytes() == b"this is no database" * 100


def test_config_commands(virgin_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "path"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.is_relative_to(virgin_home)
    assert not path.exists()
    assert cli.main(["config", "init"]) == 0
    written = path.read_text(encoding="utf-8")
    assert cli.main(["config", "init"]) == 2
    assert path.read_text(encoding="utf-8") == written
    capsys.readouterr()
    assert cli.main(["config", "show"]) == 0
    assert json.loads(capsys.readouterr().out)["refresh"]["quotes"] == 15


def test_universe_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["universe", "check"]) == 0
    assert cli.main(["universe", "show", "note-2026-01"]) == 0
    assert "Tencent" in capsys.readouterr().out
    bad = tmp_path / "bad.csv"
    bad.write_text("what,is\nthis,?\n", encoding="utf-8")
    assert cli.main(["universe", "check", str(bad)]) == 2
    assert cli.main(["snapshot", "--offline", "--universe", str(bad)]) == 2
    assert bad.read_text(encoding="utf-8") == "what,is\nthis,?\n"


def test_doctor_offline_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--offline"]) == 0
    text = capsys.readouterr().out
    for subject in ("config", "universe", "store", "clock", "terminal", "XHKG", "reference"):
        assert subject in text
    assert "broken" not in text
    assert (
        "TERM=xterm-256color, C.UTF-8: colours truecolor (the terminal says so), symbols braille (UTF-8)"
        in text
    )


def test_doctor_names_a_damaged_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "n.db"
    store.write_bytes(b"this is no database" * 100)
    assert cli.main(["doctor", "--offline", "--store", f"sqlite:///{store}"]) == 4
    assert "broken store" in " ".join(capsys.readouterr().out.split())


def test_a_bug_ends_with_1_says_so_and_logs_the_traceback(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        "from tui import cli, logs, commands; from pathlib import Path\n"
        f"commands.schema = lambda _: (logs.start(Path({str(log)!r})), {{}}['lost'])\n"
        "raise SystemExit(cli.main(['schema']))"
    )
    done = python(code)
    assert done.returncode == 1
    assert "This is a bug" in done.stderr
    assert "Traceback" not in done.stderr
    assert "KeyError: 'lost'" in log.read_text(encoding="utf-8")


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = f"{sys.executable} -m tui schema | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = finished("/bin/bash", "-c", code)
    assert done.returncode == 0
    assert done.stderr == ""


def test_demo_never_opens_the_live_store(virgin_home: Path) -> None:
    store, remarks = compose.open_store(Settings(demo=True), NOW)
    assert (store, remarks) == (None, ())
    assert not list(virgin_home.rglob("*.db"))


def test_collect_logs_each_board_and_ends_cleanly_on_a_signal() -> None:
    arguments = [sys.executable, "-m", "tui", "collect", "--offline"]
    with subprocess.Popen(  # noqa: S603 - our own program
        arguments, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stderr is not None
        assert any("board of" in line for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in process.stderr.read()
