"""Polls of random records, what is known after each, and their tape. Strategies for hypothesis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from feed.identity import identity
from feed.ledger import Ledger, Surroundings
from feed.tape_frames import TapeRow
from feed.tape_recorder import Recorder, Taken
from providers.market import Market, ProviderHealth, Session
from providers.records import (
    AnyRecord,
    Close,
    Event,
    FxRate,
    ModelScore,
    Quote,
    Remark,
    ShareCount,
    Split,
    Valuation,
)
from tests.feed.support import line, universe

START = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 24)
UNIVERSE = universe(line("0700.HK"), line("688256.SS", "XSHG"))

symbols = st.sampled_from([one.symbol for one in UNIVERSE.lines])
days = st.integers(-20, 0).map(lambda back: DAY + dt.timedelta(days=back))
prices = st.floats(0.01, 1e6, allow_nan=False)
moments = st.integers(0, 10**9).map(lambda micro: START + dt.timedelta(microseconds=micro))
sources = st.sampled_from(["first", "second"])

records: st.SearchStrategy[AnyRecord] = st.one_of(
    st.builds(
        Quote,
        source=sources,
        symbol=symbols,
        price=prices,
        currency=st.just("HKD"),
        as_of=moments,
        received=moments,
        market_cap=st.none() | prices,
        delay_minutes=st.none() | st.sampled_from([0.0, 15.0]),
    ),
    st.builds(
        Close,
        source=sources,
        symbol=symbols,
        day=days,
        close=prices,
        currency=st.just("HKD"),
        adjusted_to=st.none() | st.just(DAY),
    ),
    st.builds(Split, source=sources, symbol=symbols, day=days, ratio=st.sampled_from([2.0, 10.0])),
    st.builds(
        FxRate, source=sources, currency=st.sampled_from(["HKD", "CNY"]), per_usd=prices, as_of=moments
    ),
    st.builds(
        ShareCount,
        source=sources,
        symbol=symbols,
        day=days,
        shares=st.sampled_from([1e9, 2e9]),
        note=st.text(),
    ),
    st.builds(
        Valuation,
        source=sources,
        issuer=st.sampled_from([one.id for one in UNIVERSE.issuers]),
        day=days,
        field=st.sampled_from(["forward_pe", "price_sales"]),
        value=prices,
    ),
    st.builds(
        ModelScore,
        source=sources,
        index=st.just("AA"),
        version=st.just("4"),
        region=st.sampled_from(["CN", "US"]),
        model=st.sampled_from(["a", "b"]),
        developer=st.text(),
        score=st.sampled_from([40.0, 50.0]),
        day=days,
        known_on=days,
    ),
    st.builds(
        Event,
        source=sources,
        day=days,
        kind=st.just("policy"),
        region=st.just("CN"),
        title=st.sampled_from(["a", "[b]"]),
    ),
)
polls = st.lists(st.lists(records, max_size=6), min_size=1, max_size=12)
"""Accepted records, poll by poll."""


def distinct(poll: Sequence[AnyRecord]) -> list[AnyRecord]:
    """The poll with one record of each subject, and none that a split of the poll could restate."""
    found = {identity(one)[:1] + identity(one)[2:3]: one for one in poll if not isinstance(one, Split)}
    return list(found.values())


def record(
    given: Iterable[Sequence[AnyRecord]], known: Sequence[AnyRecord] = (), step: float = 15.0
) -> tuple[list[Market], list[TapeRow]]:
    """The Market after each poll, and the tape. `known` lies beneath as reference."""
    ledger = Ledger(UNIVERSE)
    ledger.add(known, reference=True)
    rows: list[TapeRow] = []

    def keep(taken: Taken) -> None:
        rows.append(taken.row())

    recorder = Recorder(ledger, keep)
    markets = []
    for number, poll in enumerate(given):
        ledger.add(poll)
        at = START + dt.timedelta(seconds=number * step)
        markets.append(ledger.market(around(at, number)))
        recorder.take(markets[-1])
    return markets, rows


def around(at: dt.datetime, number: int) -> Surroundings:
    """Surroundings that change now and then, each part at a time of its own."""
    return Surroundings(
        at=at,
        mode="replay",
        sessions=(Session(exchange="XHKG", state="open" if number % 5 < 3 else "lunch"),),
        providers=(
            ProviderHealth(name="first", state="ok", requests=number // 2),
            ProviderHealth(name="second", state="down" if number % 3 else "ok"),
        ),
        remarks=tuple(Remark(subject="s", text=f"{n}", at=at) for n in range(number % 3))
        if number % 4
        else (),
    )


def content(market: Market) -> dict[str, Any]:
    """All that a Market holds, in a form that `==` compares."""
    held = {name: getattr(market, name) for name in market.__dataclass_fields__}
    for name in ("closes", "close_sources", "fx", "fx_sources"):
        frame = held[name]
        held[name] = (list(frame.index), list(frame.columns), frame.astype(object).where(frame.notna(), None))
        held[name] = (*held[name][:2], held[name][2].values.tolist())
    return held
