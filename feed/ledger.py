"""Ledger: every record in memory, filtered to one universe, from which each Market is made."""

# ruff: noqa: SLF001 - a copy is filled in by the one that it is copied from
from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from feed.history import History, HistoryState
from feed.identity import identity
from providers.market import Market, Mode, PollerState, Progress, ProviderHealth, Session
from providers.records import (
    AnyRecord,
    CapexFact,
    Close,
    Event,
    FxAverage,
    FxRate,
    IndexVersion,
    ModelScore,
    NoteFigure,
    PrivateMark,
    Quote,
    Remark,
    ShareCount,
    Split,
    Valuation,
)
from providers.universe import Universe

Fact = FxAverage | ShareCount | Valuation | CapexFact | ModelScore | IndexVersion | PrivateMark | Event

_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a Market holds besides records."""

    at: dt.datetime
    mode: Mode
    poll_seconds: float = 15.0
    sessions: tuple[Session, ...] = ()
    providers: tuple[ProviderHealth, ...] = ()
    remarks: tuple[Remark, ...] = ()
    progress: Progress | None = None
    poller: PollerState | None = None


class ShelfState(msgspec.Struct, frozen=True):
    """Facts of one kind in their order; of each subject the newest, by key, or itself where it is gone."""

    facts: list[tuple[str, Fact]]
    newest: list[tuple[str, str | Fact]]


class LedgerState(msgspec.Struct, frozen=True):
    """A ledger written out, so exactly that one made from it answers to any further record as the first."""

    shelves: dict[str, ShelfState]
    history: HistoryState
    fx_now: list[FxRate]
    quotes: list[Quote]


@dataclass
class _Shelf:
    """Facts of one kind by key, with what was last known of each subject."""

    facts: dict[str, Fact] = field(default_factory=dict)
    newest: dict[str, Fact] = field(default_factory=dict)
    shown: tuple[Any, ...] | None = None

    def by_day(self) -> tuple[Any, ...]:
        if self.shown is None:
            self.shown = tuple(sorted(self.facts.values(), key=lambda fact: identity(fact)[3:0:-1]))
        return self.shown

    def state(self) -> ShelfState:
        keys = {id(fact): key for key, fact in self.facts.items()}
        newest = [(subject, keys.get(id(fact), fact)) for subject, fact in self.newest.items()]
        return ShelfState(list(self.facts.items()), newest)

    @classmethod
    def of(cls, state: ShelfState) -> _Shelf:
        facts = dict(state.facts)
        newest = {subject: facts[one] if isinstance(one, str) else one for subject, one in state.newest}
        return cls(facts, newest)


class Ledger:
    """Records of one universe. Bounded: one quote per line, one close per line and day, one fact per key.

    Valuations are kept one per issuer, field and week; a count, score or sum that only repeats the one before
    is not kept at all, so that a source asked daily does not grow it.

    Attributes:
        journal: Where set, every record that was news is appended, those of the reference apart.
    """

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.lines = {line.symbol: line for line in universe.lines}
        self.quotes: dict[str, Quote] = {}
        self.fx_now: dict[str, FxRate] = {}
        self.history = History()
        self.journal: list[AnyRecord] | None = None
        self._issuers = {issuer.id for issuer in universe.issuers}
        self._shelves: dict[str, _Shelf] = {}

    def add(self, records: Iterable[AnyRecord], *, reference: bool = False) -> list[AnyRecord]:
        """Take in records; those that were news, in their order."""
        news = [
            record for record in records if self._belongs(record) and self._take(record, reference=reference)
        ]
        if self.journal is not None and not reference:
            self.journal += news
        return news

    def facts(self, kind: type[Fact]) -> tuple[Any, ...]:
        """All facts of a kind, by day. The same tuple as long as nothing was added."""
        return self._shelves.setdefault(kind.__name__, _Shelf()).by_day()

    def market(self, around: Surroundings) -> Market:
        """The frozen state. Frames and tuples are shared with the Market before where nothing changed."""
        today = around.at.date()
        frames = self.history.frames(today)
        return Market(
            at=around.at,
            mode=around.mode,
            universe=self.universe,
            closes=frames.closes,
            close_sources=frames.close_sources,
            fx=frames.fx,
            fx_sources=frames.fx_sources,
            poll_seconds=around.poll_seconds,
            quotes=dict(self.quotes),
            fx_now=dict(self.fx_now),
            fx_averages=self.facts(FxAverage),
            share_counts=self.facts(ShareCount),
            splits=self.history.splits(today),
            valuations=self.facts(Valuation),
            capex=self.facts(CapexFact),
            scores=self.facts(ModelScore),
            index_versions=self.facts(IndexVersion),
            marks=self.facts(PrivateMark),
            events=self.facts(Event),
            sessions=around.sessions,
            providers=around.providers,
            remarks=around.remarks,
            progress=around.progress,
            poller=around.poller,
        )

    def copy(self, like: Ledger | None = None) -> Ledger:
        """The same ledger on its own; what has not changed since the copy `like` is shared with it.

        Of copies that share, none may be added to.
        """
        other = Ledger(self.universe)
        other.quotes, other.fx_now = dict(self.quotes), dict(self.fx_now)
        other.history = self.history.copy(like.history if like else None)
        for kind, shelf in self._shelves.items():
            shared = like._shelves.get(kind) if like else None
            if shared is None or shelf.shown is None or shared.shown is not shelf.shown:
                shared = _Shelf(dict(shelf.facts), dict(shelf.newest), shelf.shown)
            other._shelves[kind] = shared
        return other

    def same(self, other: Ledger) -> bool:
        """Whether both make the same Markets, now and after any further records."""
        kinds = self._shelves.keys() | other._shelves.keys()
        return (
            self.universe == other.universe
            and self.quotes == other.quotes
            and self.fx_now == other.fx_now
            and all(_same(self._shelves.get(kind), other._shelves.get(kind)) for kind in kinds)
            and self.history.same(other.history)
        )

    def state(self) -> LedgerState:
        """The ledger written out."""
        return LedgerState(
            shelves={kind: shelf.state() for kind, shelf in self._shelves.items()},
            history=self.history.state(),
            fx_now=list(self.fx_now.values()),
            quotes=list(self.quotes.values()),
        )

    @classmethod
    def of(cls, universe: Universe, state: LedgerState) -> Ledger:
        """The ledger that was written out."""
        ledger = cls(universe)
        ledger.quotes = {quote.symbol: quote for quote in state.quotes}
        ledger.fx_now = {rate.currency: rate for rate in state.fx_now}
        ledger.history = History.of(state.history)
        ledger._shelves = {kind: _Shelf.of(shelf) for kind, shelf in state.shelves.items()}
        return ledger

    def _belongs(self, record: AnyRecord) -> bool:
        match record:
            case Quote() | Close() | Split() | ShareCount():
                return record.symbol in self.lines
            case Valuation():
                return record.issuer in self._issuers
            case Event():
                return record.issuer is None or record.issuer in self._issuers
            case NoteFigure():
                return False
            case _:
                return True

    def _take(self, record: AnyRecord, *, reference: bool) -> bool:
        match record:
            case Quote():
                known = self.quotes.get(record.symbol)
                if known is not None and known.as_of > record.as_of:
                    return False
                self.quotes[record.symbol] = record
                return True
            case FxRate():
                rate = self.fx_now.get(record.currency)
                if rate is None or rate.as_of <= record.as_of:
                    self.fx_now[record.currency] = record
                self.history.add((record,), reference=reference)
                return True
            case Close() | Split():
                self.history.add((record,), reference=reference)
                return True
            case NoteFigure():
                return False
        return self._shelve(record, reference=reference)

    def _shelve(self, fact: Fact, *, reference: bool) -> bool:
        kind, key, subject, day, _ = identity(fact)
        shelf = self._shelves.setdefault(kind, _Shelf())
        if isinstance(fact, Valuation):
            key = f"reference|{key}" if reference else f"{subject}|{day.toordinal() // _WEEK}"
        known = shelf.facts.get(key)
        if known == fact or (reference and known is not None):
            return False
        if known is not None and identity(known).day > day:
            return True
        newest = shelf.newest.get(subject)
        if newest is not None and newest is not known and _repeats(fact, newest):
            return False
        shelf.facts[key] = fact
        if newest is None or identity(newest).day <= day:
            shelf.newest[subject] = fact
        shelf.shown = None
        return True


def _same(one: _Shelf | None, other: _Shelf | None) -> bool:
    mine, its = one or _Shelf(), other or _Shelf()
    return (mine.facts, mine.newest, mine.by_day()) == (its.facts, its.newest, its.by_day())


def _repeats(fact: Fact, before: Fact) -> bool:
    """Whether a later fact says no more than the one before."""
    match fact, before:
        case ShareCount(), ShareCount():
            return fact.shares == before.shares and fact.day >= before.day and not fact.restated_to
        case ModelScore(), ModelScore():
            return fact.score == before.score and fact.known_on >= before.known_on
        case CapexFact(), CapexFact():
            return fact.amount == before.amount and fact.known_on >= before.known_on
        case _:
            return False
