"""Closing times date a close whose source gives a day alone."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.exchanges import close_time, local_day


@pytest.mark.parametrize(
    ("exchange", "day", "close"),
    [
        ("XSHG", dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 7, 0, tzinfo=dt.UTC)),
        ("XHKG", dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)),
        ("XNYS", dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 21, 0, tzinfo=dt.UTC)),
        ("XNYS", dt.date(2026, 7, 6), dt.datetime(2026, 7, 6, 20, 0, tzinfo=dt.UTC)),
        ("XAMS", dt.date(2026, 7, 6), dt.datetime(2026, 7, 6, 15, 30, tzinfo=dt.UTC)),
        ("XXXX", dt.date(2026, 7, 6), dt.datetime(2026, 7, 6, 16, 0, tzinfo=dt.UTC)),
    ],
)
def test_the_regular_close_in_utc(exchange: str, day: dt.date, close: dt.datetime) -> None:
    assert close_time(exchange, day) == close


def test_a_session_belongs_to_the_day_of_its_exchange() -> None:
    evening = dt.datetime(2026, 1, 5, 23, 30, tzinfo=dt.UTC)
    assert local_day("XNYS", evening) == dt.date(2026, 1, 5)
    assert local_day("XKRX", evening) == dt.date(2026, 1, 6)
