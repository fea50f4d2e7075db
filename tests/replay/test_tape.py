"""The tape: any sequence of polls comes back as it was, and what is missing is said."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import feed.tape_frames
from feed.ledger import Ledger, Surroundings
from feed.replay import Player
from feed.tape import NewerTapeError, Tape, TapeError
from feed.tape_frames import Scene
from providers.records import AnyRecord, Quote
from tests.replay.polls import START, UNIVERSE, content, distinct, polls, record, records

AT_LEISURE = settings(deadline=None, max_examples=40)


@AT_LEISURE
@given(known=st.lists(records, max_size=8), given_polls=polls, seed=st.integers(0, 2**16))
def test_any_polls_come_back_at_any_place_in_any_order(
    known: list[AnyRecord], given_polls: list[list[AnyRecord]], seed: int
) -> None:
    markets, rows = record(given_polls, known)
    player = Player(Tape.of(rows), every=3)
    expected = [content(market) for market in markets]
    forward = [content(player.go(number)) for number in range(len(player))]
    assert forward == expected
    player.survey()
    for place in random.Random(seed).choices(range(len(markets)), k=6):
        assert content(player.go(place)) == expected[place]


@AT_LEISURE
@given(given_polls=polls.map(lambda found: [distinct(poll) for poll in found]), seed=st.integers(0, 2**16))
def test_the_order_within_a_poll_does_not_matter(given_polls: list[list[AnyRecord]], seed: int) -> None:
    chance = random.Random(seed)
    mixed = [chance.sample(poll, len(poll)) for poll in given_polls]
    end = len(given_polls) - 1
    one, other = (Player(Tape.of(record(each)[1])).go(end) for each in (given_polls, mixed))
    assert content(one) == content(other)


@AT_LEISURE
@given(known=st.lists(records, max_size=10), first=st.lists(records, max_size=30), later=st.lists(records))
def test_a_ledger_written_out_answers_to_any_further_record_as_the_first(
    known: list[AnyRecord], first: list[AnyRecord], later: list[AnyRecord]
) -> None:
    ledger = Ledger(UNIVERSE)
    ledger.add(known, reference=True)
    ledger.add(first)
    again = Ledger.of(UNIVERSE, ledger.state())
    copied = ledger.copy()
    assert again.add(later) == copied.add(later) == ledger.add(later)
    assert again.state() == copied.state() == ledger.state()


def test_a_copy_stays_as_it_is_while_the_ledger_goes_on() -> None:
    ledger = Ledger(UNIVERSE)
    before = ledger.copy()
    ledger.add([quote(600.0)])
    between = ledger.copy(before)
    ledger.add([quote(601.0, 1)])
    assert (len(before.quotes), between.quotes["0700.HK"].price) == (0, 600.0)


def quote(price: float, second: int = 0) -> Quote:
    at = START + dt.timedelta(seconds=second)
    return Quote(source="first", symbol="0700.HK", price=price, currency="HKD", as_of=at, received=at)


def test_all_that_surrounds_the_records_of_a_market_is_on_the_tape() -> None:
    surroundings = {field.name for field in dataclasses.fields(Surroundings)}
    assert surroundings - {"mode", "poll_seconds"} == set(Scene.__struct_fields__) - {"notes"}


def test_a_poll_that_changes_nothing_costs_some_bytes() -> None:
    _, rows = record([[quote(600.0)], *([] for _ in range(3))])
    assert max(len(row.body) for row in rows[1:]) < 200


def test_a_poll_that_was_lost_is_said_and_the_others_serve() -> None:
    markets, rows = record([[quote(600.0 + n, n)] for n in range(10)])
    tape = Tape.of([row for row in rows if row.number != 4])
    assert tape.flaws == ("1 poll is missing after 01:00 until 01:01 UTC.",)
    player = Player(tape)
    assert player.go(4).quotes == markets[5].quotes
    assert len(player) == 9


def test_a_poll_whose_bytes_are_damaged_is_left_out_and_said() -> None:
    markets, rows = record([[quote(600.0 + n, n)] for n in range(6)])
    rows[3] = rows[3]._replace(body=b"nonsense")
    player = Player(Tape.of(rows))
    assert player.survey()[0].startswith("The poll of 2026-11-24 01:00:45 UTC is left out")
    assert player.go(3).quotes == markets[2].quotes
    assert player.go(4).quotes == markets[4].quotes


def test_polls_without_their_base_cannot_be_used() -> None:
    _, rows = record([[quote(600.0 + n, n)] for n in range(3)])
    with pytest.raises(TapeError, match="2 frames of 2026-11-24 01:00 to 01:00 UTC cannot be used"):
        Tape.of(rows[1:])


def test_a_new_day_begins_a_reel() -> None:
    _, rows = record([[quote(600.0 + n, n)] for n in range(5)], step=22_000.0)
    tape = Tape.of(rows)
    assert [reel.base.scene.at.day for reel in tape.reels] == [24, 25]
    assert [len(reel.rows) for reel in tape.reels] == [3, 0]


def test_a_tape_of_a_newer_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _, rows = record([[quote(600.0)]])
    monkeypatch.setattr(feed.tape_frames, "VERSION", 0)
    with pytest.raises(NewerTapeError, match="version 0 or older, got version 1; update Narrows"):
        Tape.of(rows)


def test_a_frame_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    _, rows = record([[quote(600.0)]])
    monkeypatch.setattr(feed.tape_frames, "MOST_BYTES", 100)
    with pytest.raises(TapeError, match="100 bytes at most"):
        Tape.of(rows)


def test_an_event_and_a_change_of_session_are_events() -> None:
    _, rows = record([[] for _ in range(9)])
    player = Player(Tape.of(rows))
    player.survey()
    found = [player.next_event(0)]
    while found[-1] is not None:
        found.append(player.next_event(found[-1]))
    assert found == [3, 5, 8, None]


def test_nothing_on_a_tape_is_no_tape() -> None:
    with pytest.raises(TapeError, match="found nothing"):
        Tape.of([])
