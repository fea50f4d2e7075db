"""When a rule is due: once when its condition comes to hold, and not again before the value has left."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.alert_rules import Repeat, Rule, parse
from metrics.alert_states import AlertState, Key, Outcome, evaluate, next_look, session_day
from metrics.board import Board
from tests.metrics.alert_boards import DAY, NOW, alert_board

MINUTE = dt.timedelta(minutes=1)
A_DAY = dt.timedelta(days=1)

VALUES = st.lists(st.one_of(st.none(), st.integers(-15, 15).map(lambda tenths: tenths / 10)), max_size=40)
PROPERTY = settings(deadline=None)
BANDS = st.sampled_from([0.0, 0.2, 1.0])


@cache
def valued(value: float | None) -> Board:
    """A Board that says this value."""
    return alert_board(listed_pct=value)


class Watch:
    """Keeps the states from one Board to the next, as a store does."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        self.states: dict[Key, AlertState] = {}

    def see(self, board: Board, now: dt.datetime = NOW) -> Outcome:
        outcome = evaluate(self.rules, board, self.states, now)
        self.states |= {state.key: state for state in outcome.changed}
        return outcome

    def fires(self, board: Board, now: dt.datetime = NOW) -> list[str]:
        return [due.subject for due in self.see(board, now).due]


def fired(rule: Rule, values: Iterable[float | None], step: dt.timedelta = MINUTE) -> list[int]:
    """At which of the values, a step apart, the rule fires."""
    watch = Watch(rule)
    return [
        number for number, value in enumerate(values) if watch.see(valued(value), NOW + number * step).due
    ]


def always(when: str, hysteresis: float = 0.0) -> Rule:
    return parse(when, hysteresis=hysteresis, repeat="always")


@pytest.mark.parametrize(
    ("rule", "values", "at"),
    [
        (always("share.listed_pct >= 7"), (6.9, 7.0, 7.1, 6.9, 7.0), [1, 4]),
        (always("share.listed_pct > 7"), (7.0, 7.1), [1]),
        (always("share.listed_pct <= 7"), (7.1, 7.0, 7.1, 6.0), [1, 3]),
        (always("share.listed_pct < 7"), (7.0, 6.9), [1]),
        (always("share.listed_pct == 7", 0.1), (7.0, 7.1, 7.0, 7.2, 7.0), [0, 4]),
        (always("share.listed_pct >= 7", 0.2), (7.0, 6.9, 7.0, 6.8, 7.0, 6.7, 7.0), [0, 6]),
        (always("share.listed_pct <= 7", 0.2), (7.0, 7.1, 7.0, 7.3, 7.0), [0, 4]),
        (always("share.listed_pct crosses 7"), (6.9, 7.0, 7.1, 7.0, 6.9), [2, 4]),
        (always("share.listed_pct crosses 7", 0.2), (6.7, 7.1, 7.3, 6.9, 6.7), [2, 4]),
        (always("share.listed_pct crosses above 7"), (6.9, 7.1, 6.9, 7.1), [1, 3]),
        (always("share.listed_pct crosses below 7"), (6.9, 7.1, 6.9, 7.1), [2]),
    ],
)
def test_a_figure_fires_when_it_arrives_and_again_once_it_has_been_away(
    rule: Rule, values: Sequence[float], at: list[int]
) -> None:
    assert fired(rule, values) == at


@PROPERTY
@given(values=VALUES, band=BANDS)
def test_it_never_fires_twice_without_leaving_the_band(values: list[float | None], band: float) -> None:
    at = fired(always("share.listed_pct >= 0", band), values)
    for before, after in itertools.pairwise(at):
        between = [value for value in values[before:after] if value is not None]
        assert min(between) < -band


@PROPERTY
@given(values=VALUES, band=BANDS)
def test_a_crossing_never_fires_twice_on_one_side(values: list[float | None], band: float) -> None:
    at = fired(always("share.listed_pct crosses 0", band), values)
    sides = [values[number] for number in at]
    for before, after in itertools.pairwise(sides):
        assert before is not None
        assert after is not None
        assert (before > band and after < -band) or (before < -band and after > band)


@PROPERTY
@given(values=VALUES, when=st.sampled_from(["share.listed_pct >= 0", "share.listed_pct crosses 0"]))
def test_missing_values_change_nothing(values: list[float | None], when: str) -> None:
    rule = always(when)
    kept = [number for number, value in enumerate(values) if value is not None]
    assert fired(rule, values) == [kept[at] for at in fired(rule, [values[number] for number in kept])]


@PROPERTY
@given(values=VALUES)
def test_a_crossing_needs_two_values(values: list[float | None]) -> None:
    first = next((number for number, value in enumerate(values) if value is not None), len(values))
    assert first not in fired(always("share.listed_pct crosses 0"), values)


