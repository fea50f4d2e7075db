"""Sina: quotes of Chinese, Hong Kong and US lines, keyless: the last resort.

Records such as `var hq_str_sh600000="…";`, fields parted by commas whose meaning is their position. No row
names its code or its currency; the record's name says what it is about. Without Sina's own page as Referer
every request is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from providers.base import (
    Answer,
    BadAnswer,
    Capability,
    Provider,
    ProviderContext,
    Refused,
    Request,
    SwitchedOff,
)
from providers.chinese_codes import MARKETS, Market, code_of, market_of
from providers.local_time import local_instant
from providers.numbers import number, positive
from providers.quote_rows import Reading, Unusable, check_range, priced, quotes
from providers.records import Quote
from providers.reply import Reply
from providers.universe import Line

HOME = "https://hq.sinajs.cn"
REFERER = "https://finance.sina.com.cn"
BATCH = 60

_RECORD = re.compile(r'var hq_str_([A-Za-z0-9_$.]+)="([^"\r\n]*)";')
_US_MOMENT = re.compile(r"([A-Z][a-z]{2}) (\d\d?) (\d\d?):(\d\d)([AP])M E[DS]T", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NEW_YORK = ZoneInfo("America/New_York")


class Layout(NamedTuple):
    """Positions in the rows of one market.

    Attributes:
        prefix: Of the names of the records.
        time: Positions of the parts of the time, of Beijing or Hong Kong.
        value: Position of the market value; `None` where rows hold none.
    """

    prefix: str
    last: int
    previous: int
    high: int
    low: int
    time: tuple[int, ...]
    value: int | None = None


LAYOUTS: dict[Market, Layout] = {
    "sh": Layout("sh", last=3, previous=2, high=4, low=5, time=(30, 31)),
    "sz": Layout("sz", last=3, previous=2, high=4, low=5, time=(30, 31)),
    "hk": Layout("rt_hk", last=6, previous=3, high=4, low=5, time=(17, 18)),
    "us": Layout("gb_", last=1, previous=26, high=6, low=7, time=(3,), value=12),
}
EXCHANGES = frozenset(exchange for exchange, market in MARKETS.items() if market in LAYOUTS)


@dataclass(frozen=True)
class Row:
    """One record: its name in small letters, and its fields."""

    key: str
    fields: tuple[str, ...]

    def field(self, position: int) -> str:
        """Return a field, empty where the row is shorter."""
        return self.fields[position].strip() if position < len(self.fields) else ""


class Sina(Provider):
    """Prices of the mainland, Hong Kong and the US."""

    name = "sina"
    offers = {Capability.QUOTES: EXCHANGES}  # noqa: RUF012 - declared by Provider as a Mapping: read-only
    symbols_per_fetch = BATCH

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        if request.capability is not Capability.QUOTES:
            raise SwitchedOff(f"sina does not serve {request.capability}")
        names = list(dict.fromkeys(filter(None, map(asked_as, request.lines))))
        rows: list[Row] = []
        for start in range(0, len(names), BATCH):
            rows += read_rows(await self._page(names[start : start + BATCH]))
        return quotes(rows, request.lines, self._now(), _READING)

    async def _page(self, names: Sequence[str]) -> Reply:
        try:
            return await self._http.get(f"{HOME}/list={','.join(names)}", headers={"Referer": REFERER})
        except Refused as error:
            hint = f"it answers only with the Referer {REFERER}, which a proxy on the way may have removed"
            raise Refused(f"{error}; {hint}") from error


def asked_as(line: Line) -> str:
    """Return the name of a line's record, empty where it has none."""
    code = code_of(line)
    if code is None or code.market not in LAYOUTS:
        return ""
    return f"{LAYOUTS[code.market].prefix}{code.code.lower().replace('.', '$')}"


def read_rows(reply: Reply) -> list[Row]:
    """Return the records of an answer that are not empty: an empty one is an unknown code.

    Raises:
        BadAnswer: Something else came.
    """
    text = reply.text("gb18030", lenient=True).lstrip()
    found = _RECORD.findall(text)
    if not found or not text.startswith("var "):
        raise BadAnswer(f"{reply.where} should answer with records of lines, it sent {reply.kind()}")
    return [Row(name.lower(), tuple(fields.split(","))) for name, fields in found if fields]


def read_quote(row: Row, line: Line, now: dt.datetime) -> Quote:
    """Read the price of a row.

    Raises:
        Unusable: No price, no time, another currency, or fields out of place.
    """
    market = market_of(line)
    layout = LAYOUTS[market]
    previous = positive(row.field(layout.previous))
    price = priced(number(row.field(layout.last)), previous, line.currency)
    check_range(price, positive(row.field(layout.low)), positive(row.field(layout.high)))
    as_of = local_instant(" ".join(row.field(position) for position in layout.time), _SHANGHAI)
    if as_of is None:
        raise Unusable("the row does not say when the price was made")
    if market == "us":
        as_of = min(as_of, _regular_time(row) or as_of)
    return Quote(
        source=Sina.name,
        symbol=line.symbol,
        price=price,
        currency=line.currency,
        as_of=as_of,
        received=now,
        previous_close=previous,
        market_cap=None if layout.value is None else positive(row.field(layout.value)),
    )


def _regular_time(row: Row) -> dt.datetime | None:
    """Return the time of the last regular trade of a US row: after the close the row's own time runs on."""
    moment = _US_MOMENT.fullmatch(row.field(25))
    year = number(row.field(29))
    if moment is None or moment[1] not in _MONTHS or year is None or not year.is_integer():
        return None
    try:
        hour = int(moment[3]) % 12 + (12 if moment[5] == "P" else 0)
        month, day = _MONTHS.index(moment[1]) + 1, int(moment[2])
        local = dt.datetime(int(year), month, day, hour, int(moment[4]), tzinfo=_NEW_YORK)
        return local.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


_READING = Reading(
    source=Sina.name, title="Sina", asked_as=asked_as, named=lambda row: row.key, read=read_quote
)
