"""`narrows reproduce`: the broker note's figures beside ours, as a Markdown page on stdout."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from feed.asof import market_at
from feed.sessions import Exchanges
from metrics.board import Board
from metrics.capex import capex
from metrics.compute import board
from metrics.note import Boards, Compared, compared
from providers.market import Market
from providers.records import NoteFigure
from providers.reference import load_universe, note_figures, reference_records

UNIVERSE = "note-2026-01"
PRICE_DAY = dt.date(2026, 1, 5)
# The note's capex series ends in June 2025; by then both sides had reported that quarter, and no later one.
FIRST_PRINTED = dt.date(2025, 10, 15)

INTRODUCTION = """\
# The note reproduced

Made by `narrows reproduce` from the reference tables alone; run it again and compare. The note is the
China AI Monthly of 13 January 2026 (prices of 5 January 2026, base 13 January 2025), of which
`providers/reference/note.csv` holds the figures. Nothing is tuned to match: universe `{universe}` holds the
{china} Chinese and {peers} other issuers that fit the note's subsectors and are publicly plausible; the note
did not publish its 33 and 46 names.

The note mixes two truths. 732 ÷ 0.88 = 832, and 832 + 732 = 1,564, which is not its 1.8 tn. Our own data say
how it comes about: the **same names** gained {same} bn ({same_pct}), while the **whole basket** with its new
listings grew by {level_pct}, from {base} bn to {value} bn. So +732 bn is read as like-for-like, +88 % as
level. On every screen of Narrows the two are named.

As of {day}, known on that day. Coverage: {priced} of {issuers} Chinese issuers and {peers_priced} of {peers}
others have a price; {stale} of the Chinese prices are older than the day itself, because no later close is at
hand: {stale_names}.

| figure | the note | Narrows | why they differ |
|---|---|---|---|
"""


def run() -> int:
    """Print the page."""
    sys.stdout.write(page(PRICE_DAY, dt.datetime.now(dt.UTC).date()))
    return 0


def page(day: dt.date, today: dt.date) -> str:
    """The page for the note's price day, with what is known on `today` beside it where that matters."""
    then = _market(day, today)
    boards = Boards(
        then=board(then),
        without_memory=board(_without_memory(then)),
        autumn=capex(then, FIRST_PRINTED),
        today=board(_market(today, today)),
    )
    figures = {figure.item: figure for figure in note_figures()}
    return (
        _introduction(boards.then, day)
        + "".join(_row(row, figures) for row in compared(boards))
        + _rest(figures)
    )


def _market(day: dt.date, today: dt.date) -> Market:
    universe = load_universe(UNIVERSE)
    exchanges = Exchanges(line.exchange for line in universe.lines)
    return market_at(
        day,
        store=None,
        reference_records=reference_records(),
        universe=universe,
        exchanges=exchanges,
        today=today,
    )


def _without_memory(market: Market) -> Market:
    kept = tuple(issuer for issuer in market.universe.issuers if issuer.subsector != "memory")
    return replace(market, universe=msgspec.structs.replace(market.universe, issuers=kept))


def _introduction(then: Board, day: dt.date) -> str:
    basket, everyone = then.basket, then.share.coverage
    same = basket.like_for_like
    old = [
        one.name
        for one in basket.constituents
        if any(line.as_of is not None and line.as_of.date() < day for line in one.lines)
    ]
    return INTRODUCTION.format(
        universe=UNIVERSE,
        day=day,
        china=basket.coverage.issuers,
        peers=everyone.issuers - basket.coverage.issuers,
        priced=basket.coverage.priced,
        issuers=basket.coverage.issuers,
        peers_priced=everyone.priced - basket.coverage.priced,
        same=_billions(same.change_usd, sign=True),
        same_pct=_percent(same.change_pct),
        level_pct=_percent(basket.change_pct),
        base=_billions(basket.base_value_usd),
        value=_billions(basket.value_usd),
        stale=len(old),
        stale_names=", ".join(old) or "none",
    )


def _row(row: Compared, figures: dict[str, NoteFigure]) -> str:
    figure = figures[row.item]
    said = f"{figure.value} ({figure.note})" if figure.note else figure.value
    return f"| {row.figure} | {said} | {row.ours} | {row.why} |\n"


def _rest(figures: dict[str, NoteFigure]) -> str:
    """The definitions that the comparison rests on, as the note gives them."""
    rows: Sequence[str] = [
        f"| {item} | {figure.value} | {figure.note or ''} |\n"
        for item in (
            "publication_date",
            "us_definition",
            "china_subsectors",
            "global_subsectors",
            "drivers",
            "picks",
        )
        if (figure := figures.get(item)) is not None
    ]
    return "\nThe note's own definitions:\n\n| item | value | remark |\n|---|---|---|\n" + "".join(rows)


def _billions(value: float | None, *, sign: bool = False) -> str:
    return "—" if value is None else f"{value / 1e9:{'+' if sign else ''},.0f}"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:+.1f} %"
