"""The screen as a sink: one line instead of the keys in the footer, until it has been looked at."""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.notice import Notice

SIGN = "ALERT"


def line(notices: Sequence[Notice], key: str) -> list[tuple[str, str]]:
    """Pairs for the footer: the newest notice, how many came before it, the key of the list."""
    before = len(notices) - 1
    more = [(f"+{before}", "before")] if before else []
    return [(SIGN, notices[-1].text), *more, (key, "alerts")]
