"""`narrows tape` and what `narrows replay` refuses, from the command line to the exit status."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed import tape_file
from feed.store import Store
from feed.tape import Tape
from tests.feed.test_tape_in_store import TODAY, saved
from tests.replay.polls import record
from tui import cli, commands
from tui.errors import UsageError
from tui.options import Settings
from tui.replay_command import plan_of, tape_of


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """`main` sets an exception hook; leave none behind."""
    hook, handlers = sys.excepthook, logging.getLogger().handlers[:]
    yield
    sys.excepthook = hook
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store with a tape of twelve frames on it."""
    url = f"sqlite:///{tmp_path}/narrows.db"
    store = Store.open(url)
    saved(store, 12)
    store.close()
    return url


def test_a_day_is_listed_exported_and_listed_again(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["tape", "list", "--store", url]) == 0
    assert f"{TODAY}  01:00-01:02 UTC      12 frames" in capsys.readouterr().out
    file = tmp_path / "day.tape"
    assert cli.main(["tape", "export", str(TODAY), str(file), "--store", url]) == 0
    assert "12 frames from 2026-11-24 01:00 to 2026-11-24 01:02 UTC" in capsys.readouterr().out
    assert cli.main(["tape", "list", str(file)]) == 0
    assert "universe test: 2 issuers, 2 lines" in capsys.readouterr().out
    assert tape_file.read(file).flaws == ()


def test_a_file_that_is_there_is_not_overwritten(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "day.tape"
    file.write_text("mine")
    assert cli.main(["tape", "export", str(TODAY), str(file), "--store", url]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_the_simulated_market_fills_a_tape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "demo.tape"
    arguments = ["tape", "demo", str(file), "--hours", "0.02", "--universe", "note-2026-01"]
    assert cli.main(arguments) == 0
    assert "5 frames from 2026-07-27 01:20" in capsys.readouterr().out
    assert tape_file.read(file).reels[0].base.universe.name == "note-2026-01"


REFUSED = {
    "no such day": (("tape", "export", "2026-11-20", "x.tape"), 3, "nothing of 2026-11-20 is on the tape"),
    "no day": (("tape", "export", "yesterday", "x.tape"), 2, "expected a day"),
    "too few names": (("tape", "export"), 2, "tape export DAY FILE"),
    "no hours": (("tape", "demo", "x.tape", "--hours", "0"), 2, "--hours"),
    "no folder": (("tape", "demo", "nowhere/x.tape"), 2, "no folder"),
    "no file": (("tape", "list", "missing.tape"), 2, "got 'missing.tape'"),
    "no terminal": (("replay", "2026-11-24"), 2, "needs a terminal"),
    "no pace": (("replay", "2026-11-24", "--speed", "fast"), 2, "--speed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_said(case: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, status, words = REFUSED[case]
    assert cli.main([*arguments, "--store", url]) == status
    assert words in capsys.readouterr().err


def test_an_empty_store_has_nothing_to_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tape", "list", "--store", f"sqlite:///{tmp_path}/none.db"]) == 3
    assert "nothing has been recorded" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_tape_is_said_and_nothing_to_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.tape"
    file.write_bytes(b"narrows-tape 1\n{}\n")
    assert cli.main(["tape", "list", str(file)]) == 3
    assert "The end of the file is missing" in capsys.readouterr().err
    file.write_bytes(b"narrows-tape 7\n")
    assert cli.main(["tape", "list", str(file)]) == 3
    assert "update Narrows" in capsys.readouterr().err


def test_from_and_to_are_times_on_the_tape() -> None:
    tape = Tape.of(record([[] for _ in range(20)], step=60.0)[1])
    plan = plan_of(tape, speed=60.0, start="01:05", end="01:10", zone=dt.UTC)
    assert (plan.start.minute, plan.end.minute) == (5, 10)
    whole = plan_of(tape, speed=60.0, start=None, end=None, zone=dt.UTC)
    assert (whole.start, whole.end) == (tape.first, tape.last)
    with pytest.raises(UsageError, match="--from: expected a time from"):
        plan_of(tape, speed=60.0, start="09:00", end=None, zone=dt.UTC)
    with pytest.raises(UsageError, match="--to: expected a time from"):
        plan_of(tape, speed=60.0, start="01:10", end="01:05", zone=dt.UTC)


def test_a_replay_reads_the_store_and_leaves_it_as_it_is(url: str, tmp_path: Path) -> None:
    chosen = commands.settings(arguments_of("replay", str(TODAY), "--store", url))
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert isinstance(chosen, Settings)
    assert len(tape_of(chosen, str(TODAY)).reels) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path in before} == before


def arguments_of(*names: str) -> argparse.Namespace:
    return cli.parser().parse_args(list(names), argparse.Namespace(**cli.ABSENT))
