"""Tencent's protocol: `/q=` and codes in the path, GBK records of fields by position."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from tests.server.chinese import figure, listed, local
from tests.server.core import Asked, Exchanged
from tests.server.truth import Stock, Truth

_PREFIX = "/q="
_NUMBERS = {"sh": "1", "sz": "51", "bj": "62", "hk": "100", "us": "200"}
_VENUES = {"NMS": "OQ", "NYQ": "N", "ASE": "AM"}


class TencentProtocol:
    """Unknown codes are left out; where none is known, one record says so."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if not asked.path.startswith(_PREFIX):
            return None
        records = []
        for name in unquote(asked.path).removeprefix(_PREFIX).split(","):
            market, code = name[:2], name[2:]
            stock = listed(market, code, truth) if market in _NUMBERS else None
            if stock is not None:
                records.append(f'v_{name}="{"~".join(fields(market, code, stock, truth))}";\n')
        text = "".join(records) or 'v_pv_none_match="1";\n'
        return Exchanged(body=text.encode("gbk", "replace"), content_type="text/html; charset=GBK")


def fields(market: str, code: str, stock: Stock, truth: Truth) -> list[str]:
    """Return the fields of a row."""
    value = None if stock.market_cap is None else stock.market_cap / 1e8
    shared = {
        0: _NUMBERS[market],
        1: stock.name,
        2: code,
        3: figure(stock.price),
        4: figure(stock.previous_close),
        33: figure(stock.price),
        34: figure(stock.price),
        39: "17.47",
        44: figure(value),
        45: figure(value),
    }
    match market:
        case "us":
            own = {
                2: f"{code}.{_VENUES.get(stock.exchange, 'OQ')}",
                30: local(stock, truth, "%Y-%m-%d %H:%M:%S"),
                35: stock.currency,
                56: "GP-ETF" if stock.quote_type == "ETF" else "GP",
                62: figure(stock.shares),
            }
            return row(71, shared | own)
        case "hk":
            own = {
                30: local(stock, truth, "%Y/%m/%d %H:%M:%S"),
                63: "GP",
                70: figure(stock.shares),
                75: stock.currency,
            }
            return row(78, shared | own)
        case _:
            own = {
                30: local(stock, truth, "%Y%m%d%H%M%S"),
                61: "GP-A",
                73: figure(stock.shares),
                82: stock.currency,
            }
            return row(88, shared | own)


def row(size: int, told: Mapping[int, str]) -> list[str]:
    """Return so many fields, `0` where nothing is told."""
    return [told.get(position, "0") for position in range(size)]
