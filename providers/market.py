"""Market: the frozen state of all records and of provider health at one instant.

The feed fills it, the metrics read it. It is the only thing that passes between them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import msgspec

from providers.records import (
    CapexFact,
    Event,
    FxAverage,
    FxRate,
    IndexVersion,
    ModelScore,
    PrivateMark,
    Quote,
    Remark,
    ShareCount,
    Split,
    Valuation,
)
from providers.universe import Universe

if TYPE_CHECKING:
    import pandas as pd

Mode = Literal["live", "offline", "demo", "replay"]
SessionState = Literal["open", "lunch", "pre", "post", "closed", "holiday"]
ProviderState = Literal["ok", "degraded", "down", "off"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """State of one exchange.

    Attributes:
        exchange: Market identifier code.
        next_change: When the state next changes.
        last_close: When the newest finished session closed.
        opened: When the running session opened; `None` outside a session.
        resumed: When it went on after its lunch break; `None` before that and where there is none.
        note: Name of a holiday, or `half day`.
    """

    exchange: str
    state: SessionState
    next_change: dt.datetime | None = None
    last_close: dt.datetime | None = None
    opened: dt.datetime | None = None
    resumed: dt.datetime | None = None
    note: str | None = None


class ProviderHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How one provider is doing. `last_error` is in plain words, `next_try` set while it backs off.

    Attributes:
        requests: Of the UTC day, over all runs that share a store.
        allowed: Requests a day, where there is a limit.
        delay_minutes: How late its prices are, measured, by exchange.
    """

    name: str
    state: ProviderState
    last_ok: dt.datetime | None = None
    last_error: str | None = None
    next_try: dt.datetime | None = None
    requests: int = 0
    latency_ms: float | None = None
    allowed: int | None = None
    delay_minutes: dict[str, float] = {}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a background job is, for example the first fill of closes."""

    what: str
    done: int
    total: int


class PollerState(msgspec.Struct, frozen=True, kw_only=True):
    """Who polls the store that a Market is from.

    Attributes:
        role: `polls`: this process does; `follows`: another one does; `alone`: there is no store to share.
        holder: Who does (`alice@host`); `None` where nobody does.
    """

    role: Literal["polls", "follows", "alone"]
    holder: str | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Market:
    """Everything known at `at`, nothing later.

    Attributes:
        at: The instant, by the clock in use.
        poll_seconds: The refresh interval in force, for the stale rule.
        quotes: Newest quote by symbol, fungible twins included. A provider that serves only dated closes
            (the embedded reference) contributes no quotes, only closes.
        closes: Sessions × symbols, local currency per unit of the line, on the share basis of `at`
            (splits applied by the feed). Index: `datetime.date`, ascending. Missing: NaN.
        close_sources: Same shape as `closes`, the source's name, `None` where there is no close.
        fx: Days × currencies, units per USD. Index as in `closes`. USD is not a column.
        fx_sources: Same shape as `fx`, the source's name.
        fx_now: Newest rate by currency.
    """

    at: dt.datetime
    mode: Mode
    universe: Universe
    closes: pd.DataFrame
    close_sources: pd.DataFrame
    fx: pd.DataFrame
    fx_sources: pd.DataFrame
    poll_seconds: float = 15.0
    quotes: Mapping[str, Quote] = field(default_factory=dict)
    fx_now: Mapping[str, FxRate] = field(default_factory=dict)
    fx_averages: tuple[FxAverage, ...] = ()
    share_counts: tuple[ShareCount, ...] = ()
    splits: tuple[Split, ...] = ()
    valuations: tuple[Valuation, ...] = ()
    capex: tuple[CapexFact, ...] = ()
    scores: tuple[ModelScore, ...] = ()
    index_versions: tuple[IndexVersion, ...] = ()
    marks: tuple[PrivateMark, ...] = ()
    events: tuple[Event, ...] = ()
    sessions: tuple[Session, ...] = ()
    providers: tuple[ProviderHealth, ...] = ()
    remarks: tuple[Remark, ...] = ()
    progress: Progress | None = None
    poller: PollerState | None = None
