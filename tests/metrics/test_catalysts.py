"""Catalysts: what is next, then what has just been."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from metrics.catalysts import catalysts, explain
from providers.records import Event
from tests.metrics.ratio_markets import TODAY, market


def event(
    days: int, title: str, *, kind: Literal["ipo", "earnings"] = "ipo", estimated: bool = False
) -> Event:
    day = TODAY + dt.timedelta(days=days)
    return Event(source="calendar", day=day, kind=kind, region="CN", title=title, estimated=estimated)


EVENTS = (
    event(30, "later"),
    event(-1, "yesterday"),
    event(-90, "ninety days ago"),
    event(-91, "too long ago"),
    event(0, "today"),
    event(1, "tomorrow", estimated=True),
)


def test_the_future_comes_first_nearest_first_then_the_past_newest_first() -> None:
    rows = catalysts(market(events=EVENTS))
    assert [row.title for row in rows] == ["today", "tomorrow", "later", "yesterday", "ninety days ago"]
    assert [row.days for row in rows] == [0, 1, 30, -1, -90]


def test_an_inferred_day_is_marked() -> None:
    assert {row.title: row.estimated for row in catalysts(market(events=EVENTS))}["tomorrow"]


def test_nothing_known_is_an_empty_list() -> None:
    assert catalysts(market()) == ()
    assert explain((), market()) == {}


def test_the_countdown_can_be_explained() -> None:
    scene = market(events=EVENTS[5:])
    found = explain(catalysts(scene), scene)["catalysts[0].days"]
    assert found.inputs[0].day == TODAY + dt.timedelta(days=1)
    assert found.inputs[0].note == "the day is inferred, not announced"


def test_past_events_have_no_countdown() -> None:
    scene = market(events=EVENTS[1:2])
    assert explain(catalysts(scene), scene) == {}


@given(st.permutations([*EVENTS, event(0, "another"), event(-1, "a third", kind="earnings")]))
def test_the_order_of_the_events_changes_nothing(events: list[Event]) -> None:
    assert catalysts(market(events=events)) == catalysts(
        market(events=[*EVENTS, event(0, "another"), event(-1, "a third", kind="earnings")])
    )
