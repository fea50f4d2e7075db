"""The provider: which of Yahoo's services answers which request, and what serves when one fails."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from providers.base import (
    ANY_EXCHANGE,
    Answer,
    Capability,
    Provider,
    ProviderContext,
    ProviderError,
    Request,
    SwitchedOff,
)
from providers.handle import ProviderHttp
from providers.network_settings import NetworkSettings
from providers.quote_rows import Unusable
from providers.records import AnyRecord, Remark
from providers.universe import Issuer, Line
from providers.yahoo import chart, fundamentals, quotes, statements, valuations
from providers.yahoo.books import Books
from providers.yahoo.fields import Row
from providers.yahoo.session import HOME, Session

BATCH = 50
SPARKS = 20
# Charts come one by one; more at a time would hold up the quotes of the same budget.
CHARTS_AT_A_TIME = 2
# Seconds for the accounts of a batch: multiples do not wait long for the sums beside them.
ACCOUNTS_PATIENCE = 20.0
# Yahoo refuses clients whose User-Agent is not of the browser family.
# The first fill of closes, one chart per line, fits into the burst.
DEFAULTS = NetworkSettings(
    user_agent="Mozilla/5.0 (compatible; narrows; terminal market monitor)",
    requests_per_minute=240.0,
    burst=160,
)


class Yahoo(Provider):
    """Quotes in batches (crumb needed), else by sparks (none needed); closes and rates by charts.

    Capex and sums behind the multiples come from time series of fundamentals.
    """

    name = "yahoo"
    offers = {  # noqa: RUF012 - declared by Provider as a Mapping: read-only
        Capability.QUOTES: ANY_EXCHANGE,
        Capability.CLOSES: ANY_EXCHANGE,
        Capability.FX: ANY_EXCHANGE,
        Capability.FX_HISTORY: ANY_EXCHANGE,
        Capability.VALUATIONS: ANY_EXCHANGE,
        Capability.FUNDAMENTALS: ANY_EXCHANGE,
        Capability.CAPEX: ANY_EXCHANGE,
    }
    symbols_per_fetch = BATCH

    def __init__(self, context: ProviderContext) -> None:
        self._context = context
        self._session = Session(self._handle("quotes"), context.now)
        self._keyless = self._handle("charts")
        self._charts = asyncio.Semaphore(CHARTS_AT_A_TIME)
        self._books = Books(self._handle("fundamentals"), context.now, self._charts)
        self._issuers = {issuer.id: issuer for issuer in context.universe.issuers if issuer.lines}

    def _handle(self, service: str) -> ProviderHttp:
        http, settings = self._context.http, self._context.settings
        return http.for_provider(self.name, settings, defaults=DEFAULTS, home=HOME, service=service)

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`."""
        match request.capability:
            case Capability.FX:
                return await self._rates(request.currencies)
            case Capability.FX_HISTORY:
                return await self._rate_history(request.currencies, request.since)
            case Capability.CLOSES:
                return await self._closes(request.lines, request.since)
        of_lines = {
            Capability.QUOTES: self._quotes,
            Capability.VALUATIONS: self._valuations,
            Capability.FUNDAMENTALS: self._fundamentals,
            Capability.CAPEX: self._capex,
        }
        if request.capability not in of_lines:
            raise SwitchedOff(f"yahoo does not serve {request.capability}")
        return await of_lines[request.capability](request.lines)

    async def _quotes(self, lines: Sequence[Line]) -> Answer:
        symbols = [line.symbol for line in lines]
        rows, degraded = await self._rows(symbols, quotes.QUOTE_FIELDS)
        read = quotes.from_batch if degraded is None else quotes.from_spark
        answer = quotes.quotes(rows, lines, self._context.now(), read)
        return answer if degraded is None else _with(answer, degraded)

    async def _rates(self, currencies: Sequence[str]) -> Answer:
        rows, degraded = await self._rows([f"{code}=X" for code in currencies], quotes.QUOTE_FIELDS)
        found = quotes.rates(rows, currencies)
        missing = set(currencies) - {rate.currency for rate in found}
        answer = Answer(records=tuple(found), missing=tuple(sorted(missing)))
        return answer if degraded is None else _with(answer, degraded)

    async def _rows(self, symbols: Sequence[str], fields: str) -> tuple[list[Row], Remark | None]:
        """Return rows of the batch or, when it fails, of the sparks, with a remark that says so."""
        try:
            return await self._batch(symbols, fields), None
        except ProviderError as error:
            rows = await self._sparks(symbols)
            text = f"Yahoo's batch of quotes failed, its sparks serve, without market values: {error}"
            remark = Remark(
                subject=self.name, text=text, at=self._context.now(), severity="warning", source=self.name
            )
            return rows, remark

    async def _batch(self, symbols: Sequence[str], fields: str) -> list[Row]:
        rows: list[Row] = []
        for part in _parts(symbols, BATCH):
            params = {"symbols": ",".join(part), "fields": fields, "formatted": "false", **_LOCALE}
            reply = await self._session.get("/v7/finance/quote", params)
            rows += quotes.batch_rows(reply.json())
        return rows

    async def _sparks(self, symbols: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for part in _parts(symbols, SPARKS):
            params = {"symbols": ",".join(part), "range": "1d", "interval": "5m"}
            reply = await self._keyless.get(f"{HOME}/v7/finance/spark", params=params)
            rows += quotes.spark_rows(reply.json())
        return rows

    async def _closes(self, lines: Sequence[Line], since: dt.date | None) -> Answer:
        async def of(line: Line) -> Answer:
            payload = await self._chart(line.symbol, since)
            if payload is None:
                return Answer(missing=(line.symbol,))
            now = self._context.now()
            try:
                closes, splits = chart.closes(payload, line, now, self._context.session_open)
            except Unusable as unusable:
                text = f"No closes from Yahoo: {unusable}."
                remark = Remark(subject=line.symbol, text=text, at=now, source=self.name)
                return Answer(missing=(line.symbol,), remarks=(remark,))
            records: tuple[AnyRecord, ...] = (*closes, *splits)
            return Answer(records=records, missing=() if closes else (line.symbol,))

        outcomes = await asyncio.gather(*(_caught(of(line)) for line in lines))
        return _joined(outcomes, [line.symbol for line in lines])

    async def _rate_history(self, currencies: Sequence[str], since: dt.date | None) -> Answer:
        async def of(currency: str) -> Answer:
            payload = await self._chart(f"{currency}=X", since)
            try:
                found = chart.rate_history(payload, currency, self._context.now()) if payload else []
            except Unusable:
                found = []
            return Answer(records=tuple(found), missing=() if found else (currency,))

        outcomes = await asyncio.gather(*(_caught(of(currency)) for currency in currencies))
        return _joined(outcomes, currencies)

    async def _chart(self, symbol: str, since: dt.date | None) -> object:
        """Return a daily chart, `None` for a symbol that Yahoo does not know."""
        params = {"interval": "1d", "events": "div,splits", "includePrePost": "false"}
        now = self._context.now()
        if since is None:
            params["range"] = "5d"
        else:
            # A day's bar in Asia begins on the day before, by UTC.
            start = dt.datetime.combine(since, dt.time(), tzinfo=dt.UTC) - dt.timedelta(days=1)
            params |= {"period1": str(int(start.timestamp())), "period2": str(int(now.timestamp()))}
        address = f"{HOME}/v8/finance/chart/{quote(symbol, safe='')}"
        async with self._charts:
            reply = await self._keyless.get(address, params=params, accept=frozenset({404}))
        return None if reply.status == 404 else reply.json()

    async def _valuations(self, lines: Sequence[Line]) -> Answer:
        rows, per_usd = await self._priced(lines)
        accounts = {issuer.id: issuer.reporting_currency for issuer in self._context.universe.issuers}
        return valuations.valuations(rows, lines, accounts, per_usd, self._context.now())

    async def _fundamentals(self, lines: Sequence[Line]) -> Answer:
        rows, per_usd = await self._priced(lines)
        books, error = await self._books.of(self._issuers_of(lines), ACCOUNTS_PATIENCE)
        caps = valuations.market_caps(rows, lines)
        sums = statements.sums_behind(lines, books, caps, per_usd, self._context.now().date())
        if error is not None and not sums:
            raise error
        having = {one.symbol for one in sums}
        missing = tuple(line.symbol for line in lines if line.symbol not in having)
        return Answer(records=tuple(sums), missing=missing)

    async def _priced(self, lines: Sequence[Line]) -> tuple[list[Row], dict[str, float]]:
        """Return rows of the batch with what multiples are made of, and rates between their currencies."""
        rows = await self._batch([line.symbol for line in lines], valuations.VALUATION_FIELDS)
        mixed = valuations.currencies_of(rows)
        per_usd: dict[str, float] = {}
        if mixed:
            found = await self._batch([f"{code}=X" for code in mixed], quotes.QUOTE_FIELDS)
            per_usd = {rate.currency: rate.per_usd for rate in quotes.rates(found, mixed)}
        return rows, per_usd

    async def _capex(self, lines: Sequence[Line]) -> Answer:
        served = [issuer for issuer in self._issuers_of(lines) if fundamentals.serves_capex(issuer)]
        books, error = await self._books.of(served, ACCOUNTS_PATIENCE)
        answer = statements.capex_answer(lines, books, self._context.now())
        if error is not None and not answer.records:
            raise error
        return answer

    def _issuers_of(self, lines: Sequence[Line]) -> list[Issuer]:
        """Return the issuers of some lines, each once."""
        ids = dict.fromkeys(line.issuer for line in lines)
        return [self._issuers[issuer] for issuer in ids if issuer in self._issuers]


_LOCALE = {"lang": "en-US", "region": "US", "corsDomain": "finance.yahoo.com"}


async def _caught(answer: Awaitable[Answer]) -> Answer | ProviderError:
    """Return the error of one symbol instead of raising it, so that the others still count."""
    try:
        return await answer
    except ProviderError as error:
        return error


def _joined(outcomes: Sequence[Answer | ProviderError], names: Sequence[str]) -> Answer:
    """Return one answer of many; raise the first error only when nothing came at all."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, ProviderError)]
    if errors and len(errors) == len(outcomes):
        raise errors[0]
    records: list[AnyRecord] = []
    missing: list[str] = []
    remarks: list[Remark] = []
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, ProviderError):
            missing.append(name)
            continue
        records += outcome.records
        missing += outcome.missing
        remarks += outcome.remarks
    return Answer(records=tuple(records), missing=tuple(missing), remarks=tuple(remarks))


def _with(answer: Answer, remark: Remark) -> Answer:
    return replace(answer, remarks=(*answer.remarks, remark))


def _parts(symbols: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (symbols[start : start + size] for start in range(0, len(symbols), size))
