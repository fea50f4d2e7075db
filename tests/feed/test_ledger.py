"""Ledger: one universe, bounded, whatever order records come in."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from feed.ledger import Ledger, Surroundings
from providers.records import AnyRecord, Event, ModelScore, Quote, ShareCount, Valuation
from tests.feed.support import TUESDAY_MORNING, close, line, quote, rate, universe

NOW = TUESDAY_MORNING
MONDAY = dt.date(2026, 11, 23)
UNIVERSE = universe(line("0700.HK"), line("9988.HK"))


def ledger(*records: AnyRecord) -> Ledger:
    made = Ledger(UNIVERSE)
    made.add(records)
    return made


def score(known_on: dt.date, value: float) -> ModelScore:
    return ModelScore(
        source="s",
        index="I",
        version="4",
        region="CN",
        model="M",
        developer="D",
        score=value,
        day=MONDAY,
        known_on=known_on,
    )


def multiple(day: dt.date, value: float = 20.0, source: str = "s") -> Valuation:
    return Valuation(source=source, issuer="0700.hk", day=day, field="forward_pe", value=value)


def test_what_is_outside_the_universe_stays_outside() -> None:
    strangers: list[AnyRecord] = [
        quote("NVDA", 1.0, NOW),
        close("NVDA", MONDAY, 1.0),
        ShareCount(source="s", symbol="NVDA", day=MONDAY, shares=1.0),
        Valuation(source="s", issuer="nvidia", day=MONDAY, field="forward_pe", value=1.0),
        Event(source="s", day=MONDAY, kind="earnings", region="US", title="Results", issuer="nvidia"),
    ]
    made = Ledger(UNIVERSE)
    assert made.add(strangers) == []
    market = made.market(Surroundings(at=NOW, mode="live"))
    assert (market.quotes, market.share_counts, market.valuations, market.events) == ({}, (), (), ())


def test_only_news_is_given_on_to_the_store() -> None:
    made = Ledger(UNIVERSE)
    newer, older = quote("0700.HK", 2.0, NOW), quote("0700.HK", 1.0, NOW - dt.timedelta(minutes=1))
    assert made.add([newer, older]) == [newer]
    assert made.add([multiple(MONDAY)]) == [multiple(MONDAY)]
    assert made.add([multiple(MONDAY)]) == []


def test_a_score_that_only_repeats_itself_is_kept_once() -> None:
    days = [MONDAY + dt.timedelta(days=step) for step in range(4)]
    made = ledger(*(score(day, value) for day, value in zip(days, (60.0, 60.0, 61.0, 61.0), strict=True)))
    assert [(fact.known_on, fact.score) for fact in made.facts(ModelScore)] == [
        (days[0], 60.0),
        (days[2], 61.0),
    ]


def test_valuations_are_kept_one_a_week_and_those_of_the_reference_all() -> None:
    made = Ledger(UNIVERSE)
    days = [MONDAY + dt.timedelta(days=step) for step in range(28)]
    made.add([multiple(day, source="a table") for day in days[:3]], reference=True)
    made.add([multiple(day) for day in days])
    kept = made.facts(Valuation)
    assert sum(fact.source == "a table" for fact in kept) == 3
    assert sum(fact.source == "s" for fact in kept) in {4, 5}
    assert kept[-1].day == days[-1]


def test_facts_are_the_same_tuple_until_one_is_added() -> None:
    made = ledger(multiple(MONDAY))
    before = made.facts(Valuation)
    made.add([multiple(MONDAY)])
    assert made.facts(Valuation) is before
    made.add([multiple(MONDAY, 21.0)])
    assert made.facts(Valuation) is not before


def test_a_market_stays_as_it_was_when_the_next_poll_comes() -> None:
    made = ledger(quote("0700.HK", 600.0, NOW), rate("HKD", 7.8, NOW))
    before = made.market(Surroundings(at=NOW, mode="live"))
    made.add([quote("0700.HK", 610.0, NOW + dt.timedelta(minutes=1)), rate("HKD", 7.9, NOW)])
    assert before.quotes["0700.HK"].price == 600.0
    assert before.fx_now["HKD"].per_usd == 7.8


@given(st.permutations(range(6)))
def test_order_changes_nothing(order: list[int]) -> None:
    records: list[AnyRecord] = [
        *(quote("0700.HK", 600.0 + step, NOW + dt.timedelta(minutes=step)) for step in range(3)),
        *(close("9988.HK", MONDAY, 100.0 + step, to=MONDAY + dt.timedelta(days=step)) for step in range(3)),
    ]
    made = ledger(*(records[place] for place in order))
    market = made.market(Surroundings(at=NOW, mode="live"))
    newest = records[2]
    assert isinstance(newest, Quote)
    assert market.quotes["0700.HK"] == newest
    assert market.closes["9988.HK"].to_dict() == {MONDAY: 102.0}


@given(st.permutations([quote("0700.HK", 600.0, NOW), close("0700.HK", MONDAY, 590.0), multiple(MONDAY)]))
def test_ledgers_that_hold_the_same_are_the_same_in_whatever_order_it_came(records: list[AnyRecord]) -> None:
    known = ledger(*records, rate("HKD", 7.8, NOW))
    assert known.same(ledger(rate("HKD", 7.8, NOW), *sorted(records, key=repr)))
    assert known.same(Ledger.of(UNIVERSE, known.state()))
    assert not known.same(ledger(*records))


@given(
    st.sampled_from(
        [
            quote("9988.HK", 100.0, NOW),
            close("0700.HK", MONDAY, 591.0),
            close("0700.HK", MONDAY, 590.0, to=NOW.date()),
            close("0700.HK", MONDAY, 590.0, source="other"),
            rate("CNY", 7.0, NOW),
            multiple(MONDAY, 21.0),
        ]
    )
)
def test_a_ledger_that_knows_more_is_another(record: AnyRecord) -> None:
    known = (quote("0700.HK", 600.0, NOW), close("0700.HK", MONDAY, 590.0), rate("HKD", 7.8, NOW))
    assert not ledger(*known).same(ledger(*known, record))
