"""Explanations of changes in points, which several tables have."""

from __future__ import annotations

from metrics.board import Explanation, Input


def moved(  # noqa: PLR0913 - what moved, how far and since when, by name
    what: str,
    now: float | None,
    by: float | None,
    method: str,
    *,
    when: str = "at the previous closes",
    over: str = "since the previous closes",
) -> Explanation:
    """A change in points: now less what it was, which is known by the change. Values in per cent."""
    return Explanation(
        title=f"{what}: change {over}, in points",
        formula=f"now - {when}",
        inputs=(
            Input(label="now", value=now, unit="%"),
            Input(label=when, value=minus(now, by), unit="%"),
        ),
        method=method,
        worked="{0} - {1}",
    )


def minus(value: float | None, less: float | None) -> float | None:
    """A difference; missing where either is."""
    return None if value is None or less is None else value - less
