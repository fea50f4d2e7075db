"""The last Board beside the store, or in a folder of the user's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from feed.last_board import LastBoard

BOARD = b'{"schema":"narrows/1"}'
SERVER = "postgresql+psycopg://alice:s3cret@db.example/narrows?options=-csearch_path%3Dnarrows"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/narrows.db" if request.param == "sqlite" else SERVER


def kept(url: str, tmp_path: Path, universe: str = "default") -> LastBoard:
    return LastBoard(url, universe, tmp_path / "state")


def file_of(board: LastBoard) -> Path:
    assert board.place is not None
    return board.place


def test_comes_back_by_universe(url: str, tmp_path: Path) -> None:
    first, second = kept(url, tmp_path), kept(url, tmp_path, "/home/me/my universe.toml")
    assert first.read() is None
    assert first.keep(BOARD)
    assert second.keep(b"another")
    assert first.read() == BOARD
    assert second.read() == b"another"


def test_a_damaged_or_half_written_file_is_none(url: str, tmp_path: Path) -> None:
    board = kept(url, tmp_path)
    board.keep(BOARD)
    whole = file_of(board).read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], whole[:-1] + b"!", b"not ours at all, but long enough"):
        file_of(board).write_bytes(damaged)
        assert board.read() is None


def test_a_disk_that_refuses_leaves_the_one_before(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = kept(url, tmp_path)
    board.keep(BOARD)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert not board.keep(b"newer")
    assert board.read() == BOARD
    assert list(file_of(board).parent.iterdir()) == [file_of(board)]


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not kept(f"sqlite:///{tmp_path}/file/narrows.db", tmp_path).keep(BOARD)
    assert not LastBoard(SERVER, "default", tmp_path / "file").keep(BOARD)


@pytest.mark.parametrize("url", ["sqlite://", "nonsense", "postgresql://host", "postgresql://[bad/db"])
def test_what_is_no_store_keeps_none(url: str, tmp_path: Path) -> None:
    assert not kept(url, tmp_path).keep(BOARD)
    assert kept(url, tmp_path).read() is None


@pytest.mark.parametrize("same", [
    SERVER.replace("s3cret", "changed"),
    SERVER.replace("alice:s3cret@", ""),
    SERVER.replace("postgresql+psycopg", "postgresql"),
    SERVER.replace("db.example", "DB.example"),
    f"{SERVER}&password=s3cret",
])  # fmt: skip
def test_a_server_is_known_again_whoever_logs_in_and_how(same: str, tmp_path: Path) -> None:
    kept(SERVER, tmp_path).keep(BOARD)
    assert kept(same, tmp_path).read() == BOARD


@pytest.mark.parametrize("other", [
    SERVER.replace("db.example", "db2.example"),
    SERVER.replace("db.example", "db.example:5433"),
    SERVER.replace("/narrows", "/other"),
    SERVER.replace("Dnarrows", "Dother"),
])  # fmt: skip
def test_another_server_database_or_schema_is_another_store(other: str, tmp_path: Path) -> None:
    kept(SERVER, tmp_path).keep(BOARD)
    assert kept(other, tmp_path).read() is None


def test_no_password_is_in_the_name_or_the_file(tmp_path: Path) -> None:
    board = kept(SERVER, tmp_path)
    board.keep(BOARD)
    assert "s3cret" not in str(file_of(board))
    assert "alice" not in str(file_of(board))
    assert file_of(board).read_bytes().endswith(BOARD)


def test_loads_nothing_beyond_the_standard_library() -> None:
    heavy = "pandas numpy sqlalchemy msgspec exchange_calendars httpx textual"
    code = f"import sys, feed.last_board; sys.exit(any(m in sys.modules for m in '{heavy}'.split()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
