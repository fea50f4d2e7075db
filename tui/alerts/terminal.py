"""What a monitor writes to its terminal beside the screen: the bell and desktop notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import App

from tui.alerts import bell, desktop
from tui.alerts.view import AlertsView


def tell(app: App[Any], view: AlertsView, environ: Mapping[str, str]) -> None:
    """Ring and notify for what has just fired; not for a simulated market."""
    written = bell.sequence(view.notices) + desktop.sequence(view.notices, environ)
    driver = app._driver  # noqa: SLF001 - as App.bell and App.copy_to_clipboard do; there is no other way in
    if written and view.aloud and driver is not None:
        driver.write(written)
