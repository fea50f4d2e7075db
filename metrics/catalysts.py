"""Catalysts: what could move the gap next, and what just did."""

from __future__ import annotations

import datetime as dt

from metrics.board import Catalyst, Explanation, Input
from providers.market import Market
from providers.records import Event

PAST_DAYS = 90
"""How many calendar days an event stays on the list after its day."""
METHOD = "docs/methodology.md#catalysts"


def catalysts(market: Market) -> tuple[Catalyst, ...]:
    """Events of today and later, nearest first, then those of the last 90 days, newest first."""
    today = market.at.date()
    ordered = sorted(market.events, key=_key)
    future = [event for event in ordered if event.day >= today]
    recent = [event for event in ordered if 0 < (today - event.day).days <= PAST_DAYS]
    recent.sort(key=lambda event: event.day, reverse=True)
    return tuple(_catalyst(event, today) for event in (*future, *recent))


def explain(part: tuple[Catalyst, ...], market: Market) -> dict[str, Explanation]:
    """How the countdown to the next event came about. Path: `catalysts[0].days`."""
    if not part or part[0].days is None or part[0].days < 0:
        return {}
    event = part[0]
    return {
        "catalysts[0].days": Explanation(
            title=f"Days until: {event.title}",
            formula="day of the event - day of the Board (UTC), in calendar days",
            inputs=(
                Input(
                    label=event.title,
                    value=event.days,
                    unit="",
                    source=event.source,
                    day=event.date,
                    note="the day is inferred, not announced" if event.estimated else None,
                ),
                Input(label="day of the Board", value=None, unit="", as_of=market.at, day=market.at.date()),
            ),
            method=METHOD,
        )
    }


def _key(event: Event) -> tuple[dt.date, bool, str, str]:
    # Within a day an announced event stands before an inferred one.
    return (event.day, event.estimated, event.kind, event.title)


def _catalyst(event: Event, today: dt.date) -> Catalyst:
    return Catalyst(
        date=event.day,
        kind=event.kind,
        region=event.region,
        title=event.title,
        source=event.source,
        detail=event.detail,
        days=(event.day - today).days,
        estimated=event.estimated,
        issuer=event.issuer,
    )
