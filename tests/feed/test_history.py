"""History: wide frames on one share basis."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from feed.history import History
from providers.records import AnyRecord, Split
from tests.feed.support import close, rate

D1, D2, D3, D4 = (dt.date(2026, 3, day) for day in (2, 3, 4, 5))
TODAY = dt.date(2026, 6, 1)


def split(day: dt.date, ratio: float, symbol: str = "A") -> Split:
    return Split(source="first", symbol=symbol, day=day, ratio=ratio)


def history(*records: AnyRecord) -> History:
    made = History()
    made.add(records)
    return made


def column(made: History, symbol: str = "A", until: dt.date = TODAY) -> dict[Any, Any]:
    return made.frames(until).closes[symbol].to_dict()


def cell(frame: pd.DataFrame, day: dt.date, name: str) -> Any:
    return frame[name].to_dict()[day]


def test_closes_before_a_split_are_divided_by_its_ratio() -> None:
    made = history(close("A", D1, 100), close("A", D2, 110), close("A", D3, 11), split(D3, 10))
    assert column(made) == {D1: 10.0, D2: 11.0, D3: 11.0}


def test_a_restated_close_is_divided_only_by_later_splits() -> None:
    made = history(close("A", D1, 10, to=D3), split(D2, 10), split(D4, 2))
    assert column(made) == {D1: 5.0}


def test_a_split_to_come_changes_nothing_yet() -> None:
    made = history(close("A", D1, 100), split(D3, 10))
    assert column(made, until=D2) == {D1: 100.0}
    assert made.splits(D2) == ()
    assert column(made, until=D3) == {D1: 10.0}


def test_one_split_told_by_two_sources_counts_once() -> None:
    made = history(close("A", D1, 100), split(D3, 10), split(D4, 10), split(D3, 10))
    assert column(made) == {D1: 10.0}


def test_a_source_beats_the_reference_in_either_order() -> None:
    reference = close("A", D1, 1.0, source="the reference", to=D4)
    for first in (True, False):
        made = History()
        made.add([reference if first else close("A", D1, 2.0)], reference=first)
        made.add([close("A", D1, 2.0) if first else reference], reference=not first)
        frames = made.frames(TODAY)
        assert cell(frames.closes, D1, "A") == 2.0
        assert cell(frames.close_sources, D1, "A") == "first"


def test_a_later_share_basis_beats_an_earlier_one() -> None:
    made = history(close("A", D1, 10, to=D3), close("A", D1, 100))
    assert column(made) == {D1: 10.0}


def test_missing_is_nan_without_a_source() -> None:
    frames = history(close("A", D1, 1), close("B", D2, 2)).frames(TODAY)
    assert list(frames.closes.index) == [D1, D2]
    assert math.isnan(cell(frames.closes, D2, "A"))
    assert cell(frames.close_sources, D2, "A") is None


def test_fx_keeps_the_newest_rate_of_a_day() -> None:
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    made = history(rate("CNY", 7.1, noon + dt.timedelta(hours=1)), rate("CNY", 7.0, noon))
    assert cell(made.frames(TODAY).fx, D1, "CNY") == 7.1


def test_frames_are_the_same_objects_until_something_changes() -> None:
    made = history(close("A", D1, 1))
    before = made.frames(TODAY)
    made.add([close("A", D1, 1)])
    assert made.frames(TODAY).closes is before.closes
    made.add([rate("CNY", 7.0, dt.datetime(2026, 3, 2, tzinfo=dt.UTC))])
    assert made.frames(TODAY).closes is before.closes
    made.add([close("A", D2, 1)])
    assert made.frames(TODAY).closes is not before.closes


def test_grows_past_its_first_size() -> None:
    days = [D1 + dt.timedelta(days=offset) for offset in range(1_100)]
    made = history(*(close(f"S{number}", day, number + 1) for day in days for number in range(0, 70, 23)))
    frames = made.frames(dt.date(2030, 1, 1))
    assert frames.closes.shape == (1_100, 4)
    assert frames.closes["S69"].eq(70).all()


def test_a_copy_of_little_grows_too() -> None:
    made = history(close("A", D1, 1)).copy()
    made.add([close("A", D2, 2), close("B", D3, 3)])
    assert made.frames(TODAY).closes.shape == (3, 2)


@given(
    prices=st.lists(st.floats(1, 1e6), min_size=2, max_size=12),
    ratio=st.sampled_from([0.1, 0.5, 1.2, 2.0, 8.0, 10.0]),
    data=st.data(),
)
def test_a_split_changes_no_value(prices: list[float], ratio: float, data: st.DataObject) -> None:
    """Printed closes, a ratio lower from the split day on, stay worth what they were."""
    days = [D1 + dt.timedelta(days=offset) for offset in range(len(prices))]
    at = data.draw(st.integers(1, len(days) - 1))
    printed = [price / ratio if place >= at else price for place, price in enumerate(prices)]
    records: list[AnyRecord] = [close("A", day, price) for day, price in zip(days, printed, strict=True)]
    records.append(split(days[at], ratio))
    shuffled = data.draw(st.permutations(records))
    values = column(history(*shuffled))
    for day, price in zip(days, prices, strict=True):
        assert math.isclose(values[day] * ratio, price, rel_tol=1e-12)
