"""What is known of each company's capex: any span of quarters in US dollars, and its plans."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from metrics.capex_facts import (
    Flow,
    by_start,
    joined_sources,
    known_flows,
    known_plans,
    tile,
    with_derived,
    worst_kind,
)
from metrics.flow_rates import average_rates
from metrics.memo import Held
from metrics.quarters import Quarter, Span, year_span
from providers.market import Market
from providers.records import CapexFact

HYPERSCALERS: Mapping[str, tuple[str, ...]] = {
    "CN": ("Tencent", "Alibaba", "Baidu", "ByteDance"),
    "US": ("Microsoft", "Alphabet", "Amazon", "Meta"),
}
"""The four that stand on each side, those of the broker note. Others have rows and no weight in a ratio."""

ROW_QUARTERS = 4

Starts = Mapping[Quarter, list[Flow]]
Plans = Mapping[Span, Flow]


@dataclass(frozen=True, slots=True)
class Position:
    """Capex of one company over one span. `local` is missing where its parts are in several currencies."""

    span: Span
    usd: float
    local: float | None
    currency: str
    kind: str
    known_on: dt.date
    source: str


@dataclass(frozen=True, slots=True)
class Company:
    """What is known of one company."""

    name: str
    region: str
    starts: Starts
    plans: Plans
    rate: Callable[[str, Span], float | None]

    def over(self, span: Span) -> Position | None:
        """Capex over a span, `None` where a part of it, or its rate, is unknown."""
        return self._position(span, tile(self.starts, span))

    def plan(self, year: int) -> Position | None:
        """The newest plan for a calendar year."""
        span = year_span(year)
        flow = self.plans.get(span)
        return self._position(span, (flow,) if flow else None)

    def planned(self) -> list[Position]:
        """Every plan that is not over, whatever its span."""
        found = (self._position(span, (self.plans[span],)) for span in sorted(self.plans))
        return [position for position in found if position is not None]

    @property
    def reports_quarters(self) -> bool:
        """Whether any single quarter is known."""
        return any(flow.span.length == 1 for flows in self.starts.values() for flow in flows)

    def newest(self) -> list[Position]:
        """The newest quarters, or halves where no quarter is known, newest first."""
        short = {flow.span for flows in self.starts.values() for flow in flows if flow.span.length <= 2}
        spans: list[Span] = []
        for span in sorted(short, key=lambda one: (-one.last, one.length)):
            if not spans or span.last < spans[-1].first:
                spans.append(span)
        found = (self.over(span) for span in spans[:ROW_QUARTERS])
        return [position for position in found if position is not None]

    def _position(self, span: Span, flows: tuple[Flow, ...] | None) -> Position | None:
        if not flows:
            return None
        rates = [self.rate(flow.currency, flow.span) for flow in flows]
        usd = [flow.amount / rate for flow, rate in zip(flows, rates, strict=True) if rate is not None]
        if len(usd) < len(flows):
            return None
        one_currency = len({flow.currency for flow in flows}) == 1
        return Position(
            span,
            sum(usd),
            sum(flow.amount for flow in flows) if one_currency else None,
            flows[0].currency if one_currency else "USD",
            worst_kind(flows),
            max(flow.known_on for flow in flows),
            joined_sources(flows),
        )


def companies_known(market: Market, day: dt.date) -> dict[str, Company]:
    """Every company with its facts as known on a day; spellings of one hyperscaler are one company."""
    rate = average_rates(market)
    return {
        name: Company(name, region, starts, plans, rate)
        for name, (region, starts, plans) in _known(Held(market.capex, market.capex), day).items()
    }


@lru_cache(maxsize=4)
def _known(held: Held[tuple[CapexFact, ...]], day: dt.date) -> dict[str, tuple[str, Starts, Plans]]:
    grouped: defaultdict[str, list[CapexFact]] = defaultdict(list)
    for fact in held.value:
        grouped[_one_name(fact)].append(fact)
    return {
        name: (facts[0].region, by_start(with_derived(known_flows(facts, day))), known_plans(facts, day))
        for name, facts in grouped.items()
    }


def _one_name(fact: CapexFact) -> str:
    first_word = re.split(r"\W", fact.company, maxsplit=1)[0].casefold()
    known = (name for name in HYPERSCALERS[fact.region] if name.casefold() == first_word)
    return next(known, fact.company)
