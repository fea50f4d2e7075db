"""Yahoo's protocol: cookie, crumb and consent, the batch of quotes, charts and sparks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, unquote
from zoneinfo import ZoneInfo

from tests.server.core import Asked, Exchanged
from tests.server.truth import Stock, Truth

JSON = dict[str, object]
_CHART = "/v8/finance/chart/"
_ALWAYS = {
    "symbol", "quoteType", "exchange", "marketState", "exchangeTimezoneName", "exchangeDataDelayedBy",
    "language", "region", "regularMarketPrice", "regularMarketTime",
}  # fmt: skip
_RANGES = {"1d": 1, "5d": 7, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827}


class YahooProtocol:
    """Sessions are real: a crumb is good only with its cookie, until `expire` is called.

    Attributes:
        wants_consent: A cookie is only given after the consent form was sent.
        needs_crumb: Whether the batch is refused without one.
        batch: The most symbols of one batch.
    """

    def __init__(self) -> None:
        self.wants_consent = False
        self.needs_crumb = True
        self.batch = 50
        self.live_bar = True
        self._generation = 1
        self._routes: dict[str, Callable[[Asked, Truth], Exchanged]] = {
            "/": self._cookie_page,
            "/v1/test/getcrumb": self._crumb,
            "/consent": self._consent_form,
            "/v2/collectConsent": self._collect,
            "/copyConsent": self._copy_consent,
            "/v7/finance/quote": self._batch,
            "/v7/finance/spark": self._spark,
        }

    @property
    def crumb(self) -> str:
        """The crumb that is good now; it needs escaping in an address."""
        return f"cR.mb/{self._generation}+x"

    def expire(self) -> None:
        """Make every crumb and cookie given so far worthless."""
        self._generation += 1

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if asked.path.startswith(_CHART):
            return self._chart(unquote(asked.path.removeprefix(_CHART)), asked.query, truth)
        route = self._routes.get(asked.path)
        return None if route is None else route(asked, truth)

    def _cookie_page(self, _asked: Asked, _truth: Truth) -> Exchanged:
        headers = [] if self.wants_consent else [self._cookie("A3")]
        return Exchanged(status=404, body=b"", content_type="text/html", headers=headers)

    def _consent_form(self, _asked: Asked, _truth: Truth) -> Exchanged:
        return _page(
            '<form><input type="hidden" name="csrfToken" value="tok">'
            '<input value="ses" name="sessionId" type="hidden"></form>'
        )

    def _copy_consent(self, _asked: Asked, _truth: Truth) -> Exchanged:
        return Exchanged(status=204, headers=[self._cookie("A1S")])

    def _cookie(self, name: str) -> tuple[str, str]:
        return (
            "Set-Cookie",
            f"{name}=g{self._generation}; Domain=.yahoo.com; Path=/; Max-Age=31557600; Secure; HttpOnly",
        )

    def _collect(self, asked: Asked, _truth: Truth) -> Exchanged:
        form = parse_qsl(asked.body.decode("ascii"))
        agreed = form[:2] == [("agree", "agree")] * 2 and dict(form).get("csrfToken") == "tok"
        if not agreed or asked.query.get("sessionId") != "ses":
            return Exchanged(status=400, body=b"")
        return Exchanged(status=302, headers=[self._cookie("A1"), ("Location", "https://finance.yahoo.com/")])

    def _crumb(self, asked: Asked, _truth: Truth) -> Exchanged:
        if not self._has_cookie(asked):
            return Exchanged(status=401, body=_error("finance", "Unauthorized", "Invalid Cookie"))
        return Exchanged(body=self.crumb.encode("ascii"), content_type="text/plain;charset=utf-8")

    def _has_cookie(self, asked: Asked) -> bool:
        jar = SimpleCookie(asked.headers.get("cookie", ""))
        return any(jar[name].value == f"g{self._generation}" for name in ("A1", "A3") if name in jar)

    def _batch(self, asked: Asked, truth: Truth) -> Exchanged:
        if self.needs_crumb and not (self._has_cookie(asked) and asked.query.get("crumb") == self.crumb):
            return Exchanged(status=401, body=_error("finance", "Unauthorized", "Invalid Crumb"))
        symbols = asked.query.get("symbols", "").split(",")
        if len(symbols) > self.batch:
            return Exchanged(status=429, body=b"Too Many Requests\r\n", content_type="text/plain")
        wanted = set(asked.query.get("fields", "").split(",")) - {""}
        rows = [row for symbol in symbols if (row := quote_row(symbol, truth)) is not None]
        if wanted:
            rows = [{k: v for k, v in row.items() if k in wanted | _ALWAYS} for row in rows]
        return _json({"quoteResponse": {"result": rows, "error": None}})

    def _spark(self, asked: Asked, truth: Truth) -> Exchanged:
        symbols = asked.query.get("symbols", "").split(",")
        if len(symbols) > 20:
            return Exchanged(status=400, body=_error("spark", "Bad Request", "Too many symbols"))
        result = []
        for symbol in symbols:
            row = quote_row(symbol, truth)
            if row is not None:
                meta = {name: row[name] for name in _META if name in row}
                previous = row.get("regularMarketPreviousClose")
                meta |= {"chartPreviousClose": previous, "previousClose": previous, "range": "1d"}
                result.append({"symbol": symbol, "response": [{"meta": meta}]})
        return _json({"spark": {"result": result, "error": None}})

    def _chart(self, symbol: str, query: Mapping[str, str], truth: Truth) -> Exchanged:
        row = quote_row(symbol, truth)
        if row is None:
            words = "No data found, symbol may be delisted"
            return Exchanged(status=404, body=_error("chart", "Not Found", words))
        now = truth.now()
        first, last = _span(query, now)
        stock = truth.stock(symbol)
        bars = _fx_bars(symbol, truth) if stock is None else _bars(stock, now, live=self.live_bar)
        kept = [(at, close) for at, close in bars if first <= at <= last]
        events = {} if stock is None else _events(stock, first, last)
        meta = {name: row[name] for name in _META if name in row}
        meta |= {"chartPreviousClose": 1.0, "range": query.get("range", ""), "dataGranularity": "1d"}
        chart: JSON = {"meta": meta, "indicators": {"quote": [{}]}}
        if kept:
            closes = [close for _, close in kept]
            chart["timestamp"] = [int(at.timestamp()) for at, _ in kept]
            chart["indicators"] = {"quote": [{"close": closes}], "adjclose": [{"adjclose": closes}]}
        if events:
            chart["events"] = {"splits": events}
        return _json({"chart": {"result": [chart], "error": None}})


_META = (
    "symbol", "currency", "regularMarketPrice", "regularMarketTime", "exchangeTimezoneName", "exchangeName",
    "longName", "shortName",
)  # fmt: skip


def quote_row(symbol: str, truth: Truth) -> JSON | None:
    """Return a row of the batch, `None` for what is not listed. Pairs may be spelled either way."""
    if symbol.endswith("=X"):
        return _fx_row(symbol, truth)
    stock = truth.stock(symbol)
    if stock is None:
        return None
    as_of = stock.as_of or truth.now()
    row: JSON = {
        "language": "en-US",
        "region": "US",
        "symbol": stock.symbol,
        "shortName": stock.name,
        "longName": stock.name,
        "quoteType": stock.quote_type,
        "currency": stock.currency,
        "financialCurrency": stock.financial_currency or stock.currency.upper(),
        "exchange": stock.exchange,
        "exchangeName": stock.exchange,
        "exchangeTimezoneName": stock.venue.zone,
        "exchangeDataDelayedBy": stock.delay,
        "marketState": stock.state,
        "regularMarketPrice": stock.price,
        "regularMarketTime": int(as_of.timestamp()),
        "regularMarketPreviousClose": stock.previous_close,
        "marketCap": stock.market_cap,
        "epsForward": stock.eps_forward,
        "epsTrailingTwelveMonths": stock.eps_trailing,
        "epsCurrentYear": stock.eps_this_year,
        "bookValue": stock.book_value,
    }
    # Yahoo leaves out what it does not know.
    told = {name: value for name, value in row.items() if value is not None} | stock.raw
    return {name: value for name, value in told.items() if value is not ...}


def _fx_row(symbol: str, truth: Truth) -> JSON | None:
    code = symbol.removesuffix("=X").removeprefix("USD")
    rate = truth.fx.get(code)
    if rate is None:
        return None
    return {
        "symbol": f"{code}=X",
        "shortName": f"USD/{code}",
        "quoteType": "CURRENCY",
        "currency": code,
        "exchange": "CCY",
        "exchangeTimezoneName": "Europe/London",
        "exchangeDataDelayedBy": 0,
        "marketState": "REGULAR",
        "regularMarketPrice": rate,
        "regularMarketTime": int(truth.now().timestamp()),
        "regularMarketPreviousClose": rate,
    }


def _bars(stock: Stock, now: dt.datetime, *, live: bool) -> list[tuple[dt.datetime, float]]:
    today = now.astimezone(stock.zone).date()
    bars = {day: stock.adjusted(day, close, today) for day, close in stock.history.items()}
    if live:
        bars.setdefault(today, stock.price)
    opens = stock.venue.opens
    return [(dt.datetime.combine(day, opens, stock.zone), close) for day, close in sorted(bars.items())]


def _fx_bars(symbol: str, truth: Truth) -> list[tuple[dt.datetime, float]]:
    code = symbol.removesuffix("=X").removeprefix("USD")
    london = ZoneInfo("Europe/London")
    history = sorted(truth.fx_history.items())
    return [
        (dt.datetime.combine(day, dt.time(), london), rates[code]) for day, rates in history if code in rates
    ]


def _events(stock: Stock, first: dt.datetime, last: dt.datetime) -> JSON:
    found: JSON = {}
    for day, ratio in stock.splits.items():
        at = dt.datetime.combine(day, stock.venue.opens, stock.zone)
        if first <= at <= last:
            stamp = int(at.timestamp())
            up = ratio >= 1
            numerator, denominator = (ratio, 1) if up else (1, round(1 / ratio, 9))
            found[str(stamp)] = {
                "date": stamp,
                "numerator": numerator,
                "denominator": denominator,
                "splitRatio": f"{numerator:g}:{denominator:g}",
            }
    return found


def _span(query: Mapping[str, str], now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if "period1" in query:
        return (
            dt.datetime.fromtimestamp(int(query["period1"]), dt.UTC),
            dt.datetime.fromtimestamp(int(query["period2"]), dt.UTC),
        )
    return now - dt.timedelta(days=_RANGES.get(query.get("range", "1d"), 40_000)), now


def _json(payload: object) -> Exchanged:
    return Exchanged(body=json.dumps(payload).encode())


def _page(body: str) -> Exchanged:
    return Exchanged(body=f"<!DOCTYPE html><html>{body}</html>".encode(), content_type="text/html")


def _error(root: str, code: str, words: str) -> bytes:
    return json.dumps({root: {"result": None, "error": {"code": code, "description": words}}}).encode()
