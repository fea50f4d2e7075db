"""Ways to spoil a payload, for the contracts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.providers.contract import Spoil

Row = dict[str, Any]
HOSTILE = "\x1b]0;x\x07[/b][@click=app.quit]x\u202e\x00"


def victim(edit: Callable[[Row], object]) -> Callable[[list[Row]], object]:
    """Spoil the first row."""
    return lambda rows: edit(rows[0]) if rows else None


def in_batch(edit: Callable[[list[Row]], object]) -> Callable[[bytes], bytes]:
    """Change the rows of a batch of quotes."""

    def change(body: bytes) -> bytes:
        payload = json.loads(body)
        edit(payload["quoteResponse"]["result"])
        return json.dumps(payload).encode()

    return change


def setting(field: str, value: object) -> Callable[[Row], object]:
    return lambda row: row.update({field: value})


def without(field: str) -> Callable[[Row], object]:
    return lambda row: row.pop(field)


def batch_spoils(cost: str) -> dict[str, Spoil]:
    """Each way to spoil a batch whose first row is about `cost`."""
    costly = frozenset({cost})
    price = "regularMarketPrice"

    def first(edit: Callable[[Row], object], missing: frozenset[str] = costly) -> Spoil:
        return Spoil(in_batch(victim(edit)), missing)

    return {
        "partial": Spoil(in_batch(lambda rows: rows.pop(0)), costly),
        "duplicate row": Spoil(in_batch(lambda rows: rows.append(dict(rows[0])))),
        "missing field": first(without(price)),
        "null field": first(setting(price, None)),
        "wrong type": first(setting(price, ["1"])),
        "NaN": first(setting(price, float("nan"))),
        "infinity": first(setting("regularMarketTime", float("inf"))),
        "zero": first(setting(price, 0)),
        "negative": first(setting(price, -1.5)),
        "wrong currency": first(setting("currency", "XAU")),
        "other order": Spoil(in_batch(lambda rows: rows.reverse())),
        "other spelling": first(lambda row: row.update(symbol=row["symbol"].lower()), frozenset()),
        "a stranger's row": Spoil(in_batch(lambda rows: rows.append({**rows[0], "symbol": "EVIL"}))),
        "hostile text": first(lambda row: row.update(shortName=HOSTILE, longName=HOSTILE), frozenset()),
    }


def in_chart(symbol: str, edit: Callable[[Row], object]) -> Callable[[bytes], bytes]:
    """Change the chart of one symbol."""

    def change(body: bytes) -> bytes:
        payload = json.loads(body)
        chart = payload["chart"]["result"][0]
        if chart["meta"]["symbol"] == symbol:
            edit(chart)
        return json.dumps(payload).encode()

    return change


def chart_spoils(symbol: str, cost: str) -> dict[str, Spoil]:
    """Each way to spoil the chart of `symbol`, so that all of its bars or none are lost."""
    costly = frozenset({cost})

    def all_closes(value: object) -> Spoil:
        def edit(chart: Row) -> None:
            quote = chart["indicators"]["quote"][0]
            quote["close"] = [value] * len(quote["close"])

        return Spoil(in_chart(symbol, edit), costly)

    def doubled(chart: Row) -> None:
        quote = chart["indicators"]["quote"][0]
        chart["timestamp"].append(chart["timestamp"][-1] + 60)
        quote["close"].append(None)

    def reverse(chart: Row) -> None:
        chart["timestamp"].reverse()
        chart["indicators"]["quote"][0]["close"].reverse()

    def harmless(edit: Callable[[Row], object]) -> Spoil:
        return Spoil(in_chart(symbol, edit))

    return {
        "partial": Spoil(in_chart(symbol, lambda chart: chart["indicators"].update(quote=[{}])), costly),
        "duplicate row": harmless(doubled),
        "missing field": Spoil(in_chart(symbol, without("timestamp")), costly),
        "null field": all_closes(None),
        "wrong type": all_closes({"a": 1}),
        "NaN": all_closes(float("nan")),
        "infinity": all_closes(float("-inf")),
        "zero": all_closes(0.0),
        "negative": all_closes(-1.0),
        "wrong currency": Spoil(in_chart(symbol, lambda chart: chart["meta"].update(currency="XAU")), costly),
        "other order": harmless(reverse),
        "other spelling": harmless(lambda chart: chart["meta"].update(symbol=symbol.lower())),
        "a stranger's row": harmless(lambda chart: chart.update(events={"splits": {"x": {"date": "EVIL"}}})),
        "hostile text": harmless(lambda chart: chart["meta"].update(longName=HOSTILE, shortName=HOSTILE)),
    }
