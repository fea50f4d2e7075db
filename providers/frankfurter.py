"""Frankfurter: reference rates that many central banks publish, once a day. TWD is among them.

Version 2 of its interface blends the banks; version 1 has the European Central Bank's currencies only and
serves where version 2 is not there. Rates are units per USD.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
from providers.ecb import parse_day
from providers.numbers import positive
from providers.records import FxRate
from providers.reply import Reply

HOME = "https://api.frankfurter.dev"
# The banks publish in their own afternoons; the European one, the largest part of them, by then.
_PUBLISHED = dt.time(15, tzinfo=dt.UTC)

# A new day's rates are seen this long after they are out.
ASKED_AGAIN = dt.timedelta(minutes=15)

Rate = tuple[dt.date, str, float]
"""Day, currency, units per USD."""


class Frankfurter(Provider):
    """Daily reference rates and their history."""

    name = "frankfurter"
    offers = {  # noqa: RUF012 - declared by Provider as a Mapping: read-only
        Capability.FX: ANY_EXCHANGE,
        Capability.FX_HISTORY: ANY_EXCHANGE,
    }

    def __init__(self, context: ProviderContext) -> None:
        self._now = context.now
        self._http = context.http.for_provider(self.name, context.settings, home=HOME)
        self._newest: dict[str, tuple[dt.datetime, Rate | None]] = {}

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        wanted = [code for code in request.currencies if code != "USD"]
        match request.capability:
            case Capability.FX:
                rates = await self._newest_of(wanted)
            case Capability.FX_HISTORY:
                since = request.since or self._now().date() - dt.timedelta(days=7)
                rates = await self._rates(wanted, since) if wanted else []
            case other:
                raise SwitchedOff(f"{self.name} does not serve {other}")
        return _answer(rates, wanted, self._now())

    async def _newest_of(self, wanted: Sequence[str]) -> list[Rate]:
        """Return the newest rates; the banks publish once a day, so what is known is asked again seldom."""
        now = self._now()
        long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
        asked = {code: self._newest.get(code, (long_ago, None))[0] for code in wanted}
        due = [code for code, at in asked.items() if not dt.timedelta() <= now - at < ASKED_AGAIN]
        if due:
            newest = {rate[1]: rate for rate in sorted(await self._rates(due, None))}
            self._newest |= {code: (now, newest.get(code)) for code in due}
        found = (self._newest[code][1] for code in wanted)
        return [rate for rate in found if rate is not None]

    async def _rates(self, wanted: Sequence[str], since: dt.date | None) -> list[Rate]:
        """Return the rates of some currencies of each day from `since` on, or of the newest day."""
        params = {"base": "USD", "quotes": ",".join(wanted)}
        if since is not None:
            params["from"] = str(since)
        reply = await self._http.get(f"{HOME}/v2/rates", params=params, accept=frozenset({404, 422}))
        if reply.status == 200:
            found = _second(reply)
        else:
            path = "latest" if since is None else f"{since}.."
            params = {"base": "USD", "symbols": ",".join(wanted)}
            reply = await self._http.get(f"{HOME}/v1/{path}", params=params, accept=frozenset({404}))
            found = _first(reply) if reply.status == 200 else iter(())
        first, last = since or dt.date.min, self._now().date()
        return [rate for rate in found if rate[1] in wanted and first <= rate[0] <= last]


def _second(reply: Reply) -> Iterator[Rate]:
    rows = reply.json()
    if not isinstance(rows, list):
        raise BadAnswer(f"{reply.where} should answer with a list of rates, it did not")
    for row in rows:
        if isinstance(row, Mapping) and str(row.get("base")).upper() == "USD":
            yield from _rate(row.get("date"), row.get("quote"), row.get("rate"))


def _first(reply: Reply) -> Iterator[Rate]:
    payload = reply.json()
    rates = payload.get("rates") if isinstance(payload, Mapping) else None
    if not isinstance(payload, Mapping) or not isinstance(rates, Mapping) or payload.get("base") != "USD":
        raise BadAnswer(f"{reply.where} should answer with rates per USD, it did not")
    days = {payload["date"]: rates} if isinstance(payload.get("date"), str) else rates
    for day, row in days.items():
        for code, rate in row.items() if isinstance(row, Mapping) else ():
            yield from _rate(day, code, rate)


def _rate(day: object, code: object, rate: object) -> Iterator[Rate]:
    """Yield the rate, where all of its parts are what they should be."""
    at = parse_day(day) if isinstance(day, str) else None
    per_usd = positive(rate)
    if at is not None and isinstance(code, str) and per_usd is not None:
        yield at, code.strip().upper(), per_usd


def _answer(rates: Iterable[Rate], wanted: Sequence[str], now: dt.datetime) -> Answer:
    known = {(day, code): rate for day, code, rate in rates}
    records = tuple(
        FxRate(
            source="frankfurter",
            currency=code,
            per_usd=rate,
            # What is published of today before that hour is known by now, and no later.
            as_of=min(dt.datetime.combine(day, _PUBLISHED), now),
        )
        for (day, code), rate in sorted(known.items())
    )
    served = {record.currency for record in records}
    return Answer(records=records, missing=tuple(code for code in wanted if code not in served))
