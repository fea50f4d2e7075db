"""Tasks: from a plan to the questions that it asks, and from their outcome to the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from feed.chain import Target
from feed.ledger import Ledger
from feed.schedule import Job, Log, Trade
from feed.sessions import Exchanges
from providers.base import Capability
from providers.universe import Line

LEAD = dt.timedelta(days=14)
"""Closes are wanted from this long before the base date: on a holiday the close before it serves."""

AGAIN = dt.timedelta(days=7)
"""Closes are asked for again from this long before the newest one: sources correct them."""

LEFT_BEHIND = dt.timedelta(days=30)
"""A line without closes for so long (halted, unknown to the sources) makes no other be read again."""

BY_SOURCE = frozenset({Capability.SCORES, Capability.EVENTS, Capability.MARKS})
"""What several sources say side by side: all are asked."""

BY_ISSUER = frozenset({Capability.VALUATIONS, Capability.FUNDAMENTALS, Capability.CAPEX})
BY_CURRENCY = frozenset({Capability.FX, Capability.FX_HISTORY})
NOT_KEPT = frozenset({Capability.QUOTES, Capability.FX})
"""Jobs whose last answer is known from the records themselves, or not worth remembering."""
PROMPT = frozenset({Capability.QUOTES, Capability.FX, Capability.VALUATIONS})
"""What a Board of now is made of."""


def first_day(ledger: Ledger) -> dt.date:
    """The first day of which closes and rates are wanted."""
    return ledger.universe.base_date - LEAD


def targets(job: Job, ledger: Ledger, today: dt.date) -> list[Target]:
    """What a job asks about."""
    if job.capability in BY_CURRENCY:
        return [Target(currency) for currency in ledger.universe.currencies]
    if job.capability in BY_ISSUER:
        return [Target(i.lines[0].symbol, i.lines[0]) for i in ledger.universe.issuers if i.lines]
    lines = (line for line in ledger.lines.values() if listed(line, today))
    return [Target(line.symbol, line) for line in lines if job.exchange in {None, line.exchange}]


def listed(line: Line, today: dt.date) -> bool:
    """Whether the line trades on a day."""
    begun = line.listed_on is None or line.listed_on <= today
    return begun and (line.delisted_on is None or today <= line.delisted_on)


def since(job: Job, wanted: Sequence[Target], ledger: Ledger) -> dt.date | None:
    """The first day wanted of a history; `None`: only the newest."""
    days = {Capability.CLOSES: ledger.history.days, Capability.FX_HISTORY: ledger.history.fx_days}
    known = days.get(job.capability)
    if known is None:
        return None
    newest = [found[-1] for target in wanted if (found := known(target.key, reference=False))]
    if not newest or (job.capability == Capability.FX_HISTORY and len(newest) < len(wanted)):
        return first_day(ledger)
    recent = min(day for day in newest if day >= max(newest) - LEFT_BEHIND)
    return max(recent - AGAIN, first_day(ledger))


def finished_day(job: Job, at: dt.datetime, exchanges: Exchanges) -> dt.date:
    """The day for which a job is finished: of the newest finished session of its exchange, else today."""
    return at.date() if job.exchange is None else exchanges.last_session(job.exchange, at)


def name(job: Job) -> str:
    """The job as the store knows it."""
    return f"{job.capability}:{job.exchange or '*'}"


def filled(symbol: str) -> str:
    """The first fill of a line's closes, as the store knows it."""
    return f"fill:{symbol}"


def tried(symbol: str) -> str:
    """A day's fruitless try at the first fill of a line's closes, as the store knows it."""
    return f"tried:{symbol}"


def log_of(finished: Mapping[tuple[str, dt.date], dt.datetime], ledger: Ledger) -> dict[Job, Log]:
    """What was asked before a restart: quotes by when they were received, all else as the store has it."""
    log: dict[Job, Log] = {}
    for line in ledger.lines.values():
        quote = ledger.quotes.get(line.symbol)
        if quote is not None:
            job = Job(Capability.QUOTES, line.exchange)
            before = log.get(job, Log()).answered
            log[job] = Log(answered=max(before or quote.received, quote.received))
    names = {member.value: member for member in Capability}
    for (kept, _), at in finished.items():
        kind, _, exchange = kept.partition(":")
        if kind in names:
            job = Job(names[kind], None if exchange == "*" else exchange)
            log[job] = Log(answered=max(log.get(job, Log()).answered or at, at))
    return log


def trades(
    exchanges: Exchanges,
    ledger: Ledger,
    assumed_delay: float,
    measured: Mapping[str, float],
    now: dt.datetime,
) -> list[Trade]:
    """Where each exchange of the universe stands; `assumed_delay` in minutes where nothing tells."""
    delays = dict(measured)
    for symbol, quote in ledger.quotes.items():
        if quote.delay_minutes is not None:
            exchange = ledger.lines[symbol].exchange
            delays[exchange] = max(delays.get(exchange, 0.0), quote.delay_minutes)
    found = []
    for code in dict.fromkeys(line.exchange for line in ledger.lines.values()):
        newest = exchanges.newest_session(code, now)
        found.append(
            Trade(
                exchange=code,
                open=exchanges.is_open(code, now),
                until=exchanges.traded_until(code, now),
                began=newest.open if newest else None,
                closed=exchanges.newest_close(code, now),
                delay=delays.get(code, assumed_delay),
            )
        )
    return found
