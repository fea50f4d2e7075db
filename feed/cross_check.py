"""Cross-check: whether two sources of one line can both be right.

Two prices of one session may differ by what the market does between their times. The rule:

    allowed = 0.5 % + 0.15 % · √minutes + day's move · minutes / 60

with the minutes between the two times of trade, an hour of the day's move at most, and as the day's move the
larger of the two from the previous close. 0.15 % is a minute's standard deviation of a stock that moves 3 % a
day, and half a per cent what a spread between bid and offer and rounding can do. Prices of different days are
not compared: one of them is old, which its own date says.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

from feed.chain import Chain, Target
from providers.base import Capability, Provider
from providers.records import Quote
from providers.universe import Line

BASE = 0.005
PER_ROOT_MINUTE = 0.0015
SAME_SESSION = dt.timedelta(hours=4)


def allowed(one: Quote, other: Quote) -> float:
    """The difference, as a fraction, that the times of two quotes explain."""
    minutes = abs(one.as_of - other.as_of) / dt.timedelta(minutes=1)
    moves = [abs(each.price / each.previous_close - 1) for each in (one, other) if each.previous_close]
    moved = max(moves, default=0.0)
    return BASE + PER_ROOT_MINUTE * math.sqrt(minutes) + moved * min(minutes / 60, 1.0)


def disagreement(one: Quote, other: Quote) -> str | None:
    """What two quotes of a line say, when they cannot both be right; `None` when they can."""
    if one.currency != other.currency or abs(one.as_of - other.as_of) > SAME_SESSION:
        return None
    apart, limit = abs(math.log(other.price) - math.log(one.price)), allowed(one, other)
    if apart <= math.log1p(limit):
        return None
    return (
        f"{_said(one)}, {_said(other)}: {math.expm1(min(apart, 99.0)):.1%} apart, "
        f"more than the {limit:.1%} that their times explain; {one.source} stays in use."
    )


class Rotation:
    """Which lines a second source is asked about next: those that were compared longest ago."""

    def __init__(self) -> None:
        self._compared: dict[str, dt.datetime] = {}

    def next(
        self, lines: Iterable[Line], quotes: Mapping[str, Quote], chain: Chain, now: dt.datetime
    ) -> tuple[Provider, list[Target]] | None:
        """One second source with as many lines as one of its requests carries, `None` where none has one."""
        waiting = sorted(
            (line for line in lines if line.symbol in quotes),
            key=lambda line: self._compared.get(line.symbol, dt.datetime.min.replace(tzinfo=dt.UTC)),
        )
        chosen: Provider | None = None
        targets: list[Target] = []
        for line in waiting:
            second = chain.second(Capability.QUOTES, line, quotes[line.symbol].source, now)
            if second is None or (chosen is not None and second is not chosen):
                continue
            chosen = second
            targets.append(Target(line.symbol, line))
            if len(targets) == max(second.symbols_per_fetch, 1):
                break
        if chosen is None:
            return None
        self._compared.update({target.key: now for target in targets})
        return chosen, targets


def _said(quote: Quote) -> str:
    return f"{quote.source} {quote.price:g} {quote.currency} of {quote.as_of:%H:%M:%S} UTC"
