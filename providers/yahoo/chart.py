"""Daily closes, splits and the history of rates from the chart (v8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from providers.base import BadAnswer
from providers.numbers import positive
from providers.quote_rows import Unusable
from providers.records import Close, FxRate, Split
from providers.universe import Line
from providers.yahoo.fields import (
    Row,
    dated,
    divisor_for,
    envelope,
    items,
    mapping,
    moment,
    zone_of,
)

SOURCE = "yahoo"
# The closing auction still changes today's bar after the end of trading.
SETTLING = dt.timedelta(minutes=9)
_STEP = dt.timedelta(minutes=15)
# A day of the currency market ends at 17:00 in New York.
_FX_DAY_END = dt.time(21, 0, tzinfo=dt.UTC)

SessionOpen = Callable[[str, dt.datetime], bool]


def closes(
    payload: object, line: Line, now: dt.datetime, session_open: SessionOpen
) -> tuple[list[Close], list[Split]]:
    """Return the finished daily closes of a line and its splits.

    Yahoo divides every past close by later splits, so the closes are on the share basis of `now`. Null bars
    are left out; of two bars of one day the later counts (Taiwan sends a null bar and a live one); today's
    bar is left out until the session is over.

    Raises:
        BadAnswer: Another shape.
        Unusable: Another currency than the line's.
    """
    chart = _chart(payload)
    meta = mapping(chart.get("meta"))
    divisor = divisor_for(line, meta.get("currency"))
    zone = zone_of(meta)
    today = now.astimezone(zone).date()
    finished = today if day_is_over(line.exchange, now, zone, session_open) else today - dt.timedelta(days=1)
    bars = dict(dated(chart.get("timestamp"), _closes_of(chart), zone))
    found = [
        Close(
            source=SOURCE,
            symbol=line.symbol,
            day=day,
            close=value / divisor,
            currency=line.currency,
            adjusted_to=today,
        )
        for day, value in sorted(bars.items())
        if day <= finished
    ]
    return found, _splits(chart, line.symbol, zone, today)


def rate_history(payload: object, currency: str, now: dt.datetime) -> list[FxRate]:
    """Return units of a currency per USD at the end of each finished day.

    Raises:
        BadAnswer: Another shape.
        Unusable: The chart is in another currency.
    """
    chart = _chart(payload)
    meta = mapping(chart.get("meta"))
    if meta.get("currency") != currency:
        raise Unusable(f"a rate in {currency} was expected, the chart is not in it")
    zone = zone_of(meta)
    bars = dict(dated(chart.get("timestamp"), _closes_of(chart), zone))
    ends = {day: dt.datetime.combine(day, _FX_DAY_END) for day in bars}
    return [
        FxRate(source=SOURCE, currency=currency, per_usd=value, as_of=ends[day])
        for day, value in sorted(bars.items())
        if ends[day] <= now
    ]


def day_is_over(exchange: str, now: dt.datetime, zone: dt.tzinfo, session_open: SessionOpen) -> bool:
    """Whether no session is running, has just ended or is to come on the exchange's present day.

    Looks ahead, because an exchange at lunch is not in session and its day's bar is unfinished all the same.
    """
    local = now.astimezone(zone)
    midnight = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    probe = now - SETTLING
    while probe < midnight:
        if session_open(exchange, probe):
            return False
        probe += _STEP
    return True


def _chart(payload: object) -> Row:
    rows = envelope(payload, "chart")
    if not rows:
        raise BadAnswer("Yahoo's chart should hold one result, it holds none")
    return rows[0]


def _closes_of(chart: Row) -> object:
    quotes = items(mapping(chart.get("indicators")).get("quote"))
    return mapping(quotes[0]).get("close") if quotes else None


def _splits(chart: Row, symbol: str, zone: dt.tzinfo, today: dt.date) -> list[Split]:
    found: dict[dt.date, Split] = {}
    for entry in mapping(mapping(chart.get("events")).get("splits")).values():
        event = mapping(entry)
        at = moment(event, "date")
        after, before = positive(event.get("numerator")), positive(event.get("denominator"))
        if at is None or after is None or before is None:
            continue
        day, ratio = at.astimezone(zone).date(), positive(after / before)
        if day <= today and ratio is not None:
            found[day] = Split(source=SOURCE, symbol=symbol, day=day, ratio=ratio)
    return [found[day] for day in sorted(found)]
