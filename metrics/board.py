"""Board: the frozen result of all metrics on one Market, one part per pane.

The terminal, `narrows snapshot`, alerts and exports all read this, and nothing else. Its JSON form is a
contract (`narrows schema`): absent is `null`, never 0 or NaN; money in USD unless the key says otherwise;
`_pct` in per cent, `_pp` in percentage points; times ISO 8601 UTC. This module imports neither pandas nor
numpy, so that a stored Board can be on the screen before they are loaded.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

SCHEMA = "narrows/1"

Mode = Literal["live", "offline", "demo", "replay"]
DelayClass = Literal["live", "delayed", "close", "reference"]
Stance = Literal["discount", "parity", "premium"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part of the Board."""


class UniverseInfo(Part, frozen=True, kw_only=True):
    """Name and size of the universe."""

    name: str
    issuers: int
    lines: int


class Freshness(Part, frozen=True, kw_only=True):
    """Value-weighted delay classes of an aggregate, per cent of its value; together 100 where there is value.

    `oldest_as_of` is the oldest as-of among the lines that make up 99 % of the value. `stale_pct` overlaps
    the classes: value whose exchange is in session while its price is too old. `delay_minutes` is the
    value-weighted typical delay of the delayed part.
    """

    live_pct: float | None = None
    delayed_pct: float | None = None
    close_pct: float | None = None
    reference_pct: float | None = None
    oldest_as_of: dt.datetime | None = None
    stale_pct: float | None = None
    delay_minutes: float | None = None


class Coverage(Part, frozen=True, kw_only=True):
    """How many issuers carry a price, and which do not.

    `base_missing`: listed at the base date, no close there.
    """

    priced: int
    issuers: int
    missing: tuple[str, ...] = ()
    base_missing: tuple[str, ...] = ()


class LineView(Part, frozen=True, kw_only=True):
    """One counted line inside a constituent. `fx_usd` is USD for one unit of `currency`.

    `symbol` is the line that counts; `priced_by` the line whose price serves when that is its fungible twin.
    """

    symbol: str
    price: float | None
    currency: str
    shares: float | None
    fx_usd: float | None
    as_of: dt.datetime | None
    source: str | None
    delay_minutes: float | None
    stale: bool
    exchange: str
    delay_class: DelayClass | None = None
    priced_by: str | None = None
    value_usd: float | None = None
    day_pct: float | None = None
    shares_as_of: dt.date | None = None
    shares_source: str | None = None


class Constituent(Part, frozen=True, kw_only=True):
    """One issuer of the basket. Weights and contributions refer to the whole basket; money in USD.

    `day_pct` is the change of market value at constant FX and shares since the previous close,
    `day_contribution_usd` the same in USD. `contribution_usd` and `since_base_pct` count from the base date;
    `null` without a price there. `price_usd`, `fx_usd`, `shares_usd`, `new_usd` split `contribution_usd` by
    cause.
    """

    issuer: str
    name: str
    subsector: str
    region: str
    market_cap_usd: float | None
    weight_pct: float | None
    day_pct: float | None
    since_base_pct: float | None
    contribution_usd: float | None
    lines: tuple[LineView, ...]
    name_zh: str | None = None
    base_usd: float | None = None
    day_contribution_usd: float | None = None
    price_usd: float | None = None
    fx_usd: float | None = None
    shares_usd: float | None = None
    new_usd: float | None = None
    forward_pe: float | None = None
    price_sales: float | None = None
    ah_spread_pct: float | None = None
    twin_spread_pct: float | None = None
    stale: bool = False
    remark: str | None = None


class LikeForLike(Part, frozen=True, kw_only=True):
    """Change of the issuers that have a price at the base date, and only those."""

    change_usd: float | None
    change_pct: float | None
    members: int


