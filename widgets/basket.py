"""Pane 1: what China AI is worth, and how much of the rise is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from metrics.board import Basket, Constituent, LineView
from widgets import names
from widgets.format import Format, direction
from widgets.lines import Chunk, Line, Span
from widgets.options import View
from widgets.pane import Pane
from widgets.table_layout import Cell, Column, Row

COLUMNS = (
    Column(key="name", title="Name", width=16, align="left", grow=14, first_descending=False),
    Column(key="last", title="Last", width=8, priority=1),
    Column(key="day", title="Day %", width=8, priority=0),
    Column(key="cap", title="Cap bn", width=6, priority=0),
    Column(key="weight", title="Wt %", width=4, priority=2),
    Column(key="day_bn", title="Day bn", width=6, priority=3),
    Column(key="since", title="Since base %", width=12, priority=4),
    Column(key="contribution", title="Since bn", width=8, priority=5),
    Column(key="forward_pe", title="Fwd P/E", width=7, priority=6),
    Column(key="price_sales", title="P/S", width=6, priority=7),
    Column(key="ah", title="A-H", width=7, priority=8),
    Column(key="as_of", title="As of", width=6, priority=9, first_descending=False),
    Column(key="source", title="Source", width=9, align="left", priority=9, grow=4, first_descending=False),
    Column(key="subsector", title="Subsector", width=15, align="left", priority=10, first_descending=False),
    Column(key="price", title="by price", width=8, priority=11),
    Column(key="fx", title="by FX", width=7, priority=11),
    Column(key="shares", title="by shares", width=9, priority=11),
    Column(key="new", title="by listing", width=10, priority=11),
    Column(key="currency", title="Ccy", width=3, align="left", priority=12, first_descending=False),
    Column(
        key="remark", title="Remark", width=24, align="left", priority=13, grow=40, first_descending=False
    ),
)
CAUSES = frozenset({"price", "fx", "shares", "new"})
ZOOMED_COLUMNS = tuple(replace(column, priority=5) if column.key in CAUSES else column for column in COLUMNS)


class BasketPane(Pane):
    """Value, change of level and like-for-like, its causes, and the constituents."""

    PANE_ID: ClassVar[str] = "basket"
    PANE_KEY: ClassVar[str] = "1"
    TITLE: ClassVar[str] = "Basket value"
    SHORT: ClassVar[str] = "Basket"
    HEADLINE_LINES: ClassVar[int] = 5
    TREND_PATH: ClassVar[str | None] = "basket.value_usd"
    EMPTY: ClassVar[str] = "no constituent yet"

    def subtitle(self, view: View) -> str:
        """The base date, and the unit of the causes."""
        return f"base {view.fmt.day(view.board.basket.base_date)}, causes in USD bn"

    def trend_value(self, view: View, value: float) -> str:
        """Trillions of USD."""
        return view.fmt.number(value / 1e12, 2)

    def headline(self, view: View) -> Sequence[Sequence[Chunk]]:
        """Value and day; since the base date as level and like-for-like; causes of the change of level."""
        basket, fmt = view.board.basket, view.fmt
        like = basket.like_for_like
        first: list[Chunk] = [
            Span(fmt.money(basket.value_usd), "strong"),
            day_change(view),
            (Span("index ", "dim"), Span(fmt.number(basket.index_level))),
        ]
        if basket.day_attribution is not None and basket.day_attribution.new_listings_usd:
            listed = fmt.signed_billions(basket.day_attribution.new_listings_usd)
            first.insert(2, (Span("new today ", "dim"), Span(f"{listed} bn")))
        if basket.coverage.priced < basket.coverage.issuers:
            first.append(Span(f"{basket.coverage.priced} of {basket.coverage.issuers} priced", "warning"))
        return (
            first,
            (
                _level_since(basket, fmt),
                _since(f"same {like.members} names", like.change_usd, like.change_pct, fmt),
            ),
            causes(view),
        )

    def brief(self, view: View) -> tuple[Sequence[Chunk], Line]:
        """Value, change since the base date, and the day."""
        basket, fmt = view.board.basket, view.fmt
        return (
            (
                Span(fmt.money(basket.value_usd), "strong"),
                Span(f"since base (level) {fmt.signed_percent(basket.change_pct)}"),
                Span(f"same names {fmt.signed_percent(basket.like_for_like.change_pct)}"),
            ),
            (Span(fmt.change(basket.day_pct, 2, "%"), direction(basket.day_pct, 2)),),
        )

    def columns(self, view: View) -> tuple[Column, ...]:  # noqa: ARG002 - the same whatever the Board
        """Everything known of a constituent; zoomed, the causes of its change come before its multiples."""
        return ZOOMED_COLUMNS if self.form == "zoomed" else COLUMNS

    def rows(self, view: View) -> list[Row]:
        """Constituents, the largest first."""
        constituents = sorted(view.board.basket.constituents, key=lambda row: -(row.market_cap_usd or -1.0))
        return [Row(row.issuer, partial(_cells, row, view)) for row in constituents]


def day_change(view: View) -> Line:
    """The day's change in USD and per cent."""
    basket, fmt = view.board.basket, view.fmt
    if basket.day_usd is None:
        return (Span("today ", "dim"), Span(fmt.symbols.missing))
    tone = direction(basket.day_usd / 1e9, 1)
    return (
        Span(f"{fmt.arrow(basket.day_usd / 1e9)} {fmt.signed_billions(basket.day_usd)} bn", tone),
        Span(" today ", "dim"),
        Span(f"{fmt.signed_percent(basket.day_pct, 2)}", tone),
    )


