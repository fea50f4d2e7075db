"""Files that several processes share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from providers.files import revise, user_folder, write_whole

ROOT = Path(__file__).parents[2]
COUNT = """
import sys
from pathlib import Path
from providers.files import revise
for _ in range(300):
    revise(Path(sys.argv[1]), lambda known: str(int(known or b"0") + 1).encode())
"""


def test_no_process_loses_what_another_wrote(tmp_path: Path) -> None:
    count = tmp_path / "count"
    command = [sys.executable, "-c", COUNT, str(count)]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]  # noqa: S603 - our own interpreter
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert count.read_bytes() == b"900"


def test_a_shared_file_of_any_size_is_read_within_bounds(tmp_path: Path) -> None:
    file = tmp_path / "shared"
    file.write_bytes(b"9" * 1_000_000)
    revise(file, lambda known: b"was empty" if not known else b"was read")
    assert file.read_bytes() == b"was empty"


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    write_whole(file, b"a long first version")
    write_whole(file, b"second")
    assert file.read_bytes() == b"second"
    assert list(file.parent.iterdir()) == [file]


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.mkdir()
    with pytest.raises(OSError, match="occupied"):
        write_whole(occupied, b"content")
    assert list(tmp_path.iterdir()) == [occupied]


def test_what_can_be_fetched_again_lies_apart_from_what_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert user_folder("cache") == tmp_path / "cache" / "narrows"
    assert user_folder("state") == tmp_path / "state" / "narrows"
    assert not list(tmp_path.iterdir())