class Attribution(Part, frozen=True, kw_only=True):
    """Causes of the change of level; they add up to it exactly (LMDI-I).

    `unpriced_at_base_usd` is value today of issuers that were listed at the base date without a known close
    there: it is neither a gain nor a listing, so it stands apart.
    """

    price_usd: float | None
    fx_usd: float | None
    shares_usd: float | None
    new_listings_usd: float | None
    delistings_usd: float | None
    unpriced_at_base_usd: float | None = None


class Basket(Part, frozen=True, kw_only=True):
    """Pane 1: what China AI is worth, and how much of the rise is real.

    `day_*`: since the previous close, without the day's new listings, which `day_attribution` names.
    """

    value_usd: float | None
    base_date: dt.date
    base_value_usd: float | None
    change_usd: float | None
    change_pct: float | None
    index_level: float | None
    like_for_like: LikeForLike
    new_listings_usd: float | None
    attribution: Attribution
    coverage: Coverage
    freshness: Freshness
    constituents: tuple[Constituent, ...]
    day_usd: float | None = None
    day_pct: float | None = None
    day_attribution: Attribution | None = None


class ShareRow(Part, frozen=True, kw_only=True):
    """China beside all listed, for one subsector."""

    subsector: str
    china_usd: float | None
    global_usd: float | None
    share_pct: float | None
    day_pp: float | None = None


class RegionRow(Part, frozen=True, kw_only=True):
    """Listed value by region."""

    region: str
    value_usd: float | None
    share_pct: float | None
    issuers: int


class PrivateRow(Part, frozen=True, kw_only=True):
    """One private company with its newest mark."""

    company: str
    side: Literal["china", "peer"]
    region: str
    subsector: str
    date: dt.date
    kind: str
    value_usd: float
    low_usd: float
    high_usd: float
    source: str


class Share(Part, frozen=True, kw_only=True):
    """Pane 2: how much of global AI is that? The share with private companies is a range."""

    listed_pct: float | None
    with_private_pct: float | None
    with_private_low_pct: float | None
    with_private_high_pct: float | None
    china_listed_usd: float | None
    global_listed_usd: float | None
    china_private_usd: float | None
    global_private_usd: float | None
    by_subsector: tuple[ShareRow, ...]
    coverage: Coverage
    freshness: Freshness
    by_region: tuple[RegionRow, ...] = ()
    private: tuple[PrivateRow, ...] = ()
    day_pp: float | None = None


class CapexWindow(Part, frozen=True, kw_only=True):
    """Chinese ÷ US capex over a span. `estimate_pct`: share of the Chinese sum that is not actual.

    `label` is one of `2023-2025`, `LTM`, `newest quarter`, `plans`. `missing` names companies without a
    figure in the window: they stand on neither side.
    """

    label: str
    start: dt.date = msgspec.field(name="from")
    end: dt.date = msgspec.field(name="to")
    china_usd: float | None
    us_usd: float | None
    ratio_pct: float | None
    estimate_pct: float | None
    ratio_actual_pct: float | None = None
    missing: tuple[str, ...] = ()


class CapexQuarter(Part, frozen=True, kw_only=True):
    """Chinese ÷ US capex of one calendar quarter such as `2025Q3`, same companies on each side all along."""

    quarter: str
    china_usd: float | None
    us_usd: float | None
    ratio_pct: float | None


class CapexRow(Part, frozen=True, kw_only=True):
    """One company, one period (`2025Q3`, `2025H1`, `2025`, `LTM`, `2026 plan`).

    `capex_local` in `currency`.
    """

    company: str
    region: str
    period: str
    capex_usd: float | None
    currency: str
    capex_local: float | None
    kind: str
    known_on: dt.date | None
    source: str


class Capex(Part, frozen=True, kw_only=True):
    """Pane 3: does China invest enough to catch up? `known_as_of`: nothing known later is in it."""

    windows: tuple[CapexWindow, ...]
    quarters: tuple[CapexQuarter, ...]
    companies: tuple[CapexRow, ...]
    known_as_of: dt.date | None = None


