"""Remarks for the reader: the feed's, and ours where a source's market value contradicts the computed one.

A source's market value is a cross-check, never the number. For a company with several lines sources print
either the sum over the lines or one line's price times all shares of the company; agreement with either is
agreement.
"""

from __future__ import annotations

import math

from metrics.board import RemarkView
from metrics.rates import Rate, rates_now
from metrics.valued import Valued
from providers.market import Market
from providers.records import Quote
from providers.universe import Line

TOLERANCE = 0.03
OLD_DAYS = 31


def remarks(market: Market, now: Valued) -> tuple[RemarkView, ...]:
    """All remarks, newest first, those of one moment by subject."""
    passed = [
        RemarkView(
            subject=each.subject, text=each.text, at=each.at, severity=each.severity, source=each.source
        )
        for each in market.remarks
    ]
    found = passed + market_cap_remarks(market, now) + old_price_remarks(now)
    return tuple(sorted(found, key=lambda each: (-each.at.timestamp(), each.subject, each.text)))


def old_price_remarks(now: Valued) -> list[RemarkView]:
    """One remark for each listed line whose price is far older than most: it still counts, at that price."""
    rows = [
        (symbol, day, as_of, source)
        for symbol, day, as_of, source, listed in zip(
            now.lines.index,
            now.lines["day"],
            now.lines["as_of"],
            now.lines["source"],
            now.flags("listed"),
            strict=True,
        )
        if listed and day is not None
    ]
    if not rows:
        return []
    usual = sorted(day for _, day, _, _ in rows)[len(rows) // 2]
    return [
        RemarkView(
            subject=symbol,
            text=(
                f"Counted at its price of {day:%d %b %Y}: nothing newer is known, "
                f"while most lines are of {usual:%d %b %Y}."
            ),
            at=as_of,
            severity="warning",
            source=source,
        )
        for symbol, day, as_of, source in rows
        if (usual - day).days > OLD_DAYS
    ]


def market_cap_remarks(market: Market, now: Valued) -> list[RemarkView]:
    """One remark for each quote whose market value is more than 3 % away from the computed one."""
    rates = rates_now(market)
    ordinary = _ordinary_shares(now)
    found = []
    for line in now.roster.everything:
        quote = market.quotes.get(line.symbol)
        if quote is None or quote.market_cap is None:
            continue
        candidates = _candidates(quote, line, float(now.caps[line.issuer]), ordinary[line.issuer], rates)
        if not candidates:
            continue
        nearest = min(
            candidates, key=lambda ours: abs(math.log(quote.market_cap / ours)) if quote.market_cap else 0
        )
        off = quote.market_cap / nearest - 1.0
        if abs(off) > TOLERANCE:
            found.append(
                RemarkView(
                    subject=line.symbol,
                    text=(
                        f"{quote.source} puts the market value at {quote.market_cap / 1e9:,.1f} bn "
                        f"{quote.currency}, "
                        f"our lines and share counts at {nearest / 1e9:,.1f} bn: {off:+.1%}."
                    ),
                    at=quote.as_of,
                    severity="warning",
                    source=quote.source,
                )
            )
    return found


def _candidates(
    quote: Quote, line: Line, cap_usd: float, ordinary: float, rates: dict[str, Rate]
) -> list[float]:
    """Values in the quote's currency that a source may mean: the sum of the lines, its price × all shares."""
    rate = rates.get(quote.currency)
    if rate is None:
        return []
    values = (cap_usd / rate.usd, quote.price * ordinary / line.ordinary_per_unit)
    return [value for value in values if value > 0]


def _ordinary_shares(now: Valued) -> dict[str, float]:
    """Ordinary shares behind all listed counted lines of each issuer; NaN when a count is missing."""
    sums = {issuer.id: 0.0 for issuer in now.roster.issuers}
    rows = zip(now.roster.lines, now.numbers("shares"), now.flags("listed"), strict=True)
    for line, shares, listed in rows:
        if listed:
            sums[line.issuer] += float(shares) * line.ordinary_per_unit
    return sums
