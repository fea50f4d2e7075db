"""What somebody tries in the first minutes on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 60
FULL = Path("/dev/full")


def narrows(home: Path, *arguments: str, columns: int = 160) -> subprocess.CompletedProcess[str]:
    """The program in a home folder of its own, without a terminal."""
    return _run(home, [sys.executable, "-m", "tui", *arguments], columns)


def _run(home: Path, command: list[str], columns: int = 160) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NARROWS_"))
    }
    cache = os.environ["NARROWS_TEST_CACHE"]
    environment |= {"HOME": str(home), "COLUMNS": str(columns), "XDG_CACHE_HOME": cache}
    return subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, cwd=ROOT, timeout=SECONDS, check=False, env=environment
    )


def test_the_simulated_market_prints_a_board_that_says_what_it_is(tmp_path: Path) -> None:
    done = narrows(tmp_path, "snapshot", "--demo", "--pane", "share")
    assert (done.returncode, done.stderr) == (0, "")
    assert "DEMO simulated market" in done.stdout.splitlines()[0]
    assert "listed" in done.stdout


@pytest.mark.parametrize("columns", [60, 80])
def test_a_narrow_table_names_the_columns_that_it_leaves_out(tmp_path: Path, columns: int) -> None:
    """Never a column squeezed to nothing, never a figure of a headline broken in two."""
    done = narrows(tmp_path, "snapshot", "--offline", "--pane", "basket", columns=columns)
    lines = done.stdout.splitlines()
    assert all(len(line) <= columns for line in lines)
    assert "not shown for want of room" in done.stdout
    title = next(line for line in lines if line.startswith("Name"))
    row = next(line for line in lines if line.startswith("Tencent"))
    assert {"Last", "Day"} <= set(title.split())
    assert "434.60" in row.split()
    assert not any(line.startswith(("▲", "%", "bn")) for line in lines)


def test_a_reader_who_has_gone_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tui snapshot --offline | head -1"
    done = _run(tmp_path, ["/bin/sh", "-c", command])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Narrows, offline")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_said_and_is_no_bug(tmp_path: Path) -> None:
    done = _run(tmp_path, ["/bin/sh", "-c", f"{sys.executable} -m tui snapshot --offline > {FULL}"])
    assert done.returncode == 2
    assert done.stderr.startswith("narrows: the output cannot be written: ")
    assert done.stderr.count("\n") == 1


def test_a_universe_of_no_known_name_says_which_there_are(tmp_path: Path) -> None:
    done = narrows(tmp_path, "snapshot", "--offline", "--universe", "defualt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "default, note-2026-01" in done.stderr


def test_a_universe_with_a_row_that_cannot_be_used_says_so_beside_the_smaller_total(tmp_path: Path) -> None:
    shipped = (ROOT / "providers" / "reference" / "universes" / "default.csv").read_text(encoding="utf-8")
    mine = tmp_path / "mine.csv"
    mine.write_text(f"{shipped}nosuchissuer\n", encoding="utf-8")
    done = narrows(tmp_path, "snapshot", "--offline", "--pane", "share", "--universe", str(mine))
    assert done.returncode == 0
    assert "'nosuchissuer' is not among the shipped issuers" in done.stderr
    assert "universe check" in done.stderr
    assert done.stderr.count("\n") == 1
