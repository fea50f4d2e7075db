"""A tape in a real terminal: what the first line says, and that keys move it."""

from __future__ import annotations

from pathlib import Path

import pytest

from feed import tape_file
from tests.replay.polls import record
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal


def first_line(text: str) -> str:
    return text.split("\n", 1)[0]


def test_a_tape_is_replayed_from_a_time_and_moved_by_keys(tmp_path: Path) -> None:
    file = tmp_path / "day.tape"
    tape_file.write(file, record([[] for _ in range(60)], step=60.0)[1])
    config = tmp_path / "config.toml"
    config.write_text('[display]\nzone = "Asia/Hong_Kong"\n', encoding="utf-8")
    arguments = ("replay", str(file), "--from", "09:20", "--speed", "60", "--config", str(config))
    with Terminal.run(arguments, tmp_path) as terminal:
        terminal.wait_for(lambda screen: "REPLAY 2026-11-24 09:2" in first_line(screen))
        assert "×60" in first_line(terminal.text())
        terminal.press("space")
        terminal.wait_for(lambda screen: "PAUSED" in first_line(screen))
        terminal.press("T")
        terminal.wait_for("go to:")
        for key in "09:05":
            terminal.press(key)
        terminal.press("enter")
        terminal.wait_for(lambda screen: "REPLAY 2026-11-24 09:05" in first_line(screen))
        terminal.press(".")
        terminal.wait_for(lambda screen: "REPLAY 2026-11-24 09:06" in first_line(screen))
        terminal.press("q")
        assert terminal.exit_status(timeout=10) == 0
