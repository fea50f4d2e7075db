"""Sina's protocol: `/list=` and codes in the path, a Referer, GB18030 records of fields by position."""

from __future__ import annotations

import datetime as dt
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from tests.server.chinese import figure, listed, local, moment
from tests.server.core import Asked, Exchanged
from tests.server.tencent import row
from tests.server.truth import Stock, Truth

_PREFIX = "/list="
_MARKETS = {"sh": "sh", "sz": "sz", "rt_hk": "hk", "hk": "hk", "gb_": "us"}
_BEIJING = ZoneInfo("Asia/Shanghai")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class SinaProtocol:
    """An unknown code gives an empty record; without its own page as Referer all are refused."""

    def answer(self, asked: Asked, truth: Truth) -> Exchanged | None:
        """See `Speaks`."""
        if not asked.path.startswith(_PREFIX):
            return None
        if not asked.headers.get("referer", "").startswith("https://finance.sina.com.cn"):
            return Exchanged(status=403, body=b"Forbidden", content_type="text/plain")
        records = []
        for name in unquote(asked.path).removeprefix(_PREFIX).split(","):
            prefix = next(each for each in _MARKETS if name.startswith(each))
            market = _MARKETS[prefix]
            stock = listed(market, name.removeprefix(prefix), truth)
            told = "" if stock is None else ",".join(_fields(market, stock, truth))
            records.append(f'var hq_str_{name}="{told}";\n')
        return Exchanged(body="".join(records).encode("gb18030"), content_type="application/javascript")


def _fields(market: str, stock: Stock, truth: Truth) -> list[str]:
    price, before, name = figure(stock.price), figure(stock.previous_close), stock.name.replace(",", " ")
    match market:
        case "us":
            regular = moment(stock, truth).astimezone(stock.zone)
            half = "AM" if regular.hour < 12 else "PM"
            # The row's own time runs on after the close.
            updated = (moment(stock, truth) + dt.timedelta(hours=4)).astimezone(_BEIJING)
            told = {
                0: name,
                1: price,
                3: f"{updated:%Y-%m-%d %H:%M:%S}",
                6: price,
                7: price,
                12: figure(stock.market_cap),
                19: figure(stock.shares),
                25: f"{_MONTHS[regular.month - 1]} {regular:%d %I:%M}{half} EDT",
                26: before,
                29: str(regular.year),
            }
            return row(36, told)
        case "hk":
            day, time = local(stock, truth, "%Y/%m/%d"), local(stock, truth, "%H:%M")
            return row(19, {0: name, 1: name, 3: before, 4: price, 5: price, 6: price, 17: day, 18: time})
        case _:
            day, time = local(stock, truth, "%Y-%m-%d"), local(stock, truth, "%H:%M:%S")
            return row(33, {0: name, 2: before, 3: price, 4: price, 5: price, 30: day, 31: time, 32: "00"})
