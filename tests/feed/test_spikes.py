"""Spikes: a close that its neighbours contradict is one wrong row."""

from __future__ import annotations

import datetime as dt

import pytest

from feed.spikes import spikes
from feed.vet import Gate
from providers.records import Close, Split
from tests.feed.support import TUESDAY_MORNING, close

FIRST = dt.date(2026, 11, 2)


def series(*values: float) -> list[Close]:
    return [close("0700.HK", FIRST + dt.timedelta(days=number), value) for number, value in enumerate(values)]


def days(*values: float, splits: tuple[Split, ...] = ()) -> list[int]:
    """Positions of the closes that are wrong."""
    found = spikes(series(*values), splits)
    return sorted((dt.date.fromisoformat(day) - FIRST).days for _, day in found)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ((100, 101, 10_100, 102, 103), [2]),
        ((100, 101, 1.0, 102, 103), [2]),
        ((100, 101, 210, 230, 240), []),  # it stays there
        ((100, 101, 190, 102, 103), []),  # wild, and possible
        ((100, 101, 102, 1030), [3]),  # the newest, in another unit
        ((100, 101, 102, 300), []),  # the newest, and possible
        ((100,), []),
        ((), []),
    ],
)
def test_which_closes_are_wrong(values: tuple[float, ...], wrong: list[int]) -> None:
    assert days(*values) == wrong


def test_a_split_explains_its_day() -> None:
    split = Split(source="s", symbol="0700.HK", day=FIRST + dt.timedelta(days=3), ratio=10)
    assert days(1000, 1010, 1020, 102, splits=(split,)) == []
    assert days(1000, 1010, 1020, 102) == [3]


def test_a_wrong_close_costs_one_row_and_leaves_a_remark() -> None:
    vetted = Gate({}, lambda _came: None).vet(series(100, 101, 10_100, 102), TUESDAY_MORNING)
    assert [one.close for one in vetted.records if isinstance(one, Close)] == [100, 101, 102]
    (remark,) = vetted.remarks
    assert remark.text == (
        "first: a close of 10100 on 2026-11-04, beside 101 of 2026-11-03 and 102 of 2026-11-05."
    )
