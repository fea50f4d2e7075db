"""The contract, kept by Tencent, Eastmoney and Sina."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import AnyRecord, Quote, ShareCount
from providers.universe import Issuer, Universe
from tests.providers import world
from tests.providers.contract import ProviderContract, Spoil
from tests.providers.records_of import SINA, TENCENT, Record, record_spoils
from tests.providers.spoiling import HOSTILE, Row, setting, without
from tests.providers.world import NOW, line
from tests.server import Stock, Truth

CAMBRICON = line("688256.SS", "XSHG", "CNY")
INNOLIGHT = line("300308.SZ", "XSHE", "CNY")
HELD = line("0700.HK", "XHKG", "HKD")
NVIDIA = line("NVDA", "XNAS")
ALIBABA = line("BABA")
# The close in New York, while Asia trades.
CLOSED = dt.datetime(2026, 11, 23, 21, 0, tzinfo=dt.UTC)


class ChineseQuotes(ProviderContract):
    """One market for all three; what differs is the protocol. `valued` has a market value of the source's."""

    valued = frozenset({"688256.SS", "0700.HK", "NVDA"})
    request = Request(capability=Capability.QUOTES, lines=(CAMBRICON, INNOLIGHT, HELD, NVIDIA, ALIBABA))

    def truth(self) -> Truth:
        truth = Truth()
        truth.add(
            Stock(
                symbol="688256.SS",
                price=1378.1,
                previous_close=1300.0,
                market_cap=865.85e9,
                shares=628292969.0,
                as_of=NOW,
            ),
            Stock(symbol="300308.SZ", price=1280.05, as_of=NOW),
            Stock(
                symbol="0700.HK",
                name="腾讯控股",
                price=478.8,
                previous_close=479.2,
                market_cap=4348.8e9,
                as_of=NOW,
            ),
            Stock(symbol="NVDA", price=218.29, market_cap=5.26e12, as_of=CLOSED),
            Stock(symbol="BABA", price=113.24, previous_close=111.81, exchange="NYQ", as_of=CLOSED),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        def quote(symbol: str, price: float, currency: str, value: float | None = None, **more: Any) -> Quote:
            told = {
                "as_of": NOW,
                "received": NOW,
                "market_cap": value if symbol in self.valued else None,
                **more,
            }
            return Quote(source=self.name, symbol=symbol, price=price, currency=currency, **told)

        return [
            quote("688256.SS", 1378.1, "CNY", 865.85e9, previous_close=1300.0),
            quote("300308.SZ", 1280.05, "CNY"),
            quote("0700.HK", 478.8, "HKD", 4348.8e9, previous_close=479.2),
            quote("NVDA", 218.29, "USD", 5.26e12, as_of=CLOSED),
            quote("BABA", 113.24, "USD", previous_close=111.81, as_of=CLOSED),
        ]

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestTencent(ChineseQuotes):
    name = "tencent"

    def spoiled(self) -> dict[str, Spoil]:
        def currency(record: Record) -> None:
            record.fields[82] = "XAU"

        return record_spoils(TENCENT, "688256.SS", price=3, time=30, currency=currency)


class TestTencentShares(ProviderContract):
    """Of issuers with one line each."""

    name = "tencent"
    request = Request(capability=Capability.SHARES, lines=(CAMBRICON, HELD))

    @pytest.fixture(autouse=True)
    def universe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issuers = tuple(
            Issuer(id=each.issuer, name="x", side="china", region="CN", subsector="cloud", lines=(each,))
            for each in self.request.lines
        )
        monkeypatch.setattr(
            world, "UNIVERSE", Universe(name="test", base_date=dt.date(2025, 1, 13), issuers=issuers)
        )

    def truth(self) -> Truth:
        truth = Truth()
        truth.add(
            Stock(symbol="688256.SS", price=1378.1, market_cap=865.85e9, shares=628292969.0, as_of=NOW),
            Stock(symbol="0700.HK", price=478.8, market_cap=4348.8e9, shares=9082721689.0, as_of=NOW),
        )
        return truth

    def expected(self) -> list[AnyRecord]:
        return [
            ShareCount(
                source="tencent",
                symbol=symbol,
                day=NOW.date(),
                shares=shares,
                note="all shares of the issuer, as Tencent counts them",
            )
            for symbol, shares in (("688256.SS", 628292969.0), ("0700.HK", 9082721689.0))
        ]

    def spoiled(self) -> dict[str, Spoil]:
        def currency(record: Record) -> None:
            record.fields[82] = "XAU"

        return record_spoils(TENCENT, "688256.SS", price=73, time=30, currency=currency)

    def nothing_known(self, truth: Truth) -> None:
        truth.stocks.clear()


class TestSina(ChineseQuotes):
    name = "sina"
    valued = frozenset({"NVDA"})

    def spoiled(self) -> dict[str, Spoil]:
        def another_market(record: Record) -> None:
            record.name = record.name.replace("sh", "sz")

        return record_spoils(SINA, "688256.SS", price=3, time=30, currency=another_market)


class TestEastmoney(ChineseQuotes):
    name = "eastmoney"

    def spoiled(self) -> dict[str, Spoil]:
        costly = frozenset({"688256.SS"})

        def rows(edit: Callable[[list[Row]], object], missing: frozenset[str] = frozenset()) -> Spoil:
            def change(body: bytes) -> bytes:
                payload = json.loads(body)
                edit(payload["data"]["diff"])
                return json.dumps(payload).encode()

            return Spoil(change, missing)

        def first(edit: Callable[[Row], object], missing: frozenset[str] = costly) -> Spoil:
            return rows(lambda found: edit(found[0]), missing)

        return {
            "partial": rows(lambda found: found.pop(0), costly),
            "duplicate row": rows(lambda found: found.append(dict(found[0]))),
            "missing field": first(without("f124")),
            "null field": first(setting("f2", None)),
            "wrong type": first(setting("f2", ["1"])),
            "NaN": first(setting("f2", float("nan"))),
            "infinity": first(setting("f124", float("inf"))),
            "zero": first(setting("f2", 0)),
            "negative": first(setting("f2", -1.5)),
            # The London market, which trades in pence.
            "wrong currency": first(setting("f13", 155)),
            "other order": rows(lambda found: found.reverse()),
            "other spelling": first(lambda row: row.update(f12=f" {row['f12']} ", f13="1"), frozenset()),
            "a stranger's row": rows(lambda found: found.append({**found[0], "f12": "EVIL"})),
            "hostile text": first(setting("f14", HOSTILE), frozenset()),
        }
