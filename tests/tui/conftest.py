"""Fixtures of the program's tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.screen import Screen

from tui.app import NarrowsApp


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
