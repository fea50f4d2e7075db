"""What the doctor says of the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import doctor
from tui.alerts.settings import Alert
from tui.config import Config, Display
from tui.options import Settings
from tui.surroundings import Surroundings

TMUX = Surroundings(term="tmux-256color", locale="C.UTF-8", ssh=True, multiplexer="tmux", promised=256)


def said(config: Config, around: Surroundings) -> dict[str, tuple[str, str]]:
    return {one.subject: (one.grade, one.text) for one in doctor.terminal(Settings(config=config), around)}


def test_one_line_says_what_was_found_what_was_chosen_and_why() -> None:
    grade, text = said(Config(display=Display(symbols="blocks")), TMUX)["display"]
    assert grade == "ok"
    assert text.startswith("ssh, tmux, TERM=tmux-256color, C.UTF-8: colours 256 (the terminal says so), ")
    assert text.endswith("symbols blocks (set), mouse off, up is green")


@pytest.mark.parametrize(
    ("script", "grade", "words"),
    [
        ("echo on", "ok", "passes them on"),
        ("echo all", "ok", "passes them on"),
        ("echo off", "note", "set -g allow-passthrough on"),
        ("exit 1", "note", "set -g allow-passthrough on"),
        (None, "note", "does not say"),
    ],
)
def test_whether_tmux_passes_desktop_notices_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, grade: str, words: str
) -> None:
    if script is not None:
        (tmp_path / "tmux").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "tmux").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = said(Config(alerts=(Alert(when="catalysts within 3d", sinks=("desktop",)),)), TMUX)["notices"]
    assert found[0] == grade
    assert words in found[1]


def test_tmux_is_not_asked_where_no_alert_wants_it() -> None:
    assert "notices" not in said(Config(), TMUX)
    assert "notices" not in said(
        Config(alerts=(Alert(when="catalysts within 3d", sinks=("desktop",)),)), Surroundings()
    )
