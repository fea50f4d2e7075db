"""The contract, kept by Yahoo's charts."""

from __future__ import annotations

import datetime as dt

from providers.base import Capability, Request
from providers.records import AnyRecord, Close, FxRate, Split
from tests.providers.contract import ProviderContract, Spoil
from tests.providers.spoiling import chart_spoils
from tests.providers.world import NOW, line
from tests.server import Stock, Truth

AAPL = line("AAPL")
OCADO = line("OCDO.L", "XLON", "GBP")
DAYS = (dt.date(2026, 11, 19), dt.date(2026, 11, 20), dt.date(2026, 11, 23))


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
