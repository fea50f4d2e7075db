"""The provider: one batch per cycle, with its manners."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from providers.base import Answer, Capability, Provider, ProviderContext, Request, SwitchedOff
from providers.chinese_codes import MARKETS
from providers.eastmoney.rows import (
    FIELDS,
    MARKETS_OF_US,
    SOURCE,
    Row,
    all_whole,
    asked_as,
    named,
    read_quote,
    read_rows,
    venue,
)
from providers.network_settings import NetworkSettings
from providers.quote_rows import Reading, quotes
from providers.universe import Line

HOME = "https://push2.eastmoney.com"
PATH = "/api/qt/ulist.np/get"
REFERER = "https://quote.eastmoney.com/"
BATCH = 200
# A poll asks exchange by exchange; what one batch brought serves all of them.
KEPT = dt.timedelta(seconds=4)
# The source bans what asks often: more than a second between requests, no second try, a long pause after two
# failures, and an empty answer is a failure.
DEFAULTS = NetworkSettings(
    user_agent="Mozilla/5.0 (compatible; narrows; terminal market monitor)",
    requests_per_minute=50.0,
    burst=1,
    concurrency=1,
    attempts=1,
    tolerates=2,
    outage_pause=(900.0, 900.0),
    strict=True,
)


@dataclass(frozen=True)
class _Batch:
    at: dt.datetime
    asked: frozenset[str]
    rows: tuple[Row, ...]


class Eastmoney(Provider):
    """Prices of the mainland, Hong Kong and the US. A batch carries all lines of the universe that it can."""

    name = SOURCE
    offers = {Capability.QUOTES: frozenset(MARKETS)}  # noqa: RUF012 - declared by Provider as a Mapping: read-only
    symbols_per_fetch = BATCH

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, defaults=DEFAULTS, home=HOME)
        self._universe = context.universe.lines
        self._batch: _Batch | None = None
        self._asking = asyncio.Lock()
        self._not_there: set[str] = set()
        self._venues: dict[str, int] = {}

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        if request.capability is not Capability.QUOTES:
            raise SwitchedOff(f"eastmoney does not serve {request.capability}")
        if not any(map(asked_as, request.lines)):
            return Answer(missing=tuple(line.symbol for line in request.lines))
        async with self._asking:
            batch = await self._current(request.lines)
        reading = Reading(
            source=SOURCE,
            title="Eastmoney",
            asked_as=asked_as,
            named=named,
            read=partial(read_quote, whole=all_whole(batch.rows)),
        )
        others = batch.asked - {asked_as(line) for line in request.lines}
        rows = [row for row in batch.rows if named(row) not in others]
        return quotes(rows, request.lines, batch.at, reading)

    async def _current(self, lines: Sequence[Line]) -> _Batch:
        """Return a batch that holds the lines: the one of this cycle, or a new one."""
        now, wanted = self._now(), {asked_as(line) for line in lines} - {""}
        kept = self._batch
        if kept is not None and dt.timedelta() <= now - kept.at <= KEPT and wanted <= kept.asked:
            return kept
        self._batch = None
        others = (line for line in self._universe if asked_as(line) not in wanted)
        together = [line for line in (*lines, *others) if asked_as(line)][: max(BATCH, len(lines))]
        rows = await self._ask(together)
        asked = frozenset(asked_as(line) for line in together)
        venues = {named(row): venue(row) for row in rows if named(row) in asked}
        self._batch = _Batch(self._now(), asked, tuple(rows))
        self._not_there |= asked - set(venues)
        self._venues |= venues
        return self._batch

    async def _ask(self, lines: Iterable[Line]) -> list[Row]:
        secids = dict.fromkeys(secid for line in lines for secid in self._secids(line))
        params = {"secids": ",".join(secids), "fields": FIELDS, "fltt": "2", "invt": "2", "np": "1"}
        reply = await self._http.get(f"{HOME}{PATH}", params=params, headers={"Referer": REFERER})
        return read_rows(reply.json(), reply.where)

    def _secids(self, line: Line) -> list[str]:
        """Return market and code of a line, for a US line that its exchange does not hold all venues."""
        name = asked_as(line)
        place, _, code = name.partition(":")
        if place != "us":
            venues = [_MARKETS[place]]
        elif name in self._venues:
            venues = [self._venues[name]]
        elif name in self._not_there:
            venues = sorted({*MARKETS_OF_US.values()})
        else:
            venues = [MARKETS_OF_US[line.exchange]]
        return [f"{number}.{code}" for number in venues]


_MARKETS = {"sh": 1, "sz": 0, "hk": 116}