@PROPERTY
@given(
    rules=st.permutations(
        [
            always("share.listed_pct >= 1"),
            always("share.listed_pct crosses 0", 0.2),
            parse("share.listed_pct <= 0.5"),
            parse("catalysts within 3d"),
            parse("providers any down for 2m"),
        ]
    ),
    values=VALUES,
)
def test_the_order_of_rules_changes_nothing(rules: list[Rule], values: list[float | None]) -> None:
    here, there = Watch(*rules), Watch(*sorted(rules, key=lambda rule: rule.key))
    around = alert_board(events={"An offering": 2}, providers={"yahoo": "down"})
    for number, value in enumerate(values):
        board = msgspec.structs.replace(around, share=valued(value).share)
        assert here.see(board, NOW + number * MINUTE) == there.see(board, NOW + number * MINUTE)


@PROPERTY
@given(values=VALUES, repeat=st.sampled_from(["session", "always", "once"]))
def test_in_one_session_it_fires_once_unless_it_may_always(
    values: list[float | None], repeat: Repeat
) -> None:
    at = fired(parse("share.listed_pct >= 0", repeat=repeat), values)
    assert repeat == "always" or len(at) <= 1


def test_a_return_in_the_same_session_waits_for_the_next() -> None:
    watch = Watch(parse("share.listed_pct >= 7"))
    high, low = alert_board(listed_pct=7.1), alert_board(listed_pct=6.9)
    assert watch.fires(high) == [""]
    assert watch.fires(low) == []
    assert watch.fires(high, NOW + MINUTE) == []
    assert watch.fires(high, NOW + A_DAY) == [""]
    assert watch.fires(high, NOW + 2 * A_DAY) == []


def test_what_may_fire_once_never_fires_again() -> None:
    assert fired(parse("share.listed_pct >= 7", repeat="once"), (7, 6, 7, 6, 7), step=A_DAY) == [0]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-24T00:00:00Z", "2026-11-24"),
        ("2026-11-24T23:59:59Z", "2026-11-24"),
        ("2026-11-25T07:30:00+08:00", "2026-11-24"),
        ("2026-11-27T21:00:00Z", "2026-11-27"),
        ("2026-11-28T12:00:00Z", "2026-11-27"),
        ("2026-11-29T23:00:00Z", "2026-11-27"),
        ("2026-11-30T00:00:00Z", "2026-11-30"),
    ],
)
def test_a_session_goes_from_asia_s_opening_to_new_york_s_close(instant: str, day: str) -> None:
    assert session_day(dt.datetime.fromisoformat(instant)).isoformat() == day


def test_a_condition_has_to_last() -> None:
    watch = Watch(parse("providers any down for 10m"))
    down, well = alert_board(providers={"yahoo": "down", "ecb": "ok"}), alert_board(providers={"yahoo": "ok"})
    assert watch.fires(down) == []
    assert watch.fires(well, NOW + 5 * MINUTE) == []
    assert watch.fires(down, NOW + 6 * MINUTE) == []
    assert next_look(watch.rules, watch.states, NOW + 6 * MINUTE) == NOW + 16 * MINUTE
    assert watch.fires(down, NOW + 15 * MINUTE) == []
    assert watch.fires(down, NOW + 16 * MINUTE) == ["yahoo"]
    assert next_look(watch.rules, watch.states, NOW + 16 * MINUTE) is None


def test_a_clock_set_back_does_not_count_as_time_passed() -> None:
    watch = Watch(parse("providers any down for 10m"))
    down = alert_board(providers={"yahoo": "down"})
    assert watch.fires(down) == []
    assert watch.fires(down, NOW - A_DAY) == []
    assert watch.fires(down, NOW - A_DAY + 10 * MINUTE) == ["yahoo"]


def test_each_row_of_a_list_fires_by_itself() -> None:
    watch = Watch(parse("providers any down"))
    assert watch.fires(alert_board(providers={"yahoo": "down", "ecb": "ok"})) == ["yahoo"]
    assert watch.fires(alert_board(providers={"yahoo": "down", "ecb": "down"})) == ["ecb"]


def test_all_rows_fire_as_one() -> None:
    watch = Watch(parse("providers all down"))
    assert watch.fires(alert_board(providers={"yahoo": "down", "ecb": "ok"})) == []
    assert watch.fires(alert_board(providers={"yahoo": "down", "ecb": "down"})) == [""]
    assert Watch(parse("providers all down")).fires(alert_board(providers={})) == []


def test_events_fire_when_they_come_near_and_not_when_they_have_passed() -> None:
    watch = Watch(parse("catalysts within 3d"))
    board = alert_board(events={"today": 0, "soon": 3, "later": 4, "past": -1})
    near = [f"{DAY} today", f"{DAY + 3 * A_DAY} soon"]
    assert watch.fires(board) == near
    assert watch.fires(board) == []
    assert watch.fires(board, NOW + A_DAY) == [f"{DAY + 4 * A_DAY} later"]