class SpreadTotal(Part, frozen=True, kw_only=True):
    """All subsectors together on forward P/E. Narrowing: points per 30 days, positive when the gap closes.

    `matched_spread_pct` takes the mix of subsectors out: China's value against the same earnings at peers'
    multiples, subsector by subsector. Coverage below 50 % is thin.
    """

    china: float | None
    peers: float | None
    spread_pct: float | None
    narrowing_pp_30d: float | None
    upside_to_parity_usd: float | None
    china_coverage_pct: float | None = None
    peers_coverage_pct: float | None = None
    as_of: dt.date | None = None
    matched_spread_pct: float | None = None
    thin: bool = False


class SpreadRow(Part, frozen=True, kw_only=True):
    """One subsector. `multiple` is `forward_pe` or `price_sales`. Coverage below 50 % is thin.

    `upside_to_parity_usd` is set for a discount only. `as_of` is the oldest valuation day used.
    `trend_pp_90d` is the change of the spread over 90 days, where the history reaches that far. `horizon`
    says what forward means here.
    """

    subsector: str
    multiple: str
    china: float | None
    peers: float | None
    china_median: float | None
    peers_median: float | None
    spread_pct: float | None
    stance: Stance | None
    upside_to_parity_usd: float | None
    china_coverage_pct: float | None
    peers_coverage_pct: float | None
    china_revenue_growth_pct: float | None
    peers_revenue_growth_pct: float | None
    china_earnings_growth_pct: float | None
    peers_earnings_growth_pct: float | None
    thin: bool = False
    trend_pp_90d: float | None = None
    as_of: dt.date | None = None
    horizon: str | None = None


class Spreads(Part, frozen=True, kw_only=True):
    """Pane 4: where is the discount, where the premium? `peers`: `global` (outside China) or `us`."""

    peers: Literal["global", "us"]
    total: SpreadTotal
    subsectors: tuple[SpreadRow, ...]


class BestModel(Part, frozen=True, kw_only=True):
    """Best model of one side on one index version."""

    model: str
    developer: str
    score: float
    released: dt.date | None = None


class PreviousGap(Part, frozen=True, kw_only=True):
    """The gap before. Across a version break it is not comparable: show it, never subtract it."""

    as_of: dt.date
    version: str
    gap_pct: float | None
    comparable: bool = False


class ModelRow(Part, frozen=True, kw_only=True):
    """One step of the frontier: the best model of a side from `date` on, on one version."""

    date: dt.date
    version: str
    region: str
    model: str
    developer: str
    score: float
    gap_pct: float | None
    version_break: bool = False


class Models(Part, frozen=True, kw_only=True):
    """Pane 5: how far behind are the models? On an Elo board `gap_pct` is null and `win_rate_pct` set.

    `stale_version` names a newer version of the index of which no scores are at hand. `attribution` is what
    the licence of the scores asks to be shown.
    """

    index: str | None
    version: str | None
    as_of: dt.date | None
    china: BestModel | None
    us: BestModel | None
    gap_pct: float | None
    gap_points: float | None
    previous: PreviousGap | None
    win_rate_pct: float | None = None
    stale_version: str | None = None
    history: tuple[ModelRow, ...] = ()
    source: str | None = None
    attribution: str | None = None


class Catalyst(Part, frozen=True, kw_only=True):
    """One dated event. `days` from the Board's day (negative: past); `estimated`: the day is inferred."""

    date: dt.date
    kind: str
    region: str
    title: str
    source: str
    detail: str | None = None
    days: int | None = None
    estimated: bool = False
    issuer: str | None = None


class SessionView(Part, frozen=True, kw_only=True):
    """State of one exchange."""

    exchange: str
    state: Literal["open", "lunch", "pre", "post", "closed", "holiday"]
    next_change: dt.datetime | None = None
    note: str | None = None
    last_close: dt.datetime | None = None


