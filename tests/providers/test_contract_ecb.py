"""The contract, kept by the European Central Bank's files."""

from __future__ import annotations

import datetime as dt

from providers.base import Capability, Request
from providers.records import AnyRecord, FxRate
from tests.providers.contract import ProviderContract, Spoil
from tests.providers.spoiling import HOSTILE
from tests.server import Truth
from tests.server.ecb import hist_csv, per_euro, zipped


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
