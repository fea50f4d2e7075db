"""As of: only what was known on the day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from feed.asof import AsOfError, market_at
from feed.sessions import Exchanges
from feed.store import Store
from providers.market import Market
from providers.records import (
    AnyRecord,
    CapexFact,
    Event,
    FxAverage,
    ModelScore,
    ShareCount,
    Split,
    Valuation,
)
from tests.feed.support import BASE, close, line, quote, rate, universe

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 11, day) for day in (23, 24, 25))
DAYS = (MONDAY, TUESDAY, WEDNESDAY)
TODAY = dt.date(2026, 11, 30)
UNIVERSE = universe(line("0700.HK"))
EXCHANGES = Exchanges(["XHKG"])


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def facts(day: dt.date) -> list[AnyRecord]:
    """One fact of each dated kind, known on `day`."""
    return [
        close("0700.HK", day, 600.0),
        rate("HKD", 7.8, noon(day)),
        ShareCount(source="s", symbol="0700.HK", day=day, shares=9e9 + day.day),
        Valuation(source="s", issuer="0700.hk", day=day, field="forward_pe", value=20.0),
        CapexFact(
            source="s",
            company="Tencent",
            region="CN",
            start=BASE,
            end=BASE,
            amount=1e9 + day.day,
            currency="CNY",
            kind="actual",
            known_on=day,
            definition="cash",
        ),
        ModelScore(
            source="s",
            index="I",
            version="4",
            region="CN",
            model=f"M{day.day}",
            developer="D",
            score=60.0,
            day=day,
            known_on=day,
        ),
        Event(source="s", day=day, kind="ipo", region="CN", title="An offering"),
    ]


def state(day: dt.date, reference: list[AnyRecord] | None = None, store: Store | None = None) -> Market:
    records = [fact for known in DAYS for fact in facts(known)] if reference is None else reference
    return market_at(
        day, store=store, reference_records=records, universe=UNIVERSE, exchanges=EXCHANGES, today=TODAY
    )


def test_holds_what_was_known_by_the_end_of_the_day_and_nothing_later() -> None:
    market = state(TUESDAY)
    assert market.at == dt.datetime(2026, 11, 24, 23, 59, 59, tzinfo=dt.UTC)
    assert list(market.closes.index) == [MONDAY, TUESDAY]
    assert list(market.fx.index) == [MONDAY, TUESDAY]
    assert market.fx_now["HKD"].as_of == noon(TUESDAY)
    assert [count.day for count in market.share_counts] == [MONDAY, TUESDAY]
    assert [fact.known_on for fact in market.capex] == [MONDAY, TUESDAY]
    assert [score.known_on for score in market.scores] == [MONDAY, TUESDAY]
    assert max(value.day for value in market.valuations) == TUESDAY


def test_an_event_to_come_is_there_from_the_day_on_which_it_was_known() -> None:
    assert [event.day for event in state(MONDAY).events] == [day for day in DAYS if day <= MONDAY]
    coming = Event(source="s", day=DAYS[-1], known_on=DAYS[0], kind="ipo", region="CN", title="Announced")
    assert coming in state(MONDAY, [*facts(MONDAY), coming]).events


def test_there_are_no_quotes(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/narrows.db")
    store.save([quote("0700.HK", 600.0, noon(MONDAY))])
    assert state(TUESDAY, store=store).quotes == {}
    store.close()


def test_the_store_adds_to_the_reference_and_beats_it(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/narrows.db")
    store.save([close("0700.HK", TUESDAY, 610.0, source="first")])
    reference: list[AnyRecord] = [close("0700.HK", day, 1.0, source="a table") for day in DAYS]
    market = state(WEDNESDAY, reference, store)
    assert market.closes["0700.HK"].to_dict() == {MONDAY: 1.0, TUESDAY: 610.0, WEDNESDAY: 1.0}
    store.close()


def test_a_later_split_is_not_applied_yet() -> None:
    records: list[AnyRecord] = [
        close("0700.HK", MONDAY, 600.0),
        Split(source="s", symbol="0700.HK", day=WEDNESDAY, ratio=2),
    ]
    assert state(TUESDAY, records).closes["0700.HK"].to_dict() == {MONDAY: 600.0}
    assert state(WEDNESDAY, records).closes["0700.HK"].to_dict() == {MONDAY: 300.0}


def test_the_average_of_a_quarter_is_known_when_it_is_over() -> None:
    records: list[AnyRecord] = [
        close("0700.HK", BASE, 600.0),
        *(FxAverage(source="s", currency="HKD", quarter=name, per_usd=7.8) for name in ("2026Q3", "2026Q4")),
    ]
    assert [average.quarter for average in state(TUESDAY, records).fx_averages] == ["2026Q3"]


def test_sessions_are_those_of_the_instant() -> None:
    session = state(TUESDAY).sessions[0]
    assert (session.state, session.last_close) == ("closed", dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (dt.date(2026, 11, 22), "the first close known is of 2026-11-23"),
        (dt.date.min, "the first close known is of 2026-11-23"),
        (dt.date(2026, 12, 1), "a day that has come"),
        (dt.date.max, "a day that has come"),
    ],
)
def test_a_day_that_cannot_be_told(day: dt.date, says: str) -> None:
    with pytest.raises(AsOfError, match=says):
        state(day)


def test_without_any_close_nothing_can_be_told() -> None:
    with pytest.raises(AsOfError, match="no close is known at all"):
        state(TUESDAY, [])
