"""One stock at Eastmoney: its snapshot and its k-lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tests.server.chinese import moment, volume_of
from tests.server.truth import Bar, Stock, Truth

JSON = dict[str, object]

_FIELDS = [f"f{number}" for number in range(51, 62)]
_PRICES = ("f43", "f44", "f45", "f46", "f60", "f71", "f169")
_PER_CENTS = ("f170",)
# Orders at each side, as price and size: asked for as one field.
_BOOK, _SELLING, _BUYING = "f530", range(31, 41, 2), range(11, 21, 2)


def snapshot(
    market: str, code: str, stock: Stock, truth: Truth, wanted: Sequence[str], *, decimals: bool
) -> JSON:
    """Return the fields of `stock/get`: prices × 10^f59 and per cents × 100, or decimals."""
    places, day = (2 if market in {"0", "1"} else 3), stock.today
    row: JSON = {
        "f43": stock.price or None,
        "f44": day.high,
        "f45": day.low,
        "f46": day.open,
        "f47": volume_of(_place(market), day.volume),
        "f48": day.volume * stock.price,
        "f57": code,
        "f58": stock.name,
        "f59": places,
        "f60": stock.previous_close,
        "f71": stock.price,
        "f84": stock.shares,
        "f85": stock.floating_shares,
        "f86": int(moment(stock, truth).timestamp()),
        "f107": int(market),
        "f116": stock.market_cap,
        "f117": stock.floating_cap,
        "f152": 2,
        "f169": None if stock.change is None else round(stock.change, places),
        "f170": None if stock.change_pct is None else round(stock.change_pct, 2),
    }
    if not decimals:
        row |= {name: scaled(row[name], places) for name in _PRICES}
        row |= {name: scaled(row[name], 2) for name in _PER_CENTS}
    told: JSON = {name: "-" if row.get(name) is None else row[name] for name in wanted if name != _BOOK}
    if _BOOK in wanted:
        for first in (*_SELLING, *_BUYING):
            told |= {f"f{first}": row["f43"] or "-", f"f{first + 1}": 3}
    return told


def klines(market: str, code: str, stock: Stock, query: Mapping[str, str], now: dt.datetime) -> JSON:
    """Return the days of `stock/kline/get`, as printed or (`fqt=1`) on today's share basis.

    A day is one text of date, open, close, high, low, volume, amount, amplitude, change in per cent, change
    and turnover; of these `fields2` are told.
    """
    wanted = [_FIELDS.index(name) for name in query.get("fields2", "").split(",") if name in _FIELDS]
    first, last = query.get("beg", "0"), query.get("end", "20500101")
    days = stock.bars(now, adjusted=query.get("fqt") == "1")
    lines = []
    before: float | None = None
    for day, bar in days.items():
        if first <= f"{day:%Y%m%d}" <= last:
            fields = _fields(market, day, bar, before)
            lines.append(",".join(fields[at] for at in wanted))
        before = bar.close
    kept = lines[-int(query.get("lmt", "1000000")) :]
    return {
        "code": code,
        "market": int(market),
        "name": stock.name,
        "decimal": 2 if market in {"0", "1"} else 3,
        "preKPrice": stock.previous_close,
        "klines": kept,
    }


def _fields(market: str, day: dt.date, bar: Bar, before: float | None) -> list[str]:
    change = 0.0 if before is None else bar.close - before
    pct = 0.0 if before is None else change / before * 100.0
    told = (
        bar.open, bar.close, bar.high, bar.low, volume_of(_place(market), bar.volume), bar.volume * bar.close,
        2.0, round(pct, 2), round(change, 3), 0.5,
    )  # fmt: skip
    return [str(day), *(repr(value) for value in told)]


def _place(market: str) -> str:
    return {"1": "sh", "0": "sz", "116": "hk", "128": "hk"}.get(market, "us")


def scaled(value: object, places: int) -> object:
    """Return a figure as a whole number."""
    return round(value * 10**places) if isinstance(value, int | float) else value
