"""How fresh a price is, and how fresh an aggregate: delay classes by value, oldest as-of, the stale rule.

The delay of a price is measured: its age on arrival, but no more than its source is usually late on that
exchange (`ProviderHealth.delay_minutes`), because the age of an old last trade is the line's silence and not
the source's delay. What a source declares is not believed; it only widens what may pass before a price is
stale.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from metrics.board import DelayClass, Freshness
from metrics.exchanges import local_day
from metrics.numbers import BoolArray, FloatArray, finite
from metrics.prices import Price
from providers.market import Market, Session
from providers.records import Quote

if TYPE_CHECKING:
    import pandas as pd

LIVE_WITHIN_MINUTES = 2.0
STALE_AFTER_POLLS = 3
OLDEST_AMONG_PCT = 99.0

_TRADING = frozenset({"open", "lunch"})
_PROVIDER_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def is_reference(source: str) -> bool:
    """Whether a source is the embedded reference: named so, or an attribution, not a provider's name."""
    return source.startswith("reference") or _PROVIDER_NAME.fullmatch(source) is None


def measured_delays(market: Market) -> dict[tuple[str, str], float]:
    """How late each source usually is on each exchange, in minutes, by source and exchange."""
    return {
        (provider.name, exchange): minutes
        for provider in market.providers
        for exchange, minutes in provider.delay_minutes.items()
    }


def delay_minutes(price: Price, usual: float | None = None) -> float | None:
    """Delay in minutes: the age of the trade on arrival, `usual` at most; `None` for a close.

    Args:
        price: In session.
        usual: How late the source is measured to be on the exchange; `None` where that is not known.
    """
    if price.quote is None:
        return None
    age = max(0.0, (price.quote.received - price.as_of).total_seconds() / 60)
    return age if usual is None else min(age, usual)


def is_stale(
    price: Price, session: Session | None, at: dt.datetime, poll_seconds: float, behind: float = 0.0
) -> bool:
    """Whether the exchange is in session and the price older than three polls plus its source's delay.

    Age counts from the opening, or the end of the lunch break, where the price is from before: at the bell
    nothing is stale yet.

    Args:
        price: In use.
        session: Of its exchange.
        at: Now.
        poll_seconds: Between two polls.
        behind: How late prices may come, in minutes.
    """
    if session is None or session.state != "open":
        return False
    bells = (bell for bell in (session.opened, session.resumed) if bell is not None)
    since = max((price.as_of, *bells))
    return (at - since).total_seconds() > STALE_AFTER_POLLS * poll_seconds + 60 * behind


def minutes_behind(price: Price, quote: Quote | None, usual: Callable[[str], float | None]) -> float:
    """How late a newer price of a line may come: the longer of its source's measured and declared delay.

    Right after the opening a close is still in use, and what is awaited is the next quote of the source that
    quoted the line last.

    Args:
        price: In use.
        quote: The newest quote of the line.
        usual: How late a source is measured to be on the exchange, in minutes.
    """
    awaited = price.quote or quote
    if awaited is None:
        return usual(price.source) or 0.0
    return max(awaited.delay_minutes or 0.0, usual(awaited.source) or 0.0)


def delay_class(
    price: Price, session: Session | None, *, stale: bool, usual: float | None = None
) -> DelayClass:
    """Class of one price.

    `reference` for the embedded tables; `close` for a close, for a quote while its exchange is shut, and for
    one from before the opening; in session and over lunch `live` up to two minutes behind, else `delayed`. A
    stale price is never live.
    """
    if is_reference(price.source):
        return "reference"
    if price.quote is None or session is None or session.state not in _TRADING:
        return "close"
    if session.opened is not None and price.day < local_day(session.exchange, session.opened).toordinal():
        return "close"
    late = delay_minutes(price, usual)
    return "delayed" if stale or late is None or late > LIVE_WITHIN_MINUTES else "live"


def freshness(lines: pd.DataFrame) -> Freshness:
    """Delay classes of an aggregate by value, in per cent of the value of the given lines.

    Args:
        lines: Rows of `Valued.lines`; lines without a value carry no weight.
    """
    value = lines["value_usd"].to_numpy(dtype=np.float64)
    counts = np.nan_to_num(value) > 0
    held = value[counts]
    if not held.size:
        return Freshness()
    whole = float(held.sum())
    classes = lines["delay_class"].to_numpy(dtype=object)[counts]
    delay = lines["delay_minutes"].to_numpy(dtype=np.float64)[counts]
    stale = lines["stale"].to_numpy(dtype=np.bool_)[counts]

    def weight(chosen: BoolArray) -> float:
        return min(100.0, 100.0 * float(held[chosen].sum()) / whole)

    late = (classes == "delayed") & ~np.isnan(delay)
    typical = float(np.average(delay[late], weights=held[late])) if late.any() else math.nan
    return Freshness(
        live_pct=weight(classes == "live"),
        delayed_pct=weight(classes == "delayed"),
        close_pct=weight(classes == "close"),
        reference_pct=weight(classes == "reference"),
        oldest_as_of=_oldest(held, list(lines["as_of"].to_numpy(dtype=object)[counts])),
        stale_pct=weight(stale),
        delay_minutes=finite(typical),
    )


def _oldest(value: FloatArray, as_of: list[dt.datetime]) -> dt.datetime:
    """Oldest as-of among the largest lines that together make up `OLDEST_AMONG_PCT` of the value."""
    order = sorted(range(len(as_of)), key=lambda row: (-value[row], as_of[row]))
    running = np.cumsum(value[order])
    enough = int(np.searchsorted(running, running[-1] * OLDEST_AMONG_PCT / 100.0)) + 1
    return min(as_of[row] for row in order[:enough])