class ProviderView(Part, frozen=True, kw_only=True):
    """Health of one provider.

    `requests` of the UTC day out of `allowed`, where there is a limit; `delay_minutes` measured, by exchange.
    """

    name: str
    state: Literal["ok", "degraded", "down", "off"]
    last_ok: dt.datetime | None
    last_error: str | None
    requests: int
    latency_ms: float | None
    next_try: dt.datetime | None = None
    allowed: int | None = None
    delay_minutes: dict[str, float] = {}


class SameMoment(Part, frozen=True, kw_only=True):
    """The gap at the last common close, and what each side has moved since.

    `at` is the day of the newest session that both Shanghai and New York have closed. `since_pct` are value
    changes of each side from that close until now.
    """

    at: dt.date | None
    share_listed_pct: float | None
    total_spread_pct: float | None
    china_since_pct: float | None
    peers_since_pct: float | None


class RemarkView(Part, frozen=True, kw_only=True):
    """Something a reader of the figures should know."""

    subject: str
    text: str
    at: dt.datetime
    severity: Literal["info", "warning", "error"]
    source: str | None = None


class ProgressView(Part, frozen=True, kw_only=True):
    """How far a background job is."""

    what: str
    done: int
    total: int


class PollerView(Part, frozen=True, kw_only=True):
    """Who polls the store: this process (`polls`), `holder` (`follows`), or nobody shares one (`alone`)."""

    role: Literal["polls", "follows", "alone"]
    holder: str | None = None


class Input(Part, frozen=True, kw_only=True):
    """One input of a headline.

    `unit` is `USD`, `%`, `×`, `shares`, an ISO currency, or empty; `day` where no time is known.
    """

    label: str
    value: float | None
    unit: str
    source: str | None = None
    as_of: dt.datetime | None = None
    day: dt.date | None = None
    note: str | None = None


class Explanation(Part, frozen=True, kw_only=True):
    """How one figure came about. `method` is an anchor in docs/methodology.md.

    `worked` is the formula over the inputs by their place, from 0: `{0} ÷ {1} - 1`; empty where it is no
    plain arithmetic of them. Per cent, of an input or of the figure, count as fractions there.
    """

    title: str
    formula: str
    inputs: tuple[Input, ...]
    method: str
    worked: str = ""


class Board(Part, frozen=True, kw_only=True):
    """Everything on the screen at one instant.

    `explain` maps a path such as `share.listed_pct` to its inputs.
    """

    schema: str = SCHEMA
    as_of: dt.datetime
    mode: Mode
    universe: UniverseInfo
    basket: Basket
    share: Share
    capex: Capex
    spreads: Spreads
    models: Models
    catalysts: tuple[Catalyst, ...]
    sessions: tuple[SessionView, ...]
    providers: tuple[ProviderView, ...]
    same_moment: SameMoment
    remarks: tuple[RemarkView, ...] = ()
    progress: ProgressView | None = None
    reference_date: dt.date | None = None
    poll_seconds: float | None = None
    poller: PollerView | None = None
    explain: dict[str, Explanation] = {}


Timeframe = Literal["1D", "5D", "1M", "3M", "YTD", "base"]
TIMEFRAMES: tuple[Timeframe, ...] = ("1D", "5D", "1M", "3M", "YTD", "base")


class Point(Part, frozen=True, kw_only=True):
    """One value of a trend at its time."""

    at: dt.datetime
    value: float


class Trend(Part, frozen=True, kw_only=True):
    """A headline over time. `step` says in words how far its points are apart (`15 s`, `1 day`, `quarter`).

    `segments` are runs of points that may be joined: a model gap breaks at each index version.
    """

    path: str
    timeframe: Timeframe | Literal["quarters", "versions"]
    step: str
    segments: tuple[tuple[Point, ...], ...]


class Trends(Part, frozen=True, kw_only=True):
    """Trend lines of the Board's headlines in one timeframe, by Board path."""

    timeframe: Timeframe
    lines: dict[str, Trend] = {}


class Headline(Part, frozen=True, kw_only=True):
    """One row that the store keeps of each poll: the headline figures, by Board path."""

    at: dt.datetime
    values: dict[str, float]
