"""Rows of Tencent's quotes: fields parted by `~` whose meaning is their position, one layout per market.

Positions that all markets share: 0 market number, 2 code, 3 last, 4 previous close, 30 local time of the
quote, 33 and 34 high and low, 39 P/E, 44 value of the floating shares, 45 value of all shares, both in units
of 100 million of the currency. Prices are in the currency that the row names.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from providers.base import BadAnswer
from providers.chinese_codes import Market, code_of
from providers.local_time import local_instant
from providers.numbers import number, positive
from providers.quote_rows import Unusable, check_range, priced
from providers.records import Confidence, Quote, ShareCount
from providers.reply import Reply
from providers.text import clean
from providers.universe import Line

SOURCE = "tencent"
HUNDRED_MILLION = 1e8
_CAP_SLACK = 0.02
_RECORD = re.compile(r'v_([A-Za-z0-9_.]+)="([^"\r\n]*)";')
_NONE_KNOWN = "pv_none_match"
_FUNDS_AND_INDICES = ("ETF", "ZS")


class Layout(NamedTuple):
    """What differs between markets.

    Attributes:
        numbers: What field 0 may hold; empty where that is not known.
        currency: Position of the currency.
        kind: Position of the kind of paper (`GP-A-KCB`, `GP`, `GP-ETF`).
        shares: Position of the count of all shares.
        zone: Time zone of field 30.
        confidence: How far the share count can be trusted; US counts are up to a quarter old.
    """

    numbers: frozenset[str]
    currency: int
    kind: int
    shares: int
    zone: ZoneInfo
    confidence: Confidence = "medium"


_SHANGHAI = ZoneInfo("Asia/Shanghai")
LAYOUTS: dict[Market, Layout] = {
    "sh": Layout(frozenset({"1"}), 82, 61, 73, _SHANGHAI),
    "sz": Layout(frozenset({"51"}), 82, 61, 73, _SHANGHAI),
    "bj": Layout(frozenset(), 82, 61, 73, _SHANGHAI),
    "hk": Layout(frozenset({"100"}), 75, 63, 70, ZoneInfo("Asia/Hong_Kong")),
    "us": Layout(frozenset({"200"}), 35, 56, 62, ZoneInfo("America/New_York"), "low"),
}


@dataclass(frozen=True)
class Row:
    """One record: the code under which it was asked for, in small letters, and its fields."""

    key: str
    fields: tuple[str, ...]

    def field(self, position: int) -> str:
        """Return a field, empty where the row is shorter."""
        return self.fields[position].strip() if position < len(self.fields) else ""

    def above_zero(self, position: int) -> float | None:
        """Return a field that is a number above zero, else `None`."""
        return positive(self.field(position))


def read_rows(reply: Reply) -> list[Row]:
    """Return every complete record of an answer that is about a line: none where no code is known.

    Raises:
        BadAnswer: Something else came.
    """
    text = reply.text("gb18030", lenient=True).lstrip()
    found = [Row(record[1].lower(), tuple(record[2].split("~"))) for record in _RECORD.finditer(text)]
    if not found or not text.startswith("v_"):
        raise BadAnswer(
            f'{reply.where} should answer with records such as v_hk00700="…";, it sent {reply.kind()}'
        )
    return [row for row in found if row.key != _NONE_KNOWN]


def read_quote(row: Row, line: Line, now: dt.datetime) -> Quote:
    """Read the price of a row.

    The market value is price × all shares of the issuer, at this line's price: of a company with A and H
    shares it counts the H shares at the A price.

    Raises:
        Unusable: Another paper than the line, halted, no time, another currency, or fields out of place.
    """
    layout = _checked(row, line)
    previous = row.above_zero(4)
    price = priced(number(row.field(3)), previous, line.currency)
    check_range(price, row.above_zero(34), row.above_zero(33))
    value = row.above_zero(45)
    return Quote(
        source=SOURCE,
        symbol=line.symbol,
        price=price,
        currency=line.currency,
        as_of=_time(row, layout),
        received=now,
        previous_close=previous,
        market_cap=None if value is None else positive(value * HUNDRED_MILLION),
    )


def read_share_count(row: Row, line: Line) -> ShareCount:
    """Read the count of all shares of a row; it must agree with the market value and the price beside it.

    Raises:
        Unusable: No count, one that does not agree, or see `read_quote`.
    """
    layout = _checked(row, line)
    shares = row.above_zero(layout.shares)
    value, price = row.above_zero(45), row.above_zero(3) or row.above_zero(4)
    if shares is None or value is None or price is None:
        raise Unusable("the row lacks the count, or the price and value that would confirm it")
    if abs(shares * price / (value * HUNDRED_MILLION) - 1.0) > _CAP_SLACK:
        raise Unusable(
            f"{shares:,.0f} shares at {price:g} are not the {value:,.2f} hundred million beside them"
        )
    return ShareCount(
        source=SOURCE,
        symbol=line.symbol,
        day=_time(row, layout).astimezone(layout.zone).date(),
        shares=shares,
        confidence=layout.confidence,
        note="all shares of the issuer, as Tencent counts them",
    )


def _checked(row: Row, line: Line) -> Layout:
    """Return the layout of a row; refuse one that is not about the line, or whose fields are out of place."""
    code = code_of(line)
    if code is None:
        raise Unusable("Tencent has no code for the line")
    layout = LAYOUTS[code.market]
    if layout.numbers and row.field(0) not in layout.numbers:
        raise Unusable(f"a row of market {'/'.join(layout.numbers)} was expected, it is of {_shown(row, 0)}")
    # US codes end in the venue: NVDA.OQ, BABA.N.
    paper = row.field(2).upper()
    if paper != code.code and not (code.market == "us" and paper.rpartition(".")[0] == code.code):
        raise Unusable(f"a row of {code.code} was expected, it is of {_shown(row, 2)}")
    kind = row.field(layout.kind)
    valued = any(row.field(position) for position in (39, 44, 45))
    if any(mark in kind for mark in _FUNDS_AND_INDICES) or row.field(39) == "-1" or not valued:
        raise Unusable("the row is of a fund or an index")
    currency = row.field(layout.currency)
    if currency != line.currency:
        raise Unusable(
            f"a price in {line.currency} was expected, the row names {_shown(row, layout.currency)}"
        )
    return layout


def _time(row: Row, layout: Layout) -> dt.datetime:
    as_of = local_instant(row.field(30), layout.zone)
    if as_of is None:
        raise Unusable("the row does not say when the price was made")
    return as_of


def _shown(row: Row, position: int) -> str:
    return clean(row.field(position), 24) or "nothing"