def test_an_event_that_vanishes_and_comes_back_is_no_news() -> None:
    watch = Watch(parse("catalysts within 3d", repeat="always"))
    board = alert_board(events={"soon": 2})
    assert watch.fires(board)
    assert watch.fires(alert_board()) == []
    assert watch.fires(board) == []


def test_a_remark_that_is_gone_has_been_put_right() -> None:
    watch = Watch(parse("remarks any error", repeat="always"))
    board = alert_board(remarks=("store", "yahoo"))
    assert watch.fires(board) == ["store", "yahoo"]
    assert watch.fires(board) == []
    assert watch.fires(alert_board(remarks=("yahoo",))) == []
    assert watch.fires(board) == ["store"]


def test_a_time_to_come_a_time_passed_and_a_word() -> None:
    watch = Watch(
        parse("sessions[XHKG].next_change within 10m"),
        parse("basket.freshness.oldest_as_of older than 2h"),
        parse("sessions[XHKG].state == open"),
    )
    assert [due.rule.when for due in watch.see(alert_board()).due] == ["sessions[XHKG].state == open"]
    later = watch.see(alert_board(), NOW + 18 * MINUTE)
    assert [due.rule.path.part for due in later.due] == ["basket", "sessions"]


def test_a_list_of_names_is_asked_for_one() -> None:
    assert Watch(parse("basket.coverage.missing any kioxia")).fires(alert_board()) == [""]
    assert Watch(parse("basket.coverage.missing any tencent")).fires(alert_board()) == []


def test_a_snooze_is_quiet_until_it_ends() -> None:
    rule = always("share.listed_pct >= 7")
    watch = Watch(rule)
    watch.states[rule.key, ""] = AlertState(rule=rule.key, snoozed_until=NOW + 30 * MINUTE)
    high = alert_board(listed_pct=7.1)
    assert watch.fires(high) == []
    assert next_look(watch.rules, watch.states, NOW) == NOW + 30 * MINUTE
    assert watch.fires(high, NOW + 30 * MINUTE) == [""]


def test_a_crossing_within_a_snooze_is_not_told_later() -> None:
    rule = always("share.listed_pct crosses 7")
    watch = Watch(rule)
    watch.see(alert_board(listed_pct=6.0))
    watch.states[rule.key, ""] = AlertState(rule=rule.key, side=-1, snoozed_until=NOW + 30 * MINUTE)
    assert watch.fires(alert_board(listed_pct=8.0)) == []
    assert watch.fires(alert_board(listed_pct=8.0), NOW + 31 * MINUTE) == []


def test_a_snooze_of_a_list_is_for_all_its_rows() -> None:
    rule = parse("providers any down")
    watch = Watch(rule)
    watch.states[rule.key, ""] = AlertState(rule=rule.key, snoozed_until=NOW + 30 * MINUTE)
    assert watch.fires(alert_board(providers={"yahoo": "down"})) == []


def test_figures_of_the_reference_alone_fire_nothing() -> None:
    watch = Watch(parse("share.listed_pct >= 6"), parse("providers any down"))
    unanswered = alert_board(providers={"reference": "ok", "yahoo": "down"}, answered=False)
    assert [due.subject for due in watch.see(unanswered).due] == ["yahoo"]
    assert watch.fires(alert_board()) == [""]


@pytest.mark.parametrize("when", ["share.listed_pct >= 7", "share.listed_pct crosses 7"])
def test_a_board_that_another_process_has_overtaken_changes_nothing(when: str) -> None:
    watch = Watch(always(when))
    low, high = alert_board(listed_pct=6.9), later(alert_board(listed_pct=7.1), MINUTE)
    assert watch.fires(low) == []
    assert watch.fires(high) == [""]
    assert watch.see(low) == Outcome(changed=(), due=())
    assert watch.fires(high) == []


def test_a_clock_set_back_does_not_silence_alerts() -> None:
    watch = Watch(always("share.listed_pct >= 7"))
    low, high = alert_board(listed_pct=6.9), alert_board(listed_pct=7.1)
    assert watch.fires(later(high, A_DAY)) == [""]
    assert watch.fires(low) == []
    assert watch.fires(high) == [""]


def later(board: Board, span: dt.timedelta) -> Board:
    return msgspec.structs.replace(board, as_of=board.as_of + span)


def test_what_is_remembered_of_a_firing() -> None:
    watch = Watch(parse("share.listed_pct >= 6"), parse("catalysts within 3d"))
    watch.see(alert_board(events={"soon": 1}))
    figure, event = (
        watch.states["share.listed_pct >= 6", ""],
        next(state for state in watch.states.values() if state.subject),
    )
    assert figure == AlertState(
        rule="share.listed_pct >= 6", armed=False, fired_at=NOW, session=DAY, value=6.5, board_at=NOW
    )
    assert event.value == "2026-11-25"
