"""The embedded reference as a provider: dated facts, used until another provider has something fresher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from providers.base import ANY_EXCHANGE, Answer, Capability, Provider, ProviderContext, Request
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
    ShareCount,
    Valuation,
)
from providers.reference.tables import records_for

_KINDS: dict[Capability, tuple[type[AnyRecord], ...]] = {
    Capability.CLOSES: (Close,),
    Capability.FX: (FxRate,),
    Capability.FX_HISTORY: (FxRate, FxAverage),
    Capability.VALUATIONS: (Valuation,),
    Capability.FUNDAMENTALS: (Valuation,),
    Capability.CAPEX: (CapexFact,),
    Capability.SCORES: (ModelScore, IndexVersion),
    Capability.SHARES: (ShareCount,),
    Capability.EVENTS: (Event, NoteFigure),
    Capability.MARKS: (PrivateMark,),
}


class Reference(Provider):
    """Serves the shipped tables, and the share counts that the universe itself gives. Opens no connection."""

    name = "reference"
    offers = dict.fromkeys(_KINDS, ANY_EXCHANGE)
    symbols_per_fetch = 100_000

    def __init__(self, context: ProviderContext) -> None:
        self._universe = context.universe

    async def fetch(self, request: Request) -> Answer:
        """Facts of the kind asked for, of the lines or currencies asked for, and not older than `since`.

        Without `since`, closes and FX are the newest of each line and currency. Facts about companies and
        models (capex, scores, events, marks) do not depend on the lines.
        """
        kinds = _KINDS.get(request.capability, ())
        wanted = _wanted(request)
        records = [one for one in records_for(self._universe) if isinstance(one, kinds) and wanted(one)]
        if request.since is None and request.capability in (Capability.FX, Capability.CLOSES):
            records = _newest(records)
        return Answer(records=tuple(records), missing=_missing(request, records))


def _wanted(request: Request) -> Callable[[AnyRecord], bool]:
    symbols = {line.symbol for line in request.lines}
    issuers = {line.issuer for line in request.lines}
    currencies, since = set(request.currencies), request.since

    def wanted(one: AnyRecord) -> bool:
        if isinstance(one, Close):
            return one.symbol in symbols and (since is None or one.day >= since)
        if isinstance(one, ShareCount):
            return one.symbol in symbols
        if isinstance(one, Valuation):
            return one.issuer in issuers and (since is None or one.day >= since)
        if isinstance(one, FxRate):
            return one.currency in currencies and (since is None or one.as_of.date() >= since)
        if isinstance(one, FxAverage):
            return one.currency in currencies
        return True

    return wanted


def _newest(records: list[AnyRecord]) -> list[AnyRecord]:
    newest: dict[str, tuple[dt.date, AnyRecord]] = {}
    for one in records:
        if isinstance(one, FxRate):
            key, day = one.currency, one.as_of.date()
        elif isinstance(one, Close):
            key, day = one.symbol, one.day
        else:
            continue
        if key not in newest or newest[key][0] < day:
            newest[key] = day, one
    return [one for _, one in newest.values()]


def _missing(request: Request, records: list[AnyRecord]) -> tuple[str, ...]:
    if request.capability in (Capability.FX, Capability.FX_HISTORY):
        have = {one.currency for one in records if isinstance(one, FxRate)}
        return tuple(currency for currency in request.currencies if currency not in have)
    if request.capability in (Capability.CLOSES, Capability.SHARES):
        have = {one.symbol for one in records if isinstance(one, Close | ShareCount)}
        return tuple(line.symbol for line in request.lines if line.symbol not in have)
    return ()
