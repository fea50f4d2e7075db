"""What a monitor writes to its terminal beside the screen: the bell and desktop notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from tui.alerts import bell, desktop
from tui.alerts.view import AlertsView
from tui.step_down import stepped
from tui.surroundings import Surroundings, here
from widgets.format import SymbolSet


def tell(
    app: App[Any], view: AlertsView, symbols: SymbolSet, look: Callable[[], Surroundings] = here
) -> None:
    """Ring and notify for what has just fired; not for a simulated market."""
    driver = app._driver  # noqa: SLF001 - as App.bell and App.copy_to_clipboard do; there is no other way in
    if not view.notices or not view.aloud or driver is None:
        return
    around = look()
    written = bell.sequence(view.notices, around) + desktop.sequence(view.notices, around)
    if written:
        driver.write(stepped(written, symbols))
