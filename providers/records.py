"""Records: one dated fact each, frozen and typed, with its source and its time.

Money is in the currency that the record names, never in minor units (pence, agorot). Times are aware UTC
datetimes; days are calendar days of the exchange or of the reporting period. Missing is `None`.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Confidence = Literal["high", "medium", "low"]
CapexKind = Literal["actual", "estimate", "press", "guidance"]
ValuationField = Literal[
    "forward_pe",
    "trailing_pe",
    "price_sales",
    "price_book",
    "revenue_ttm",
    "net_income_ttm",
    "revenue_growth",
    "earnings_growth",
]
Severity = Literal["info", "warning", "error"]


class Record(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """One fact of one source. `source` is a provider's name, or the reference's own attribution."""

    source: str


class Quote(Record, frozen=True, kw_only=True):
    """A last traded price of one line.

    Attributes:
        symbol: Line symbol as in the universe (Yahoo spelling, `0700.HK`).
        price: Price of one unit of the line in `currency`, above zero.
        currency: ISO code of the major unit (`GBP`, never `GBp`).
        as_of: Exchange time of the trade.
        received: When the answer arrived here.
        previous_close: Close of the session before, same unit.
        delay_minutes: Delay that the source declares; `None` when it says nothing.
        market_cap: The source's own market value in `currency`. A cross-check, never the number.
        market_state: Session of the price as the source says it, if it does.
    """

    symbol: str
    price: float
    currency: str
    as_of: dt.datetime
    received: dt.datetime
    previous_close: float | None = None
    delay_minutes: float | None = None
    market_cap: float | None = None
    market_state: Literal["pre", "regular", "post", "closed"] | None = None


class Close(Record, frozen=True, kw_only=True):
    """An official close of one line.

    Attributes:
        day: Session date on the exchange.
        close: Per unit of the line, in `currency`, not adjusted for dividends.
        adjusted_to: The day on whose share basis the close is stated: a close that its source has already
            divided by later splits. `None`: as printed on `day`.
        quality: How the close was obtained when it was not simply read.
    """

    symbol: str
    day: dt.date
    close: float
    currency: str
    adjusted_to: dt.date | None = None
    quality: str | None = None


class Split(Record, frozen=True, kw_only=True):
    """A split, bonus issue or change of an ADR ratio: `ratio` units after for each unit before `day`."""

    symbol: str
    day: dt.date
    ratio: float


class FxRate(Record, frozen=True, kw_only=True):
    """Spot or reference rate: `per_usd` units of `currency` for one US dollar."""

    currency: str
    per_usd: float
    as_of: dt.datetime


class FxAverage(Record, frozen=True, kw_only=True):
    """Average rate over a calendar quarter such as `2025Q3`, for converting flows."""

    currency: str
    quarter: str
    per_usd: float


class ShareCount(Record, frozen=True, kw_only=True):
    """Units of one line outstanding from `day` on.

    `restated_to` is the day on whose share basis the count is stated; `None`: the basis of `day`.
    """

    symbol: str
    day: dt.date
    shares: float
    restated_to: dt.date | None = None
    confidence: Confidence = "medium"
    note: str | None = None


class Valuation(Record, frozen=True, kw_only=True):
    """One multiple, sum or growth rate of an issuer, known on `day`.

    Multiples are plain numbers (negative: a loss), growth rates are fractions (0.12 = 12 %),
    `revenue_ttm` and `net_income_ttm` are in `currency`.

    Attributes:
        price: Price of one unit of `symbol` at which a multiple was stated, in the line's currency: with it
            the multiple follows the price exactly.
        fiscal_year_end: End of the fiscal year that a forward figure refers to, where the source says so.
        quality: Whose "forward" or "trailing" this is, in words.
    """

    issuer: str
    day: dt.date
    field: ValuationField
    value: float
    symbol: str | None = None
    price: float | None = None
    currency: str | None = None
    fiscal_year_end: dt.date | None = None
    quality: str | None = None


class CapexFact(Record, frozen=True, kw_only=True):
    """Capital expenditure of one company over one period.

    Attributes:
        company: Company name, one spelling for all its facts.
        region: `CN` or `US`.
        start: First day of the period.
        end: Last day of the period.
        amount: In `currency`, absolute units (not millions); positive.
        known_on: The day on which the fact could first be known.
        definition: What the amount counts (cash purchases of property and equipment, accruals, leases).
        low: Lower end of a range (guidance), same unit.
        high: Upper end of a range.
    """

    company: str
    region: Literal["CN", "US"]
    start: dt.date
    end: dt.date
    amount: float
    currency: str
    kind: CapexKind
    known_on: dt.date
    definition: str
    confidence: Confidence = "medium"
    low: float | None = None
    high: float | None = None
    note: str | None = None


class ModelScore(Record, frozen=True, kw_only=True):
    """Score of one model on one version of one index.

    Attributes:
        day: Day from which the model held this score (its release, or the day of the leaderboard).
        known_on: Day on which the score was published; later than `day` when an old model was re-scored.
        scale: `level` where a ratio of two scores has a meaning, `elo` where only a difference has.
        attribution: What the source's licence asks to be shown beside the score.
    """

    index: str
    version: str
    region: Literal["CN", "US"]
    model: str
    developer: str
    score: float
    day: dt.date
    known_on: dt.date
    scale: Literal["level", "elo"] = "level"
    attribution: str | None = None
    confidence: Confidence = "medium"
    note: str | None = None


class IndexVersion(Record, frozen=True, kw_only=True):
    """The day on which a new version of a model index re-scaled every score."""

    index: str
    version: str
    day: dt.date


class PrivateMark(Record, frozen=True, kw_only=True):
    """Value of a private company at a round, tender or press report, with a band, in USD.

    `until` is the day from which the company is listed or merged, so that it is not counted twice.
    """

    company: str
    side: Literal["china", "peer"]
    region: str
    subsector: str
    day: dt.date
    kind: Literal["round", "tender", "secondary", "press"]
    value_usd: float
    low_usd: float
    high_usd: float
    until: dt.date | None = None
    confidence: Confidence = "medium"
    note: str | None = None


class Event(Record, frozen=True, kw_only=True):
    """A dated catalyst, past or to come.

    `estimated` when the day is inferred, not announced. `known_on` is the day from which it could be seen
    coming; `None`: nobody knew before `day` itself.
    """

    day: dt.date
    kind: Literal[
        "policy", "ipo", "earnings", "index", "lockup", "model", "capex", "funding", "deal", "research",
        "export_control", "market",
    ]  # fmt: skip
    region: str
    title: str
    detail: str | None = None
    issuer: str | None = None
    estimated: bool = False
    known_on: dt.date | None = None
    confidence: Confidence = "medium"


class NoteFigure(Record, frozen=True, kw_only=True):
    """A figure or definition of the broker note that the product sets out to reproduce."""

    item: str
    value: str
    note: str | None = None
    confidence: Confidence = "medium"


AnyRecord = (
    Quote
    | Close
    | Split
    | FxRate
    | FxAverage
    | ShareCount
    | Valuation
    | CapexFact
    | ModelScore
    | IndexVersion
    | PrivateMark
    | Event
    | NoteFigure
)


class Remark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something a reader of the figures should know, attached to a line, an issuer, a provider or a file.

    `text` is a whole sentence for people: what was expected, what came.
    """

    subject: str
    text: str
    at: dt.datetime
    severity: Severity = "info"
    source: str | None = None
