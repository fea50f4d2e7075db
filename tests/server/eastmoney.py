"""Eastmoney's protocol: the batch `ulist.np`, the lists `clist`, one stock, its k-lines.

With `fltt=2` figures are decimals, else prices are whole numbers × 10^decimals and per cents × 100.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from tests.server.chinese import coded, listed, local, moment, volume_of
from tests.server.core import Asked, Exchanged
from tests.server.eastmoney_stock import JSON, klines, scaled, snapshot
from tests.server.truth import Stock, Truth

_PLACES = {
    "1": ("sh",), "0": ("sz", "bj"), "116": ("hk",), "128": ("hk",),
    "105": ("us",), "106": ("us",), "107": ("us",),
}  # fmt: skip
_VENUES = {"NMS": "105", "NYQ": "106", "ASE": "107"}
_PRICES = ("f2", "f4", "f15", "f16", "f17", "f18")

Answer = Callable[[Mapping[str, str], Truth], object]


class EastmoneyProtocol:
    """Unknown codes are left out; where none is known, `rc` is 102 and there are no data.

    Attributes:
        minds_fltt: Whether `fltt=2` is honoured.
        as_object: Whether rows of the batch come as an object with numbered keys.
    """

    def __init__(self) -> None:
        self.minds_fltt = True
        self.as_object = False
        self._routes: dict[str, Answer] = {
            "/api/qt/ulist.np/get": self._batch,
            "/api/qt/clist/get": self._list,
            "/api/qt/stock/get": self._stock,
            "/api/qt/stock/kline/get": self._klines,
        }

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        route = self._routes.get(asked.path)
        if route is None:
            return None
        data = route(asked.query, truth)
        payload = {"rc": 0 if data else 102, "rt": 11, "svr": 177542529, "lt": 1, "full": 1, "data": data}
        return Exchanged(body=json.dumps(payload, ensure_ascii=False).encode())

    def _decimals(self, query: Mapping[str, str]) -> bool:
        return self.minds_fltt and query.get("fltt") == "2"

    def _batch(self, query: Mapping[str, str], truth: Truth) -> object:
        found = filter(None, (found_by(name, truth) for name in query.get("secids", "").split(",")))
        rows = self._rows(found, query, truth)
        diff = _numbered(rows) if self.as_object else rows
        return {"total": len(rows), "diff": diff} if rows else None

    def _list(self, query: Mapping[str, str], truth: Truth) -> object:
        """Pages of all stocks of some markets, by code; of a filter such as `m:0 t:6` the market counts."""
        markets = {part.partition(" ")[0].removeprefix("m:") for part in query.get("fs", "").split(",")}
        stocks = sorted(_listed_in(markets, truth), key=lambda each: each[1], reverse=query.get("po") == "1")
        page, size = int(query.get("pn", "1")), min(int(query.get("pz", "20")), 100)
        rows = self._rows(stocks[(page - 1) * size : page * size], query, truth)
        diff = rows if query.get("np") == "1" else _numbered(rows)
        return {"total": len(stocks), "diff": diff} if rows else None

    def _rows(
        self, stocks: Iterable[tuple[str, str, Stock]], query: Mapping[str, str], truth: Truth
    ) -> list[JSON]:
        wanted = _told(query.get("fields", "").split(","))
        rows = [_row(*each, truth, decimals=self._decimals(query)) for each in stocks]
        return [{name: row.get(name, "-") for name in wanted} for row in rows]

    def _stock(self, query: Mapping[str, str], truth: Truth) -> object:
        found = found_by(query.get("secid", ""), truth)
        if found is None:
            return None
        market, code, stock = found
        wanted = query.get("fields", "").split(",")
        return snapshot(market, code, stock, truth, wanted, decimals=self._decimals(query))

    def _klines(self, query: Mapping[str, str], truth: Truth) -> object:
        found = found_by(query.get("secid", ""), truth)
        return None if found is None else klines(*found, query, truth.now())


def found_by(secid: str, truth: Truth) -> tuple[str, str, Stock] | None:
    """Return market number, code and stock of a name such as `116.00700`."""
    market, _, code = secid.partition(".")
    found = filter(None, (listed(place, code, truth) for place in _PLACES.get(market, ())))
    stock = next(found, None)
    if stock is None or (_PLACES[market] == ("us",) and market_of(stock) != market):
        return None
    return market, code, stock


def market_of(stock: Stock) -> str:
    """Return the number of a stock's market, empty for one that is not covered."""
    code = coded(stock)
    if code is None:
        return ""
    if code[0] == "us":
        return _VENUES.get(stock.exchange, "")
    return next(number for number, places in _PLACES.items() if code[0] in places)


def _row(market: str, code: str, stock: Stock, truth: Truth, *, decimals: bool) -> JSON:
    places, day = (2 if market in {"0", "1"} else 3), stock.today
    halted = not stock.price
    row: JSON = {
        "f1": places,
        "f2": stock.price or None,
        "f3": None if stock.change_pct is None else round(stock.change_pct, 2),
        "f4": None if stock.change is None else round(stock.change, places),
        "f5": volume_of(_PLACES[market][0], day.volume),
        "f6": day.volume * stock.price,
        "f12": code,
        "f13": int(market),
        "f14": stock.name,
        "f15": None if halted else day.high,
        "f16": None if halted else day.low,
        "f17": None if halted else day.open,
        "f18": stock.previous_close,
        "f20": stock.market_cap,
        "f21": stock.floating_cap,
        "f38": stock.shares,
        "f39": stock.floating_shares,
        "f124": int(moment(stock, truth).timestamp()),
        "f152": 2,
        "f297": int(local(stock, truth, "%Y%m%d")),
    }
    if not decimals:
        row |= {name: scaled(row[name], places) for name in _PRICES} | {"f3": scaled(row["f3"], 2)}
    return {name: "-" if value is None else value for name, value in row.items()}


def _listed_in(markets: set[str], truth: Truth) -> Iterator[tuple[str, str, Stock]]:
    for stock in truth.stocks.values():
        code, own = coded(stock), market_of(stock)
        named = markets & ({"116", "128"} if own == "116" else {own})
        if code is not None and named:
            yield named.pop(), code[1], stock


def _told(wanted: Collection[str]) -> list[str]:
    """Return the fields of a row: in the order of their numbers, the leading stock with code and market."""
    names = set(wanted) | ({"f140", "f141"} if "f128" in wanted else set())
    return sorted(names - {""}, key=lambda name: int(name[1:]))


def _numbered(rows: Iterable[JSON]) -> JSON:
    return {str(place): row for place, row in enumerate(rows)}
