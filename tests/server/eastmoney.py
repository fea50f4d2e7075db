"""Eastmoney's protocol: the batch `ulist.np`, decimals with `fltt=2`, whole numbers without."""

from __future__ import annotations

import json

from tests.server.chinese import listed, local, moment
from tests.server.core import Asked, Exchanged
from tests.server.truth import Stock, Truth

_PATH = "/api/qt/ulist.np/get"
_PLACES = {"1": ("sh",), "0": ("sz", "bj"), "116": ("hk",), "105": ("us",), "106": ("us",), "107": ("us",)}
_VENUES = {"NMS": "105", "NYQ": "106", "ASE": "107"}
_PRICES = ("f2", "f15", "f16", "f17", "f18")

JSON = dict[str, object]


class EastmoneyProtocol:
    """Unknown codes are left out; where none is known, `rc` is 102 and there are no data.

    Attributes:
        minds_fltt: Whether `fltt=2` is honoured.
        as_object: Whether rows come as an object with numbered keys.
    """

    def __init__(self) -> None:
        self.minds_fltt = True
        self.as_object = False

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if asked.path != _PATH:
            return None
        decimals = self.minds_fltt and asked.query.get("fltt") == "2"
        rows = []
        for secid in asked.query.get("secids", "").split(","):
            market, _, code = secid.partition(".")
            stock = _stock(market, code, truth)
            if stock is not None:
                rows.append(_row(market, code, stock, truth, decimals=decimals))
        wanted = asked.query.get("fields", "").split(",")
        rows = [{name: row.get(name, "-") for name in wanted} for row in rows]
        found: object = {str(place): row for place, row in enumerate(rows)} if self.as_object else rows
        data = {"total": len(rows), "diff": found} if rows else None
        payload = {"rc": 0 if rows else 102, "rt": 11, "full": 1, "data": data}
        return Exchanged(body=json.dumps(payload, ensure_ascii=False).encode())


def _stock(market: str, code: str, truth: Truth) -> Stock | None:
    found = (listed(place, code, truth) for place in _PLACES.get(market, ()))
    stock = next(filter(None, found), None)
    if stock is not None and _PLACES[market] == ("us",) and _VENUES.get(stock.exchange) != market:
        return None
    return stock


def _row(market: str, code: str, stock: Stock, truth: Truth, *, decimals: bool) -> JSON:
    places = 2 if market in {"0", "1"} else 3
    price, before = stock.price or None, stock.previous_close
    change = (price / before - 1.0) * 100.0 if price and before else None
    row: JSON = {
        "f1": places,
        "f2": price,
        "f3": None if change is None else round(change, 2),
        "f12": code,
        "f13": int(market),
        "f14": stock.name,
        "f15": price,
        "f16": price,
        "f17": price,
        "f18": before,
        "f20": stock.market_cap,
        "f38": stock.shares,
        "f124": int(moment(stock, truth).timestamp()),
        "f152": 2,
        "f297": int(local(stock, truth, "%Y%m%d")),
    }
    if not decimals:
        row |= {name: _scaled(row[name], places) for name in _PRICES} | {"f3": _scaled(row["f3"], 2)}
    return {name: "-" if value is None else value for name, value in row.items()}


def _scaled(value: object, places: int) -> object:
    return round(value * 10**places) if isinstance(value, int | float) else value
