"""The screen as a sink: one line instead of the keys in the footer, until it has been looked at."""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.notice import Notice


def line(notices: Sequence[Notice], key: str) -> list[tuple[str, str]]:
    """Pairs for the footer: how many notices there are, the newest of them, the key of the list."""
    sign = "ALERT" if len(notices) == 1 else f"{len(notices)} ALERTS"
    return [(sign, notices[-1].text), (key, "alerts")]
