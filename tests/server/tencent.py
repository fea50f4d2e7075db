"""Tencent's protocol: `/q=` and codes in the path, GBK records of fields by position; daily k-lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import unquote

from tests.server.chinese import figure, listed, local, volume_of
from tests.server.core import Asked, Exchanged
from tests.server.truth import Stock, Truth

_PREFIX = "/q="
# A code may be asked for as "real-time"; its record is then called so too.
_REAL_TIME = "r_"
_KLINES = "/ifzqgtimg/appstock/app/newfqkline/get"
_TRENDS = "/other/klineweb/klineWeb/weekTrends"
_NUMBERS = {"sh": "1", "sz": "51", "bj": "62", "hk": "100", "us": "200"}
_VENUES = {"NMS": "OQ", "NYQ": "N", "ASE": "AM"}


class TencentProtocol:
    """Unknown codes are left out; where none is known, one record says so."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if asked.path == _KLINES:
            return _klines(asked.query, truth)
        if asked.path == _TRENDS:
            return _trends(asked.query, truth)
        if not asked.path.startswith(_PREFIX):
            return None
        records = []
        for name in unquote(asked.path).removeprefix(_PREFIX).split(","):
            found = _found(name.removeprefix(_REAL_TIME), truth)
            if found is not None:
                records.append(f'v_{name}="{"~".join(fields(*found, truth))}";\n')
        text = "".join(records) or 'v_pv_none_match="1";\n'
        return Exchanged(body=text.encode("gbk", "replace"), content_type="text/html; charset=GBK")


def _found(name: str, truth: Truth) -> tuple[str, str, Stock] | None:
    market, code = name[:2], name[2:]
    if market not in _NUMBERS:
        return None
    root, dot, venue = code.partition(".")
    stock = listed(market, root if market == "us" and venue in _VENUES.values() else code, truth)
    if stock is None or (dot and market == "us" and venue != _VENUES.get(stock.exchange)):
        return None
    return market, root, stock


def _klines(query: Mapping[str, str], truth: Truth) -> Exchanged:
    """Days since a day until a day, the newest so many, as printed or (`qfq`) on today's share basis.

    A day is date, open, close, high, low, volume, events, turnover in per cent, amount in units of 10,000.
    """
    name, _, first, last, most, basis = query["param"].split(",")
    found = _found(name, truth)
    if found is None:
        return _script(query, {"code": 1, "msg": "param error", "data": []})
    market, _, stock = found
    days = [
        [str(day), *(f"{price:.4f}" for price in (bar.open, bar.close, bar.high, bar.low)),
         f"{_volume(stock, market, bar.volume):.3f}", {}, "0.50", f"{bar.volume * bar.close / 1e4:.2f}"]
        for day, bar in stock.bars(truth.now(), adjusted=basis == "qfq").items()
        if (first or "0") <= str(day) <= (last or "9")
    ]  # fmt: skip
    # A stock without any split has no adjusted series of its own.
    told = {f"{basis if stock.splits else ''}day": days[-int(most) :]}
    return _script(query, {"code": 0, "msg": "", "data": {name: told}})


def _trends(query: Mapping[str, str], truth: Truth) -> Exchanged:
    """Day and close since the first week; nothing for an unknown code."""
    found = _found(query.get("code", ""), truth)
    days = [] if found is None else found[2].bars(truth.now()).items()
    told = [[str(day), f"{bar.close:.2f}"] for day, bar in days]
    return _script(query, {"code": 0, "msg": "", "data": told})


def _script(query: Mapping[str, str], payload: object) -> Exchanged:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Exchanged(body=f"{query.get('_var', 'v')}={text}".encode(), content_type="application/javascript")


def _volume(stock: Stock, market: str, shares: int) -> int:
    """Return a volume as told: in lots on the mainland, but in shares on the STAR market."""
    return shares if stock.symbol.startswith("688") else volume_of(market, shares)


def fields(market: str, code: str, stock: Stock, truth: Truth) -> list[str]:
    """Return the fields of a row; funds have neither P/E nor values."""
    day = stock.today
    volume, amount = _volume(stock, market, day.volume), day.volume * stock.price
    floating, value = (
        None if each is None else each / 1e8 for each in (stock.floating_cap, stock.market_cap)
    )
    fund = stock.quote_type == "ETF"
    shared = {
        0: _NUMBERS[market],
        1: stock.name,
        2: code,
        3: figure(stock.price),
        4: figure(stock.previous_close),
        5: figure(day.open),
        6: str(volume),
        31: figure(stock.change),
        32: figure(stock.change_pct),
        33: figure(day.high),
        34: figure(day.low),
        36: str(volume),
        37: figure(amount),
        39: "" if fund else "17.47",
        44: figure(floating),
        45: figure(value),
    }
    match market:
        case "us":
            own = {
                2: f"{code}.{_VENUES.get(stock.exchange, 'OQ')}",
                30: local(stock, truth, "%Y-%m-%d %H:%M:%S"),
                35: stock.currency,
                46: stock.name,
                53: figure(value),
                56: "GP-ETF" if fund else "GP",
                62: figure(stock.shares),
            }
            return row(71, shared | own)
        case "hk":
            own = {
                30: local(stock, truth, "%Y/%m/%d %H:%M:%S"),
                35: figure(stock.price),
                46: stock.name,
                63: "GP-ETF" if fund else "GP",
                69: figure(stock.floating_shares),
                70: figure(stock.shares),
                75: stock.currency,
            }
            return row(78, shared | own)
        case _:
            own = {
                30: local(stock, truth, "%Y%m%d%H%M%S"),
                35: f"{stock.price!r}/{volume}/{amount!r}",
                37: figure(amount / 1e4),
                61: "ETF" if fund else "GP-A",
                72: figure(stock.floating_shares),
                73: figure(stock.shares),
                82: stock.currency,
            }
            return row(88, shared | own)


def row(size: int, told: Mapping[int, str]) -> list[str]:
    """Return so many fields, `0` where nothing is told."""
    return [told.get(position, "0") for position in range(size)]
