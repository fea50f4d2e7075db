"""European Central Bank: reference rates of about thirty currencies, once a day. No TWD.

Rates are units per EUR; crossed here to units per USD. Re-use is free with the source named.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from providers.base import (
    ANY_EXCHANGE,
    Answer,
    BadAnswer,
    Capability,
    Provider,
    ProviderContext,
    Request,
    SwitchedOff,
)
from providers.numbers import positive
from providers.records import FxRate
from providers.reply import Reply

HOME = "https://www.ecb.europa.eu"
DAILY = f"{HOME}/stats/eurofxref/eurofxref-daily.xml"
LAST_90_DAYS = f"{HOME}/stats/eurofxref/eurofxref-hist-90d.xml"
SINCE_1999 = f"{HOME}/stats/eurofxref/eurofxref-hist.zip"

# The 90-day file holds that many calendar days.
_SHORT = dt.timedelta(days=85)
# Rates are those of the daily concertation.
_CONCERTATION = dt.time(14, 15, tzinfo=ZoneInfo("Europe/Berlin"))
_PUBLICATION = dt.time(16, tzinfo=ZoneInfo("Europe/Berlin"))
_LATE = dt.timedelta(minutes=30)
_SATURDAY = 5
_LARGEST_TABLE = 40_000_000
_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905 - a list of twelve words reads better so
)

Table = dict[dt.date, dict[str, float]]


class Ecb(Provider):
    """Daily reference rates and their history since 1999."""

    name = "ecb"
    offers = {  # noqa: RUF012 - declared by Provider as a Mapping: read-only
        Capability.FX: ANY_EXCHANGE,
        Capability.FX_HISTORY: ANY_EXCHANGE,
    }

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._daily: Table = {}
        self._next = context.now()
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        match request.capability:
            case Capability.FX:
                wanted = await self._newest()
            case Capability.FX_HISTORY:
                since = request.since or self._now().date() - dt.timedelta(days=7)
                recent = self._now().date() - since <= _SHORT
                rates = read(await self._http.get(LAST_90_DAYS if recent else SINCE_1999))
                wanted = {day: row for day, row in rates.items() if day >= since}
            case other:
                raise SwitchedOff(f"ecb does not serve {other}")
        return _answer(wanted, request.currencies)

    async def _newest(self) -> Table:
        """Return the newest day, asked for again only when the next one may be out."""
        now = self._now()
        if not self._daily or now >= self._next:
            rates = read(await self._http.get(DAILY))
            newest = max(rates)
            self._daily = {newest: rates[newest]}
            self._next = next_publication(newest, now)
        return self._daily


def next_publication(newest: dt.date, now: dt.datetime) -> dt.datetime:
    """Return when a day after `newest` may be out: at 16:00 in Frankfurt on a weekday.

    When that has passed without it (a holiday, or the bank is late), half an hour from now.
    """
    day = newest + dt.timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += dt.timedelta(days=1)
    return max(dt.datetime.combine(day, _PUBLICATION), now + _LATE)


def read(reply: Reply) -> Table:
    """Return units per EUR by day and currency of any of the bank's files: XML, CSV, or CSV in a zip.

    Raises:
        BadAnswer: None of these, or no rates in it.
    """
    table = _tabulate(reply)
    if not any(table.values()):
        raise BadAnswer(f"{reply.where} should hold exchange rates, it sent {reply.kind()}")
    return table


def _tabulate(reply: Reply) -> Table:
    if reply.body.startswith(b"PK"):
        return _from_csv(_unzipped(reply))
    text = reply.text()
    return _from_xml(text, reply.where) if text.lstrip().startswith("<") else _from_csv(text)


def _from_xml(text: str, where: str) -> Table:
    # The bank's files declare no document type; refusing one rules out entities that expand without end.
    if "<!DOCTYPE" in text.upper():
        raise BadAnswer(f"{where} should be the bank's XML, it sent another document")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no document type, no entities: see above
    except (ET.ParseError, ValueError) as error:
        raise BadAnswer(f"{where} sent XML that breaks off or is not well formed") from error
    table: Table = {}
    for cube in root.iter():
        day = parse_day(cube.get("time", ""))
        if day is not None:
            table[day] = dict(_pairs((rate.get("currency", ""), rate.get("rate", "")) for rate in cube))
    return table


def _from_csv(text: str) -> Table:
    rows = csv.reader(io.StringIO(text))
    table: Table = {}
    try:
        header = [cell.strip() for cell in next(rows, [])]
        for row in rows:
            day = parse_day(row[0]) if row else None
            if day is not None:
                table[day] = dict(_pairs(zip(header[1:], row[1:], strict=False)))
    except csv.Error as error:
        raise BadAnswer("the bank's table of rates is not well formed") from error
    return table


def _unzipped(reply: Reply) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
            name = next((name for name in archive.namelist() if name.lower().endswith(".csv")), None)
            if name is None:
                raise BadAnswer(f"{reply.where} should hold a CSV file, it holds none")
            with archive.open(name) as member:
                content = member.read(_LARGEST_TABLE + 1)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise BadAnswer(f"{reply.where} sent a zip archive that is damaged") from error
    if len(content) > _LARGEST_TABLE:
        raise BadAnswer(f"{reply.where} sent a table of more than {_LARGEST_TABLE:,} bytes")
    return content.decode("utf-8-sig", "replace")


def _pairs(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, float]]:
    """Yield currency and rate of each cell that holds one; `N/A` and the trailing comma's cell do not."""
    for currency, cell in cells:
        code, rate = currency.strip(), positive(cell)
        if len(code) == 3 and rate is not None:
            yield code, rate


def parse_day(text: str) -> dt.date | None:
    """Return the day of `2026-10-30` or `30 October 2026`, `None` for anything else."""
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return dt.date.fromisoformat(text)
        day, month, year = text.split()
        return dt.date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        return None


def _answer(table: Mapping[dt.date, Mapping[str, float]], currencies: Sequence[str]) -> Answer:
    """Cross to units per USD: rate of the currency ÷ rate of the dollar, both per EUR."""
    found = []
    for day, row in sorted(table.items()):
        dollar = row.get("USD")
        if dollar is None:
            continue
        as_of = dt.datetime.combine(day, _CONCERTATION).astimezone(dt.UTC)
        for currency in currencies:
            per_euro = 1.0 if currency == "EUR" else row.get(currency)
            per_usd = None if per_euro is None else positive(per_euro / dollar)
            if per_usd is not None and currency != "USD":
                found.append(FxRate(source="ecb", currency=currency, per_usd=per_usd, as_of=as_of))
    served = {rate.currency for rate in found}
    return Answer(
        records=tuple(found), missing=tuple(code for code in currencies if code not in served | {"USD"})
    )