def causes(view: View) -> Sequence[Chunk]:
    """What moved the level since the base date, in USD billions; rare causes only where there are any."""
    parts, fmt = view.board.basket.attribution, view.fmt
    rare = (("delistings", parts.delistings_usd), ("unpriced at base", parts.unpriced_at_base_usd))
    shown = (
        ("price", parts.price_usd),
        ("FX", parts.fx_usd),
        ("shares", parts.shares_usd),
        ("listings", parts.new_listings_usd),
        *((label, value) for label, value in rare if value),
    )
    return [(Span(f"{label} ", "dim"), Span(fmt.signed_billions(value, 0))) for label, value in shown]


def _level_since(basket: Basket, fmt: Format) -> Line:
    """The change of level; where the base is not known well enough, how many issuers lack a close of then."""
    since = _since("since base (level)", basket.change_usd, basket.change_pct, fmt)
    lacking = len(basket.coverage.base_missing)
    if basket.change_usd is not None or not lacking:
        return since
    return (*since, Span(f"  {lacking} issuers without a close of then", "warning"))


def _since(label: str, usd: float | None, pct: float | None, fmt: Format) -> Line:
    tone = direction(pct, 1)
    if usd is None:
        return (Span(f"{label} ", "dim"), Span(fmt.symbols.missing))
    return (
        Span(f"{label} ", "dim"),
        Span(f"{fmt.arrow(pct)} {fmt.signed_billions(usd, 0)} bn {fmt.signed_percent(pct)}", tone),
    )


def leading_line(row: Constituent) -> LineView | None:
    """The line that speaks for an issuer: the first that has a price."""
    return next((line for line in row.lines if line.price is not None), row.lines[0] if row.lines else None)


def tags(row: Constituent, line: LineView | None, view: View) -> str:
    """Share classes of a cap that sums several lines, and the delay or the date of the leading price.

    Offline, where every price is of the reference, the headline says so once.
    """
    found = []
    if len(row.lines) > 1:
        found += list(dict.fromkeys(names.LINE_TAGS.get(each.exchange, each.exchange) for each in row.lines))
    if row.remark:
        found.append("!")
    if line is not None:
        if row.stale or line.stale:
            found.append(view.fmt.moment(line.as_of, view.now))
        elif line.delay_class == "delayed":
            found.append(f"{line.delay_minutes or 0:.0f}m")
        elif line.delay_class == "reference" and view.board.mode != "offline":
            found.append("ref")
    return " ".join(found)


def fewer(usd: float | None, decimals: int) -> int:
    """Decimals that a figure in billions has room for: it gives up decimals, never digits."""
    digits = len(f"{abs(usd or 0.0) / 1e9:.0f}")
    return max(0, min(decimals, 4 - digits))


def earnings_multiple(value: float | None, fmt: Format, *, stale: bool) -> Cell:
    """A price/earnings ratio; of a company that expects a loss there is none to compare."""
    loss = value is not None and value < 0
    return Cell("loss", None, "dim", stale) if loss else Cell(fmt.number(value), value, stale=stale)


def _cells(row: Constituent, view: View) -> tuple[Cell, ...]:
    fmt, line = view.fmt, leading_line(row)
    stale = row.stale or (line is not None and line.stale)
    name = names.constituent(row, view.options.names)

    def money(usd: float | None, decimals: int = 1) -> Cell:
        return Cell(fmt.signed_billions(usd, fewer(usd, decimals)), usd, stale=stale)

    def level(value: float | None, decimals: int = 1) -> Cell:
        return Cell(fmt.number(value, decimals), value, stale=stale)

    def change(value: float | None, decimals: int) -> Cell:
        return Cell(fmt.change(value, decimals), value, direction(value, decimals), stale)

    subsector = names.subsector(row.subsector, view.options.names)
    price, as_of = (line.price, line.as_of) if line else (None, None)
    source, currency = (line.source or "", line.currency) if line else ("", "")
    return (
        Cell(name, name.casefold(), stale=stale, note=tags(row, line, view)),
        Cell(fmt.price(price), price, stale=stale),
        change(row.day_pct, 2),
        Cell(fmt.billions(row.market_cap_usd, fewer(row.market_cap_usd, 1)), row.market_cap_usd, stale=stale),
        level(row.weight_pct),
        money(row.day_contribution_usd, 2),
        change(row.since_base_pct, 1),
        money(row.contribution_usd),
        earnings_multiple(row.forward_pe, fmt, stale=stale),
        level(row.price_sales),
        Cell(fmt.spread(row.ah_spread_pct), row.ah_spread_pct, stale=stale),
        Cell(fmt.moment(as_of, view.now), as_of.timestamp() if as_of else None, stale=stale),
        Cell(source, source or None, "dim"),
        Cell(subsector, subsector, "dim"),
        money(row.price_usd),
        money(row.fx_usd),
        money(row.shares_usd),
        money(row.new_usd),
        Cell(currency, currency or None, "dim"),
        Cell(row.remark or "", row.remark, "warning"),
    )
