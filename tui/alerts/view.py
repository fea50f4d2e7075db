"""How the alerts stand: one row for each, for the list on the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.alert_readings import Reading, readings, ready
from metrics.alert_rules import Cross
from metrics.alert_states import AlertState, Key, snoozed
from metrics.board import Board
from tui.alerts.notice import Notice, words
from tui.alerts.watches import Watch

Standing = Literal["armed", "lasting", "holds", "band", "missing", "early", "snoozed"]
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class AlertRow:
    """One alert as it stands.

    Attributes:
        now: What the Board says, in words.
        standing: `armed`: may fire. `lasting`: holds, but not for long enough yet. `holds`: has fired, or
            may not again in this session. `band`: has fired and not yet gone back far enough. `missing`: no
            value. `early`: no source has answered yet. `snoozed`: told to be quiet.
        why: Why there is no value, or what a sink has refused.
    """

    watch: Watch
    now: str
    standing: Standing
    fired_at: dt.datetime | None = None
    snoozed_until: dt.datetime | None = None
    why: str | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class AlertsView:
    """All alerts as they stand, and what has just been fired.

    Attributes:
        aloud: Whether it is heard outside the screen: not of a simulated market.
        snooze: Makes the alert of a key quiet, or wakes it.
    """

    rows: tuple[AlertRow, ...] = ()
    notices: tuple[Notice, ...] = ()
    aloud: bool = False
    snooze: Callable[[str], None] = lambda _key: None


def unread(watches: Sequence[Watch]) -> tuple[AlertRow, ...]:
    """The rows of alerts about which no Board has been asked yet."""
    return tuple(
        AlertRow(watch=watch, now=words(watch.rule.path, None), standing="early") for watch in watches
    )


def rows(
    watches: Sequence[Watch],
    board: Board,
    states: Mapping[Key, AlertState],
    now: dt.datetime,
    troubles: Mapping[str, str],
) -> tuple[AlertRow, ...]:
    """The rows of a Board. `troubles`: by rule, what its sinks have refused."""
    return tuple(_row(watch, board, states, now, troubles.get(watch.rule.key)) for watch in watches)


def _row(
    watch: Watch,
    board: Board,
    states: Mapping[Key, AlertState],
    now: dt.datetime,
    trouble: str | None,
) -> AlertRow:
    rule = watch.rule
    found = readings(rule, board, now)
    own = [state for state in states.values() if state.rule == rule.key]
    whole = states.get((rule.key, ""))
    quiet = snoozed(rule, states, now)
    return AlertRow(
        watch=watch,
        now=_now(watch, found),
        standing="snoozed"
        if quiet
        else "early"
        if not ready(rule, board)
        else _standing(watch, found, states),
        fired_at=max((state.fired_at for state in own if state.fired_at is not None), default=None),
        snoozed_until=whole.snoozed_until if quiet and whole is not None else None,
        why=trouble or next((reading.why for reading in found if reading.why), None),
    )


def _now(watch: Watch, found: Sequence[Reading]) -> str:
    """The value, or the rows that hold."""
    if len(found) == 1 and not found[0].subject:
        return words(watch.rule.path, found[0].value)
    holding = [reading.subject for reading in found if reading.holds]
    more = len(holding) - MOST_NAMED
    return ", ".join(holding[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "") if holding else "none"


def _standing(watch: Watch, found: Sequence[Reading], states: Mapping[Key, AlertState]) -> Standing:
    if found and all(reading.holds is None for reading in found):
        return "missing"
    if isinstance(watch.rule.test, Cross):
        return "armed"
    fresh = AlertState(rule=watch.rule.key)
    held = [states.get((watch.rule.key, one.subject), fresh) for one in found if one.holds]
    if any(state.armed and state.since is not None for state in held):
        return "lasting"
    if held:
        return "holds"
    within = (states.get((watch.rule.key, one.subject), fresh) for one in found if not one.left)
    return "band" if any(not state.armed for state in within) else "armed"
