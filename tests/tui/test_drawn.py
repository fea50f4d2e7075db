"""Headlines in memory: of a week, in even steps, never many."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from tui.drawn import MOST, REACH, Drawn

START = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
POLL = dt.timedelta(seconds=15)
SHARE, SPREAD = "share.listed_pct", "spreads.total.spread_pct"


def polled(count: int, every: dt.timedelta = POLL) -> Drawn:
    drawn = Drawn()
    for number in range(count):
        drawn.add(START + number * every, {SHARE: float(number)})
    return drawn


def test_every_poll_is_kept_while_there_are_few() -> None:
    assert [row.values[SHARE] for row in polled(MOST).rows] == [float(number) for number in range(MOST)]


def test_however_many_polls_the_rows_stay_few_and_evenly_apart() -> None:
    rows = polled(10 * MOST).rows
    assert MOST / 3 < len(rows) <= MOST
    gaps = [after.at - before.at for before, after in pairwise(rows[1:-1])]
    assert max(gaps) - min(gaps) <= POLL
    assert rows[0].at - START < 2 * max(gaps)
    assert rows[-1].values == {SHARE: float(10 * MOST - 1)}


def test_what_is_older_than_any_trend_of_polls_is_forgotten() -> None:
    rows = polled(3 * MOST, dt.timedelta(minutes=10)).rows
    assert rows[-1].at - rows[0].at < 3 * REACH
    assert len(rows) <= MOST


def test_only_what_is_drawn_is_kept() -> None:
    drawn = Drawn()
    drawn.add(START, {SHARE: 1.0, "capex.windows[LTM].ratio_pct": 2.0})
    assert drawn.rows[0].values == {SHARE: 1.0}


def test_the_spread_against_other_peers_joins_the_row_of_its_instant() -> None:
    drawn = Drawn()
    drawn.add(START, {SHARE: 1.0, SPREAD: 2.0})
    drawn.add(START, {SHARE: 1.0, f"{SPREAD}@us": 3.0})
    assert [row.values for row in drawn.rows] == [{SHARE: 1.0, SPREAD: 2.0, f"{SPREAD}@us": 3.0}]


def test_a_clock_set_back_loses_nothing() -> None:
    drawn = polled(MOST)
    drawn.add(START - POLL, {SHARE: -1.0})
    assert drawn.rows[0].at < drawn.rows[-1].at
    assert len(drawn.rows) > MOST / 3
