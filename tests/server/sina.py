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
            told = ",".join(_record(name, truth))
            records.append(f'var hq_str_{name}="{told}";\n')
        body = "".join(records).encode("gb18030")
        return Exchanged(body=body, content_type="application/javascript; charset=GB18030")


def _record(name: str, truth: Truth) -> list[str]:
    prefix = next((each for each in _MARKETS if name.startswith(each)), None)
    if prefix is None:
        return []
    market = _MARKETS[prefix]
    stock = listed(market, name.removeprefix(prefix), truth)
    return [] if stock is None else _fields(market, stock, truth)


def _fields(market: str, stock: Stock, truth: Truth) -> list[str]:
    price, before, name = figure(stock.price), figure(stock.previous_close), stock.name.replace(",", " ")
    day, change, pct = stock.today, figure(stock.change), figure(stock.change_pct)
    opened, high, low, volume = figure(day.open), figure(day.high), figure(day.low), str(day.volume)
    match market:
        case "us":
            regular = moment(stock, truth).astimezone(stock.zone)
            half = "AM" if regular.hour < 12 else "PM"
            # The row's own time runs on after the close.
            updated = (moment(stock, truth) + dt.timedelta(hours=4)).astimezone(_BEIJING)
            told = {
                0: name, 1: price, 2: pct, 3: f"{updated:%Y-%m-%d %H:%M:%S}", 4: change, 5: opened, 6: high,
                7: low, 10: volume, 12: figure(stock.market_cap), 19: figure(stock.shares),
                25: f"{_MONTHS[regular.month - 1]} {regular:%d %I:%M}{half} {regular:%Z}", 26: before,
                29: str(regular.year),
            }  # fmt: skip
            return row(36, told)
        case "hk":
            told = {
                0: name, 1: name, 2: opened, 3: before, 4: high, 5: low, 6: price, 7: change, 8: pct,
                12: volume, 17: local(stock, truth, "%Y/%m/%d"), 18: local(stock, truth, "%H:%M"),
            }  # fmt: skip
            return row(19, told)
        case _:
            told = {
                0: name, 1: opened, 2: before, 3: price, 4: high, 5: low, 8: volume,
                30: local(stock, truth, "%Y-%m-%d"), 31: local(stock, truth, "%H:%M:%S"), 32: "00",
            }  # fmt: skip
            return row(33, told)
