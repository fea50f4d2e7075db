"""The universe: which issuers and lines are followed, from which base date."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from providers.records import ShareCount

Side = Literal["china", "peer"]
Subsector = Literal[
    "cloud", "ai_software", "data_centres", "ic_design", "foundry", "semicap", "memory", "hardware",
    "model_developers",
]  # fmt: skip

SUBSECTOR_NAMES: dict[str, str] = {
    "cloud": "Cloud platforms",
    "ai_software": "AI software",
    "data_centres": "Data centres",
    "ic_design": "IC design",
    "foundry": "Foundry",
    "semicap": "Semicap",
    "memory": "Memory",
    "hardware": "Hardware & optics",
    "model_developers": "Model developers",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A listed share class.

    Attributes:
        symbol: Yahoo spelling; the key of every record about the line.
        exchange: Market identifier code of the exchange (`XHKG`), as `exchange_calendars` spells it.
        currency: ISO code in which the line trades (major unit).
        ordinary_per_unit: Ordinary shares behind one unit (8 for a BABA ADS).
        counted: Whether the line adds to market value; a fungible twin of a counted line does not.
        twin_of: The counted line whose ordinary shares this one represents.
        listed_on: First day of trading, where it matters (after the earliest base date).
        delisted_on: Last day of trading.
    """

    symbol: str
    issuer: str
    exchange: str
    currency: str
    line_class: str = "ordinary"
    ordinary_per_unit: float = 1.0
    counted: bool = True
    twin_of: str | None = None
    listed_on: dt.date | None = None
    delisted_on: dt.date | None = None


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """A company with at least one listed line. `region` is an ISO country code, `lines` the counted first."""

    id: str
    name: str
    side: Side
    region: str
    subsector: Subsector
    lines: tuple[Line, ...]
    name_zh: str | None = None
    reporting_currency: str = "USD"
    cik: str | None = None
    listed_on: dt.date | None = None
    delisted_on: dt.date | None = None


class Universe(msgspec.Struct, frozen=True, kw_only=True):
    """Issuers of one list. `base_date` is the day that every "since" counts from.

    `share_counts` are those that the list itself gives for lines of its own; they go before any other count.
    """

    name: str
    base_date: dt.date
    issuers: tuple[Issuer, ...]
    share_counts: tuple[ShareCount, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of all issuers, twins included."""
        return tuple(line for issuer in self.issuers for line in issuer.lines)

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every trading and reporting currency other than USD, sorted."""
        traded = {line.currency for line in self.lines}
        reported = {issuer.reporting_currency for issuer in self.issuers}
        return tuple(sorted((traded | reported) - {"USD"}))
