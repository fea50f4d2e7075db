"""Fixtures of the program's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.screen import Screen

from tui.app import NarrowsApp
from tui.config import ENVIRONMENT


@pytest.fixture(autouse=True)
def virgin_home(tmp_path: Path, calendars: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that has never seen the program, in a terminal of today; built calendars are shared."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("NARROWS_CONFIG", *ENVIRONMENT):
        monkeypatch.delenv(variable, raising=False)
    for variable, folder in (("HOME", ""), ("XDG_CONFIG_HOME", ".config"), ("XDG_STATE_HOME", ".state")):
        monkeypatch.setenv(variable, str(home / folder))
    for variable in (
        "TMUX",
        "STY",
        "SSH_CONNECTION",
        "SSH_TTY",
        "SSH_CLIENT",
        "NO_COLOR",
        "VTE_VERSION",
        "LC_ALL",
    ):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")):
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(calendars))
    return home


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> Callable[[NarrowsApp], list[object]]:
    """What an app sends to the terminal from now on."""

    def watch(app: NarrowsApp) -> list[object]:
        seen: list[object] = []

        def display(_: Screen[object], renderable: object) -> None:
            seen.append(renderable)

        monkeypatch.setattr(app, "_display", display)
        return seen

    return watch
