"""The last Board beside the store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from feed import last_board

BOARD = b'{"schema":"narrows/1"}'


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/narrows.db"


def test_comes_back_by_universe(url: str) -> None:
    assert last_board.last(url, "default") is None
    assert last_board.keep(url, "default", BOARD)
    assert last_board.keep(url, "/home/me/my universe.toml", b"another")
    assert last_board.last(url, "default") == BOARD
    assert last_board.last(url, "/home/me/my universe.toml") == b"another"


def test_a_damaged_or_half_written_file_is_none(url: str) -> None:
    last_board.keep(url, "default", BOARD)
    path = last_board.place(url, "default")
    assert path is not None
    whole = path.read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], whole[:-1] + b"!", b"not ours at all, but long enough"):
        path.write_bytes(damaged)
        assert last_board.last(url, "default") is None


def test_a_disk_that_refuses_leaves_the_one_before(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    last_board.keep(url, "default", BOARD)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert not last_board.keep(url, "default", b"newer")
    assert last_board.last(url, "default") == BOARD
    path = last_board.place(url, "default")
    assert path is not None
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not last_board.keep(f"sqlite:///{tmp_path}/file/narrows.db", "default", BOARD)


@pytest.mark.parametrize("url", ["postgresql+psycopg://host/db", "sqlite://", "nonsense"])
def test_a_store_that_is_no_file_keeps_none(url: str) -> None:
    assert not last_board.keep(url, "default", BOARD)
    assert last_board.last(url, "default") is None


def test_loads_nothing_beyond_the_standard_library() -> None:
    heavy = "pandas numpy sqlalchemy msgspec exchange_calendars httpx textual"
    code = f"import sys, feed.last_board; sys.exit(any(m in sys.modules for m in '{heavy}'.split()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
