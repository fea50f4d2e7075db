"""The contract, kept by Yahoo's batch of quotes and its sparks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import AnyRecord, FxRate, Quote, Valuation
from tests.providers.contract import ProviderContract, Spoil
from tests.providers.spoiling import HOSTILE, Row, batch_spoils, in_batch, setting, victim, without
from tests.providers.world import NOW, line
from tests.server import MarketServer, Stock, Truth

AAPL = line("AAPL")
TENCENT = line("0700.HK", "XHKG", "HKD")
OCADO = line("OCDO.L", "XLON", "GBP")


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
        quality = "analysts' mean for the next fiscal year, by Yahoo"
        return [
            Valuation(
                source="yahoo", issuer=symbol.lower(), symbol=symbol, day=NOW.date(), field="forward_pe",
                value=value, price=price, quality=quality,
            )
            for symbol, value, price in (("AAPL", 30.0, 300.0), ("0700.HK", 16.0, 480.0))
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
