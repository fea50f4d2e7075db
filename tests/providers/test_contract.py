"""The contract suite, applied to each provider and each of its capabilities."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import AnyRecord, Close, FxRate, Quote, Split, Valuation
from tests.providers.contract import ProviderContract, Spoil
from tests.providers.world import NOW, line
from tests.server import MarketServer, Stock, Truth
from tests.server.ecb import hist_csv, per_euro, zipped

Row = dict[str, Any]
HOSTILE = "\x1b]0;x\x07[/b][@click=app.quit]x\u202e\x00"

AAPL = line("AAPL")
TENCENT = line("0700.HK", "XHKG", "HKD")
OCADO = line("OCDO.L", "XLON", "GBP")
DAYS = (dt.date(2026, 11, 19), dt.date(2026, 11, 20), dt.date(2026, 11, 23))


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


class TestYahooQuotes(ProviderContract):
    name = "yahoo"
    path = "/v7/finance/quote"
    request = Request(capability=Capability.QUOTES, lines=(AAPL, TENCENT, OCADO))

    def truth(self) -> Truth:
        truth = Truth()
        truth.add(
            Stock(symbol="AAPL", price=333.7, previous_close=333.69, market_cap=4.9e12, as_of=NOW),
            Stock(symbol="0700.HK", price=478.8, as_of=NOW, state="POSTPOST"),
            Stock(symbol="OCDO.L", price=308.8, previous_close=315.2, market_cap=2.55e9, as_of=NOW),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        def quote(symbol: str, price: float, currency: str, **more: Any) -> Quote:
            told = {"as_of": NOW, "received": NOW, "market_state": "regular", **more}
            return Quote(source="yahoo", symbol=symbol, price=price, currency=currency, **told)

        return [
            quote("AAPL", 333.7, "USD", previous_close=333.69, market_cap=4.9e12, delay_minutes=0.0),
            quote("0700.HK", 478.8, "HKD", delay_minutes=15.0, market_state="post"),
            quote(
                "OCDO.L",
                308.8 / 100,
                "GBP",
                previous_close=315.2 / 100,
                market_cap=2.55e9,
                delay_minutes=15.0,
            ),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        return batch_spoils("AAPL")

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestYahooSparks(ProviderContract):
    """The batch is out of order all along."""

    name = "yahoo"
    path = "/v7/finance/spark"
    request = Request(capability=Capability.QUOTES, lines=(AAPL, OCADO))

    @pytest.fixture
    def server(self) -> Iterator[MarketServer]:
        with MarketServer(self.truth()) as server:
            server.yahoo.batch = 0
            yield server

    def truth(self) -> Truth:
        truth = Truth(now=lambda: NOW)
        truth.add(
            Stock(symbol="AAPL", price=333.7, previous_close=333.69),
            Stock(symbol="OCDO.L", price=308.8),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        def quote(symbol: str, price: float, currency: str, previous: float | None) -> Quote:
            return Quote(
                source="yahoo", symbol=symbol, price=price, currency=currency, as_of=NOW, received=NOW,
                previous_close=previous,
            )  # fmt: skip

        return [quote("AAPL", 333.7, "USD", 333.69), quote("OCDO.L", 308.8 / 100, "GBP", None)]

    def spoiled(self) -> dict[str, Spoil]:
        costly = frozenset({"AAPL"})

        def sparks(edit: Callable[[list[Row]], object], missing: frozenset[str] = frozenset()) -> Spoil:
            def change(body: bytes) -> bytes:
                payload = json.loads(body)
                edit(payload["spark"]["result"])
                return json.dumps(payload).encode()

            return Spoil(change, missing)

        def meta(edit: Callable[[Row], object], missing: frozenset[str] = costly) -> Spoil:
            return sparks(lambda rows: edit(rows[0]["response"][0]["meta"]), missing)

        price = "regularMarketPrice"
        return {
            "partial": sparks(lambda rows: rows.pop(0), costly),
            "duplicate row": sparks(lambda rows: rows.append(rows[0])),
            "missing field": meta(without("regularMarketTime")),
            "null field": sparks(lambda rows: rows[0].update(response=None), costly),
            "wrong type": meta(setting(price, {"raw": "x"})),
            "NaN": meta(setting(price, float("nan"))),
            "infinity": meta(setting(price, float("inf"))),
            "zero": meta(setting(price, 0)),
            "negative": meta(setting(price, -1)),
            "wrong currency": meta(setting("currency", "HKD")),
            "other order": sparks(lambda rows: rows.reverse()),
            "other spelling": sparks(lambda rows: rows[0].update(symbol=" aapl ")),
            "a stranger's row": sparks(lambda rows: rows.append({**rows[0], "symbol": "EVIL"})),
            "hostile text": meta(setting("longName", HOSTILE), frozenset()),
        }

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestYahooValuations(ProviderContract):
    name = "yahoo"
    path = "/v7/finance/quote"
    fault_path = path
    request = Request(capability=Capability.VALUATIONS, lines=(AAPL, TENCENT))

    def truth(self) -> Truth:
        truth = Truth()
        truth.add(
            Stock(symbol="AAPL", price=300.0, eps_forward=10.0),
            Stock(symbol="0700.HK", price=480.0, eps_forward=30.0),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        quality = "analysts' mean for the next fiscal year, as Yahoo shows it"
        return [
            Valuation(
                source="yahoo", issuer=symbol.lower(), symbol=symbol, day=NOW.date(), field="forward_pe",
                value=value, quality=quality,
            )
            for symbol, value in (("AAPL", 30.0), ("0700.HK", 16.0))
        ]  # fmt: skip

    def spoiled(self) -> dict[str, Spoil]:
        never = Spoil(in_batch(victim(setting("epsForward", float("inf")))), frozenset({"AAPL"}))
        return batch_spoils("AAPL") | {"infinity": never}

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestYahooRates(ProviderContract):
    name = "yahoo"
    path = "/v7/finance/quote"
    request = Request(capability=Capability.FX, currencies=("CNY", "TWD"))

    def truth(self) -> Truth:
        return Truth(fx={"CNY": 6.6529, "TWD": 30.42})

    def expected(self) -> list[AnyRecord]:
        return [
            FxRate(source="yahoo", currency="CNY", per_usd=6.6529, as_of=NOW),
            FxRate(source="yahoo", currency="TWD", per_usd=30.42, as_of=NOW),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        spelled = Spoil(in_batch(victim(setting("symbol", "USDCNY=X"))))
        return batch_spoils("CNY") | {"other spelling": spelled}

    def nothing_known(self, truth: Truth) -> None:
        truth.fx.clear()


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


class TestYahooCloses(ProviderContract):
    name = "yahoo"
    path = "/v8/finance/chart/"
    request = Request(capability=Capability.CLOSES, lines=(AAPL, OCADO), since=DAYS[0])

    def truth(self) -> Truth:
        truth = Truth()
        truth.add(
            # Printed at 400, then split four for one: Yahoo answers 100.
            Stock(
                symbol="AAPL", price=101.0, history={DAYS[0]: 400.0, DAYS[1]: 100.5}, splits={DAYS[1]: 4.0}
            ),
            Stock(symbol="OCDO.L", price=310.0, history={DAYS[2]: 308.8}),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        # It is still the 23rd in New York, where the session is over.
        new_york, london = DAYS[2], dt.date(2026, 11, 24)

        def close(symbol: str, day: dt.date, value: float, currency: str, today: dt.date) -> Close:
            return Close(
                source="yahoo", symbol=symbol, day=day, close=value, currency=currency, adjusted_to=today
            )

        return [
            close("AAPL", DAYS[0], 100.0, "USD", new_york),
            close("AAPL", DAYS[1], 100.5, "USD", new_york),
            close("AAPL", DAYS[2], 101.0, "USD", new_york),
            Split(source="yahoo", symbol="AAPL", day=DAYS[1], ratio=4.0),
            close("OCDO.L", DAYS[2], 3.088, "GBP", london),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        return chart_spoils("OCDO.L", "OCDO.L")

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestYahooRateHistory(ProviderContract):
    name = "yahoo"
    path = "/v8/finance/chart/"
    request = Request(capability=Capability.FX_HISTORY, currencies=("CNY", "TWD"), since=DAYS[0])

    def truth(self) -> Truth:
        rates = {"CNY": 6.65, "TWD": 30.4, "EUR": 0.9}
        return Truth(
            fx=rates, fx_history={DAYS[0]: rates, DAYS[1]: {"CNY": 6.66, "TWD": 30.5}, NOW.date(): rates}
        )

    def expected(self) -> list[AnyRecord]:
        evening = dt.time(21, tzinfo=dt.UTC)
        values = {DAYS[0]: {"CNY": 6.65, "TWD": 30.4}, DAYS[1]: {"CNY": 6.66, "TWD": 30.5}}
        return [
            FxRate(source="yahoo", currency=code, per_usd=rate, as_of=dt.datetime.combine(day, evening))
            for day, rates in values.items()
            for code, rate in rates.items()
        ]

    def spoiled(self) -> dict[str, Spoil]:
        return chart_spoils("CNY=X", "CNY")

    def nothing_known(self, truth: Truth) -> None:
        truth.fx.clear()


class TestEcbDaily(ProviderContract):
    name = "ecb"
    request = Request(capability=Capability.FX, currencies=("CNY", "HKD"))

    def truth(self) -> Truth:
        return Truth(fx={"EUR": 0.5, "CNY": 6.5, "HKD": 7.75, "TWD": 30.0})

    def expected(self) -> list[AnyRecord]:
        as_of = dt.datetime(2026, 11, 24, 13, 15, tzinfo=dt.UTC)
        return [
            FxRate(source="ecb", currency="CNY", per_usd=6.5, as_of=as_of),
            FxRate(source="ecb", currency="HKD", per_usd=7.75, as_of=as_of),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        row = '<Cube currency="CNY" rate="13.0"/>'

        def swap(new: str, *, costs: bool = True) -> Spoil:
            def change(body: bytes) -> bytes:
                assert row in body.decode()
                return body.decode().replace(row, new).encode()

            return Spoil(change, frozenset({"CNY"} if costs else ()))

        def rate(value: str) -> Spoil:
            return swap(row.replace("13.0", value))

        def reordered(body: bytes) -> bytes:
            text = body.decode().replace(row, "")
            return text.replace("</Cube></Cube>", f"{row}</Cube></Cube>").encode()

        return {
            "partial": swap(""),
            "duplicate row": swap(row + row, costs=False),
            "missing field": swap('<Cube currency="CNY"/>'),
            "null field": rate("N/A"),
            "wrong type": rate("thirteen"),
            "NaN": rate("NaN"),
            "infinity": rate("1e999"),
            "zero": rate("0"),
            "negative": rate("-13.0"),
            "wrong currency": swap('<Cube currency="CNYX" rate="13.0"/>'),
            "other order": Spoil(reordered),
            "other spelling": swap("<Cube rate=' 13 ' currency='CNY' />", costs=False),
            "a stranger's row": swap(row + '<Cube currency="EVIL" rate="1"/>', costs=False),
            "hostile text": swap(row + '<Cube currency="[/b]&#x202e;" rate="1"/>', costs=False),
        }

    def nothing_known(self, truth: Truth) -> None:
        del truth.fx["CNY"], truth.fx["HKD"]


class TestEcbHistory(ProviderContract):
    name = "ecb"
    request = Request(capability=Capability.FX_HISTORY, currencies=("CNY", "HKD"), since=dt.date(2025, 1, 13))

    def truth(self) -> Truth:
        rates = {"EUR": 0.5, "CNY": 6.5, "HKD": 7.75}
        return Truth(fx=rates, fx_history={dt.date(2025, 1, 10): rates, dt.date(2025, 7, 1): rates})

    def expected(self) -> list[AnyRecord]:
        # Summer time in Frankfurt.
        as_of = dt.datetime(2025, 7, 1, 12, 15, tzinfo=dt.UTC)
        return [
            FxRate(source="ecb", currency="CNY", per_usd=6.5, as_of=as_of),
            FxRate(source="ecb", currency="HKD", per_usd=7.75, as_of=as_of),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        table = {dt.date(2025, 7, 1): per_euro(self.truth().fx)}
        good = hist_csv(table)

        def swap(old: str, new: str, *, costs: bool = True) -> Spoil:
            assert old in good
            body = zipped(good.replace(old, new))
            return Spoil(lambda _: body, frozenset({"CNY"} if costs else ()))

        return {
            "partial": swap(",CNY,", ",,"),
            "duplicate row": swap(good, good + good.splitlines()[1] + "\n", costs=False),
            "missing field": swap(",13.0,", ",,"),
            "null field": swap(",13.0,", ",N/A,"),
            "wrong type": swap(",13.0,", ",thirteen,"),
            "NaN": swap(",13.0,", ",nan,"),
            "infinity": swap(",13.0,", ",inf,"),
            "zero": swap(",13.0,", ",0,"),
            "negative": swap(",13.0,", ",-13,"),
            "wrong currency": swap(",CNY,", ",CNH,"),
            "other order": swap("USD,CNY", "USD,CNY", costs=False),
            "other spelling": swap("2025-07-01,", "01 July 2025, ", costs=False),
            "a stranger's row": swap("2025-07-01", "EVIL,1,2,3,\n2025-07-01", costs=False),
            "hostile text": swap(",BGN,", f',"{HOSTILE}",', costs=False),
        }

    def nothing_known(self, truth: Truth) -> None:
        for rates in truth.fx_history.values():
            rates.pop("CNY", None)
            rates.pop("HKD", None)
