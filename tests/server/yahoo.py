"""Yahoo's protocol: cookie, crumb and consent, the batch of quotes, summaries, charts and sparks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, unquote

from tests.server.core import Asked, Exchanged
from tests.server.truth import Truth
from tests.server.yahoo_charts import chart, spark, too_far_back
from tests.server.yahoo_rows import ALWAYS, formatted, quote_row
from tests.server.yahoo_summary import summary

_CHART = "/v8/finance/chart/"
_SUMMARY = "/v10/finance/quoteSummary/"


class YahooProtocol:
    """Sessions are real: a crumb is good only with its cookie, until `expire` is called.

    Clients that name Python as what they are get 429, as from the real service.

    Attributes:
        wants_consent: A cookie is only given after the consent form was sent.
        needs_crumb: Whether the batch is refused without one.
        batch: The most symbols of one batch.
        live_bar: Whether a chart holds today's bar.
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
        route = self._route(asked.path)
        if route is None:
            return None
        if asked.headers.get("user-agent", "").lower().startswith("python"):
            return _too_many()
        return route(asked, truth)

    def _route(self, path: str) -> Callable[[Asked, Truth], Exchanged] | None:
        if path.startswith(_CHART):
            return self._chart
        if path.startswith(_SUMMARY):
            return self._summary
        return self._routes.get(path)

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
            return _refused("Invalid Cookie")
        return Exchanged(body=self.crumb.encode("ascii"), content_type="text/plain;charset=utf-8")

    def _has_cookie(self, asked: Asked) -> bool:
        jar = SimpleCookie(asked.headers.get("cookie", ""))
        return any(jar[name].value == f"g{self._generation}" for name in ("A1", "A3") if name in jar)

    def _may_ask(self, asked: Asked) -> bool:
        known = self._has_cookie(asked) and asked.query.get("crumb") == self.crumb
        return known or not self.needs_crumb

    def _batch(self, asked: Asked, truth: Truth) -> Exchanged:
        if not self._may_ask(asked):
            return _refused("Invalid Crumb")
        symbols = list(filter(None, asked.query.get("symbols", "").split(",")))
        if not symbols:
            return _without_symbols("finance")
        if len(symbols) > self.batch:
            return _too_many()
        wanted = set(asked.query.get("fields", "").split(",")) - {""}
        rows = [row for symbol in symbols if (row := quote_row(symbol, truth)) is not None]
        if wanted:
            rows = [{k: v for k, v in row.items() if k in wanted | ALWAYS} for row in rows]
        if asked.query.get("formatted") == "true":
            rows = [formatted(row) for row in rows]
        answer = _json({"quoteResponse": {"result": rows, "error": None}})
        return replace(answer, headers=[("Cache-Control", "public, max-age=1, stale-while-revalidate=9")])

    def _summary(self, asked: Asked, truth: Truth) -> Exchanged:
        symbol = unquote(asked.path.removeprefix(_SUMMARY))
        if not self._may_ask(asked):
            return _refused("Invalid Crumb")
        found = summary(symbol, asked.query.get("modules", "").split(","), truth)
        if found is None:
            words = f"Quote not found for symbol: {symbol}"
            return Exchanged(status=404, body=_error("quoteSummary", "Not Found", words))
        return _json({"quoteSummary": {"result": [found], "error": None}})

    def _spark(self, asked: Asked, truth: Truth) -> Exchanged:
        symbols = list(filter(None, asked.query.get("symbols", "").split(",")))
        if not symbols:
            return _without_symbols("spark")
        if len(symbols) > 20:
            return Exchanged(status=400, body=_error("spark", "Bad Request", "Too many symbols"))
        sparks = [found for symbol in symbols if (found := spark(symbol, truth)) is not None]
        return _json({"spark": {"result": sparks, "error": None}})

    def _chart(self, asked: Asked, truth: Truth) -> Exchanged:
        symbol = unquote(asked.path.removeprefix(_CHART))
        words = too_far_back(asked.query, truth.now())
        if words is not None:
            return Exchanged(status=422, body=_error("chart", "Unprocessable Entity", words))
        found = chart(symbol, asked.query, truth, live=self.live_bar)
        if found is None:
            words = "No data found, symbol may be delisted"
            return Exchanged(status=404, body=_error("chart", "Not Found", words))
        return _json({"chart": {"result": [found], "error": None}})


def _json(payload: object) -> Exchanged:
    return Exchanged(body=json.dumps(payload).encode())


def _page(body: str) -> Exchanged:
    return Exchanged(body=f"<!DOCTYPE html><html>{body}</html>".encode(), content_type="text/html")


def _too_many() -> Exchanged:
    return Exchanged(status=429, body=b"Too Many Requests\r\n", content_type="text/plain")


def _refused(words: str) -> Exchanged:
    return Exchanged(status=401, body=_error("finance", "Unauthorized", words))


def _without_symbols(root: str) -> Exchanged:
    words = "Missing required query parameter=symbols"
    return Exchanged(status=400, body=_error(root, "Bad Request", words))


def _error(root: str, code: str, words: str) -> bytes:
    return json.dumps({root: {"result": None, "error": {"code": code, "description": words}}}).encode()
