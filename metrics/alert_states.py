"""Whether a rule is due: what a Board says, beside what has been said before. No clock: time is an argument.

A rule fires when its condition comes to hold, and not again before the value has left the band: for `>= 7`
with a hysteresis of 0.2 that is below 6.8. A missing value changes nothing: it neither fires nor counts as
leaving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from metrics.alert_readings import Reading, Side, readings, ready
from metrics.alert_rules import Cross, Rule, Says
from metrics.alert_values import Value
from metrics.board import Board

Key = tuple[str, str]

FRIDAY = 4
LATECOMER = dt.timedelta(minutes=5)


class AlertState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of a rule and of one subject of it: a row of its list, or `""` for the rule itself.

    Attributes:
        armed: Whether it may fire: it has not yet, or its value has left the band since.
        side: Of a crossing, where the value stood last: below -1, above 1, not known 0.
        since: Since when it holds, where it has to for a while.
        session: Trading day on which it fired last.
        value: What it said then.
        board_at: As-of of the Board that changed it last.
    """

    rule: str
    subject: str = ""
    armed: bool = True
    side: Side = 0
    since: dt.datetime | None = None
    fired_at: dt.datetime | None = None
    session: dt.date | None = None
    value: str | float | None = None
    snoozed_until: dt.datetime | None = None
    board_at: dt.datetime | None = None

    @property
    def key(self) -> Key:
        """Under which it is kept."""
        return self.rule, self.subject


@dataclass(frozen=True, kw_only=True)
class Due:
    """A rule fires. It counts once its new state has been kept."""

    rule: Rule
    subject: str
    value: Value | None
    at: dt.datetime

    @property
    def key(self) -> Key:
        """Of its state."""
        return self.rule.key, self.subject


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """States that are new and what is due, sorted by key."""

    changed: tuple[AlertState, ...]
    due: tuple[Due, ...]


def evaluate(
    rules: Iterable[Rule], board: Board, states: Mapping[Key, AlertState], now: dt.datetime
) -> Outcome:
    """What a Board changes and what is due at `now`; no rule has an influence on another."""
    changed: dict[Key, AlertState] = {}
    due: dict[Key, Due] = {}
    for rule in rules:
        if not ready(rule, board):
            continue
        found = readings(rule, board, now)
        for reading in (*found, *_settled(rule, found, states)):
            before = states.get((rule.key, reading.subject))
            state = before or AlertState(rule=rule.key, subject=reading.subject)
            if _overtaken(state, board):
                continue
            after, fires = _step(rule, state, reading, now, quiet=snoozed(rule, states, now))
            if after != state:
                changed[after.key] = msgspec.structs.replace(after, board_at=board.as_of)
            if fires:
                due[after.key] = Due(rule=rule, subject=reading.subject, value=reading.value, at=now)
    return Outcome(
        changed=tuple(changed[key] for key in sorted(changed)), due=tuple(due[key] for key in sorted(due))
    )


def snoozed(rule: Rule, states: Mapping[Key, AlertState], now: dt.datetime) -> bool:
    """Whether the rule has been told to be quiet."""
    own = states.get((rule.key, ""))
    return own is not None and own.snoozed_until is not None and now < own.snoozed_until


def session_day(now: dt.datetime) -> dt.date:
    """The trading day at an instant: Asia opens after midnight UTC, New York closes before the next.

    A weekend belongs to its Friday.
    """
    day = now.astimezone(dt.UTC).date()
    return day - dt.timedelta(days=max(0, day.weekday() - FRIDAY))


def next_look(
    rules: Iterable[Rule], states: Mapping[Key, AlertState], now: dt.datetime
) -> dt.datetime | None:
    """When a rule may become due without a new Board: a span has run, a snooze ends."""
    known = {rule.key: rule for rule in rules}
    moments = []
    for state in states.values():
        rule = known.get(state.rule)
        if rule is None:
            continue
        if state.since is not None and state.armed:
            moments.append(state.since + rule.lasting)
        if state.snoozed_until is not None:
            moments.append(state.snoozed_until)
    return min((moment for moment in moments if moment > now), default=None)


def _overtaken(state: AlertState, board: Board) -> bool:
    """Whether the state is of a later Board already, which another process saw first.

    A Board from much earlier is no latecomer: the clock has been set back.
    """
    return state.board_at is not None and state.board_at - LATECOMER < board.as_of < state.board_at


def _settled(rule: Rule, found: Iterable[Reading], states: Mapping[Key, AlertState]) -> tuple[Reading, ...]:
    """Remarks that are gone: what they said has been put right, while another row that is gone is missing."""
    if rule.path.part != "remarks" or not isinstance(rule.test, Says):
        return ()
    here = {reading.subject for reading in found}
    gone = (subject for key, subject in states if key == rule.key and subject and subject not in here)
    return tuple(Reading(subject=subject, value=None, holds=False, left=True) for subject in gone)


def _step(
    rule: Rule, state: AlertState, reading: Reading, now: dt.datetime, *, quiet: bool
) -> tuple[AlertState, bool]:
    """The state after a reading, and whether the rule fires."""
    if reading.holds is None:
        return state, False
    quiet = quiet or _spent(rule, state, now)
    if isinstance(rule.test, Cross):
        fires = not quiet and _crosses(rule.test, state.side, reading.side)
        after = msgspec.structs.replace(state, side=reading.side or state.side)
        return (_fired(after, reading, now) if fires else after), fires
    if reading.left:
        return msgspec.structs.replace(state, armed=True, since=None), False
    if not reading.holds or not state.armed:
        return state, False
    since = state.since if state.since is not None and state.since <= now else now
    if rule.lasting:
        state = msgspec.structs.replace(state, since=since)
    if quiet or now - since < rule.lasting:
        return state, False
    return msgspec.structs.replace(_fired(state, reading, now), armed=False, since=None), True


def _fired(state: AlertState, reading: Reading, now: dt.datetime) -> AlertState:
    value = reading.value
    kept = value if isinstance(value, float) else None if value is None else str(value)
    return msgspec.structs.replace(state, fired_at=now, session=session_day(now), value=kept)


def _crosses(test: Cross, before: Side, after: Side) -> bool:
    way = {"either": (-1, 1), "above": (1,), "below": (-1,)}[test.direction]
    return before != 0 and after == -before and after in way


def _spent(rule: Rule, state: AlertState, now: dt.datetime) -> bool:
    """Whether it has fired as often as it may."""
    if rule.repeat == "session":
        return state.session == session_day(now)
    return rule.repeat == "once" and state.fired_at is not None
