"""Capex facts of one company as flows over quarters: newest vintage, derived quarters, tilings.

Reports mix quarters, halves, year-to-date sums and fiscal years. Every one is a flow over a span of quarters;
a longer flow less the shorter ones inside it gives the quarter that was not reported, and a window is worth
what the finest flows that tile it add up to. Nothing overlaps, nothing is spread, and a gap stays a gap.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metrics.quarters import Quarter, Span, nearest_span
from providers.records import CapexFact

# From the most to the least certain: a sum is as certain as its least certain part.
KINDS = ("actual", "estimate", "press", "guidance")
_CONFIDENCE = {"high": 2, "medium": 1, "low": 0}
_WITH_LEASES = re.compile(r"\b(?:incl\w*|with)\b[^,;]*\bleases?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flow:
    """Capex over a span of quarters, in `currency`. `derived`: a difference of reported flows."""

    span: Span
    amount: float
    currency: str
    kind: str
    known_on: dt.date
    source: str
    derived: bool = False


def known_flows(facts: Iterable[CapexFact], known_on: dt.date) -> list[Flow]:
    """What was known of one company's capex on a day: one flow per span, without plans.

    Only cash purchases count: a figure that includes finance leases is left out. Actual beats any estimate;
    among equals the newest vintage wins, then the better confidence.
    """
    newest: dict[Span, CapexFact] = {}
    for fact in facts:
        if fact.known_on > known_on or _is_plan(fact, known_on) or _WITH_LEASES.search(fact.definition):
            continue
        span = nearest_span(fact.start, fact.end)
        if span is not None and (span not in newest or _rank(fact) > _rank(newest[span])):
            newest[span] = fact
    return [_flow(span, fact) for span, fact in newest.items()]


def known_plans(facts: Iterable[CapexFact], known_on: dt.date) -> dict[Span, Flow]:
    """The newest plan per span: guidance, or an estimate of a period that is not over, at mid-range."""
    newest: dict[Span, CapexFact] = {}
    for fact in facts:
        if fact.known_on > known_on or fact.end <= known_on or not _is_plan(fact, known_on):
            continue
        span = nearest_span(fact.start, fact.end)
        if span is not None and (span not in newest or _plan_rank(fact) > _plan_rank(newest[span])):
            newest[span] = fact
    return {span: _flow(span, fact) for span, fact in newest.items()}


def with_derived(flows: Sequence[Flow]) -> list[Flow]:
    """Add every flow that follows by subtraction: a year less the quarters known inside it.

    A remainder that is not positive is dropped: its parts were not of one definition.
    """
    everything = list(flows)
    tried: set[Span] = set()
    found = True
    while found:
        found = False
        starts = by_start(everything)
        for whole in sorted(everything, key=lambda flow: (flow.span.length, flow.span.first)):
            rest = _remainder(whole, starts)
            if rest is not None and rest.span not in tried:
                tried.add(rest.span)
                if rest.amount > 0:
                    everything.append(rest)
                    found = True
                    break
    return everything


def by_start(flows: Iterable[Flow]) -> dict[Quarter, list[Flow]]:
    """Flows by the quarter that they begin in."""
    starts: defaultdict[Quarter, list[Flow]] = defaultdict(list)
    for flow in flows:
        starts[flow.span.first].append(flow)
    return starts


def tile(starts: Mapping[Quarter, Sequence[Flow]], span: Span) -> tuple[Flow, ...] | None:
    """The finest flows that cover a span exactly, actual before estimates; `None` where there is a gap."""
    if span.first > span.last:
        return ()
    best: dict[Quarter, tuple[tuple[int, int], tuple[Flow, ...]]] = {span.first: ((0, 0), ())}
    for position in span.quarters:
        if position not in best:
            continue
        (uncertain, pieces), path = best[position]
        for flow in starts.get(position, ()):
            after = flow.span.last + 1
            if after > span.last + 1:
                continue
            cost = (uncertain + (flow.span.length if flow.kind != "actual" else 0), pieces - 1)
            if after not in best or cost < best[after][0]:
                best[after] = (cost, (*path, flow))
    reached = best.get(span.last + 1)
    return reached[1] if reached else None


def worst_kind(flows: Iterable[Flow]) -> str:
    """The least certain kind among flows."""
    return max((flow.kind for flow in flows), key=KINDS.index)


def joined_sources(flows: Iterable[Flow]) -> str:
    """Each source once, in order."""
    return "; ".join(dict.fromkeys(flow.source for flow in flows))


def _remainder(whole: Flow, starts: Mapping[Quarter, Sequence[Flow]]) -> Flow | None:
    """The shortest unknown run of quarters inside `whole` whose neighbours are all known."""
    first, last = whole.span
    for length in range(1, whole.span.length):
        for begin in range(first, last - length + 2):
            middle = Span(begin, begin + length - 1)
            if tile(starts, middle) is not None:
                continue
            before, after = tile(starts, Span(first, begin - 1)), tile(starts, Span(begin + length, last))
            if before is None or after is None:
                continue
            known = (*before, *after)
            if any(flow.currency != whole.currency for flow in known):
                continue
            parts = (whole, *known)
            return Flow(
                middle,
                whole.amount - sum(flow.amount for flow in known),
                whole.currency,
                worst_kind(parts),
                max(flow.known_on for flow in parts),
                f"derived: {whole.span.label} less {', '.join(flow.span.label for flow in known)}",
                derived=True,
            )
    return None


def _is_plan(fact: CapexFact, day: dt.date) -> bool:
    return fact.kind == "guidance" or (fact.kind != "actual" and fact.end > day)


def _flow(span: Span, fact: CapexFact) -> Flow:
    ranged = fact.low is not None and fact.high is not None and fact.kind != "actual"
    amount = (fact.low + fact.high) / 2 if ranged and fact.low and fact.high else fact.amount
    return Flow(span, amount, fact.currency, fact.kind, fact.known_on, fact.source)


def _rank(fact: CapexFact) -> tuple[bool, dt.date, int, float, str]:
    # The last two only make the choice the same for any order of the facts.
    return (fact.kind == "actual", fact.known_on, _CONFIDENCE[fact.confidence], fact.amount, fact.source)


def _plan_rank(fact: CapexFact) -> tuple[dt.date, int, bool, float, str]:
    confidence = _CONFIDENCE[fact.confidence]
    return (fact.known_on, confidence, fact.kind == "guidance", fact.amount, fact.source)
