"""Ledger: every record in memory, filtered to one universe, from which each Market is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from feed.history import History
from feed.identity import identity
from providers.market import Market, Mode, Progress, ProviderHealth, Session
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


@dataclass
class _Shelf:
    """Facts of one kind by key, with what was last known of each subject."""

    facts: dict[str, Fact] = field(default_factory=dict)
    newest: dict[str, Fact] = field(default_factory=dict)
    shown: tuple[Any, ...] | None = None


class Ledger:
    """Records of one universe. Bounded: one quote per line, one close per line and day, one fact per key.

    Valuations are kept one per issuer, field and week; a count, score or sum that only repeats the one before
    is not kept at all, so that a source asked daily does not grow it.
    """

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.lines = {line.symbol: line for line in universe.lines}
        self.quotes: dict[str, Quote] = {}
        self.fx_now: dict[str, FxRate] = {}
        self.history = History()
        self._issuers = {issuer.id for issuer in universe.issuers}
        self._shelves: dict[str, _Shelf] = {}

    def add(self, records: Iterable[AnyRecord], *, reference: bool = False) -> list[AnyRecord]:
        """Take in records; those that were news, in their order."""
        return [
            record for record in records if self._belongs(record) and self._take(record, reference=reference)
        ]

    def facts(self, kind: type[Fact]) -> tuple[Any, ...]:
        """All facts of a kind, by day. The same tuple as long as nothing was added."""
        shelf = self._shelves.setdefault(kind.__name__, _Shelf())
        if shelf.shown is None:
            shelf.shown = tuple(sorted(shelf.facts.values(), key=lambda fact: identity(fact)[3:0:-1]))
        return shelf.shown

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
        )

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
