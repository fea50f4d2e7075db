"""Statements: answers out of the accounts of several companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from providers.base import Answer
from providers.records import CapexFact, Remark, Valuation
from providers.universe import Line
from providers.yahoo.fundamentals import SOURCE, Accounts, capex, price_sales, sums


def capex_answer(lines: Sequence[Line], books: Mapping[str, Accounts], now: dt.datetime) -> Answer:
    """Return capex by quarter of the issuers of some lines.

    Args:
        lines: The lines asked for; `missing` names those without any figure.
        books: Accounts by issuer.
        now: The clock.
    """
    found: dict[str, list[CapexFact]] = {}
    remarks = []
    for name, accounts in books.items():
        found[name] = capex(accounts, now.date())
        if accounts.strange is not None:
            text = (
                f"Accounts in {accounts.issuer.reporting_currency} were expected, "
                f"Yahoo's are in {accounts.strange}: they are not used."
            )
            remarks.append(Remark(subject=name, text=text, at=now, source=SOURCE))
    return Answer(
        records=tuple(fact for facts in found.values() for fact in facts),
        missing=tuple(line.symbol for line in lines if not found.get(line.issuer)),
        remarks=tuple(remarks),
    )


def sums_behind(
    lines: Sequence[Line],
    books: Mapping[str, Accounts],
    market_caps: Mapping[str, float],
    per_usd: Mapping[str, float],
    today: dt.date,
) -> list[Valuation]:
    """Return sales, earnings, their growth and price/sales of the issuers of some lines.

    Args:
        lines: The lines asked for.
        books: Accounts by issuer; who is not in it is left out.
        market_caps: By symbol, in the currency of the line.
        per_usd: Units per USD of the currencies of accounts and prices that differ.
        today: The day of the market values.
    """
    found: list[Valuation] = []
    for line in lines:
        accounts = books.get(line.issuer)
        if accounts is None:
            continue
        found += sums(accounts, line, today)
        # Of several counted lines, Yahoo's market value prices all shares at the price of one.
        if line.symbol in market_caps and [one for one in accounts.issuer.lines if one.counted] == [line]:
            multiple = price_sales(accounts, line, market_caps[line.symbol], per_usd, today)
            found += [] if multiple is None else [multiple]
    return found
