"""The contract, kept by filings, fundamentals and central banks' rates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import AnyRecord, CapexFact, FxRate, ShareCount
from tests.providers.contract import Spoil
from tests.providers.slow_world import MICROSOFT, MSFT, ORACLE, ORCL, SlowContract, issuer
from tests.providers.spoiling import HOSTILE
from tests.providers.world import NOW, line
from tests.server import MarketServer, Truth
from tests.server.accounts import Accounts
from tests.server.sec import filed_on

Row = dict[str, Any]
BABA = line("BABA")
ALIBABA = issuer("Alibaba Group", BABA, region="CN", currency="CNY")
QUARTERS = (dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31))
PLANT = "cash purchases of property and equipment, without finance leases"
ACCESSION = "0000000000-26-000001"


def edited(edit: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        payload = json.loads(body)
        edit(payload)
        return json.dumps(payload).encode()

    return change


def each(field: str, value: object) -> Callable[[list[Row]], object]:
    """Set a field of every row, `...` to take it out."""

    def edit(rows: list[Row]) -> None:
        for row in rows:
            row[field] = value
            if value is ...:
                del row[field]

    return edit


def spoils(
    rows_of: Callable[[Any], list[Row]],
    cost: str,
    *,
    value: str,
    wrong_unit: Callable[[Any], object],
    stranger: Callable[[Any], object],
    hostile: Callable[[Any], object],
    other_spelling: Callable[[list[Row]], object],
) -> dict[str, Spoil]:
    """Each way to spoil rows whose figure is under `value`."""
    costly = frozenset({cost})

    def rows(edit: Callable[[list[Row]], object], missing: frozenset[str] = costly) -> Spoil:
        return Spoil(edited(lambda payload: edit(rows_of(payload))), missing)

    return {
        "partial": rows(lambda rows: rows.clear()),
        "duplicate row": rows(lambda rows: rows.append(dict(rows[-1])), frozenset()),
        "missing field": rows(each(value, ...)),
        "null field": rows(each(value, None)),
        "wrong type": rows(each(value, ["1"])),
        "NaN": rows(each(value, float("nan"))),
        "infinity": rows(each(value, float("inf"))),
        "zero": rows(each(value, 0)),
        "negative": rows(each(value, -5)),
        "wrong currency": Spoil(edited(wrong_unit), costly),
        "other order": rows(lambda rows: rows.reverse(), frozenset()),
        "other spelling": rows(other_spelling, frozenset()),
        "a stranger's row": Spoil(edited(stranger)),
        "hostile text": Spoil(edited(hostile)),
    }


def as_text(field: str) -> Callable[[list[Row]], object]:
    def edit(rows: list[Row]) -> None:
        for row in rows:
            row[field] = f" {row[field]} "

    return edit


class TestSecCapex(SlowContract):
    name = "sec"
    path = "/api/xbrl/companyfacts/CIK0000789019.json"
    request = Request(capability=Capability.CAPEX, lines=(MSFT, ORCL))
    issuers = (MICROSOFT, ORACLE)

    def truth(self) -> Truth:
        def accounts(cik: int, *amounts: float) -> Accounts:
            return Accounts(cik=cik, capex=dict(zip(QUARTERS, amounts, strict=True)))

        return Truth(
            accounts={"MSFT": accounts(789019, 10e9, 12e9, 14e9, 20e9), "ORCL": accounts(1341439, 1, 2, 3, 4)}
        )

    def expected(self) -> list[AnyRecord]:
        def fact(company: str, end: dt.date, amount: float) -> CapexFact:
            return CapexFact(
                source="sec", company=company, region="US", start=dt.date(end.year, end.month - 2, 1),
                end=end, amount=amount, currency="USD", kind="actual",
                known_on=filed_on(end, whole=end.month == 12), definition=PLANT, confidence="high",
                note=f"EDGAR filing {ACCESSION}",
            )  # fmt: skip

        figures = {"Microsoft": (10e9, 12e9, 14e9, 20e9), "Oracle": (1.0, 2.0, 3.0, 4.0)}
        return [
            fact(company, end, amount)
            for company, amounts in figures.items()
            for end, amount in zip(QUARTERS, amounts, strict=True)
        ]

    def subject(self, record: AnyRecord) -> str:
        return {"Microsoft": "MSFT", "Oracle": "ORCL"}[getattr(record, "company", "")]

    def spoiled(self) -> dict[str, Spoil]:
        concept = "PaymentsToAcquirePropertyPlantAndEquipment"

        def units(payload: Any) -> Row:
            found: Row = payload["facts"]["us-gaap"][concept]["units"]
            return found

        return spoils(
            lambda payload: units(payload)["USD"],
            "MSFT",
            value="val",
            wrong_unit=lambda payload: units(payload).update(XAU=units(payload).pop("USD")),
            stranger=lambda payload: payload["facts"].update(evil={concept: {"units": {"USD": [1]}}}),
            hostile=lambda payload: payload.update(entityName=HOSTILE),
            other_spelling=as_text("val"),
        )

    def nothing_known(self, truth: Truth) -> None:
        truth.accounts.clear()


class TestSecShares(SlowContract):
    name = "sec"
    path = "/api/xbrl/companyfacts/CIK0000789019.json"
    request = Request(capability=Capability.SHARES, lines=(MSFT, ORCL))
    issuers = (MICROSOFT, ORACLE)

    def truth(self) -> Truth:
        days = (dt.date(2025, 4, 24), dt.date(2026, 10, 22))
        return Truth(
            accounts={
                "MSFT": Accounts(cik=789019, shares=dict(zip(days, (7.43e9, 7.42e9), strict=True))),
                "ORCL": Accounts(cik=1341439, shares={days[1]: 2.8e9}),
            }
        )

    def expected(self) -> list[AnyRecord]:
        def count(symbol: str, day: dt.date, shares: float) -> ShareCount:
            note = f"cover page of EDGAR filing {ACCESSION}"
            return ShareCount(
                source="sec", symbol=symbol, day=day, shares=shares, confidence="high", note=note
            )

        return [
            count("MSFT", dt.date(2025, 4, 24), 7.43e9),
            count("MSFT", dt.date(2026, 10, 22), 7.42e9),
            count("ORCL", dt.date(2026, 10, 22), 2.8e9),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        concept = "EntityCommonStockSharesOutstanding"

        def units(payload: Any) -> Row:
            found: Row = payload["facts"]["dei"][concept]["units"]
            return found

        return spoils(
            lambda payload: units(payload)["shares"],
            "MSFT",
            value="val",
            wrong_unit=lambda payload: units(payload).update(USD=units(payload).pop("shares")),
            stranger=lambda payload: payload["facts"]["dei"].update(Evil={"units": {"shares": [{}]}}),
            hostile=lambda payload: payload["facts"]["dei"][concept].update(label=HOSTILE),
            other_spelling=as_text("val"),
        )

    def nothing_known(self, truth: Truth) -> None:
        truth.accounts.clear()


class TestYahooCapex(SlowContract):
    name = "yahoo"
    path = "/ws/fundamentals-timeseries/v1/finance/timeseries/BABA"
    request = Request(capability=Capability.CAPEX, lines=(BABA, MSFT))
    issuers = (ALIBABA, MICROSOFT)
    END = dt.date(2026, 9, 30)

    def truth(self) -> Truth:
        return Truth(
            accounts={
                "BABA": Accounts(currency="CNY", capex={QUARTERS[2]: 31.5e9, self.END: 40e9}),
                "MSFT": Accounts(capex={QUARTERS[3]: 29.9e9}),
            }
        )

    def expected(self) -> list[AnyRecord]:
        def fact(company: str, region: str, end: dt.date, amount: float) -> CapexFact:
            return CapexFact(
                source="yahoo", company=company, region="CN" if region == "CN" else "US",
                start=dt.date(end.year, end.month - 2, 1), end=end, amount=amount,
                currency="CNY" if region == "CN" else "USD", kind="actual",
                known_on=min(end + dt.timedelta(days=60), NOW.date()),
                definition="cash purchases of property, equipment and intangibles, by Yahoo",
                note="day of publication estimated",
            )  # fmt: skip

        return [
            fact("Alibaba", "CN", QUARTERS[2], 31.5e9),
            fact("Alibaba", "CN", self.END, 40e9),
            fact("Microsoft", "US", QUARTERS[3], 29.9e9),
        ]

    def subject(self, record: AnyRecord) -> str:
        return {"Alibaba": "BABA", "Microsoft": "MSFT"}[getattr(record, "company", "")]

    def spoiled(self) -> dict[str, Spoil]:
        kind = "quarterlyCapitalExpenditure"

        def row(payload: Any) -> Row:
            rows: list[Row] = payload["timeseries"]["result"]
            return next(row for row in rows if row["meta"]["type"] == [kind])

        def rows(payload: Any) -> list[Row]:
            found: list[Row] = row(payload)[kind]
            return found

        def upright(rows: list[Row]) -> None:
            for one in rows:
                one["reportedValue"] = one["reportedValue"]["raw"]

        def stranger(payload: Any) -> None:
            others = [{**one, "asOfDate": "2026-06-30"} for one in rows(payload)]
            meta = {"symbol": ["EVIL"], "type": [kind]}
            payload["timeseries"]["result"].append({"meta": meta, kind: others})

        ways = spoils(
            rows,
            "BABA",
            value="reportedValue",
            wrong_unit=lambda payload: each("currencyCode", "USD")(rows(payload)),
            stranger=stranger,
            hostile=lambda payload: each("dataId", HOSTILE)(rows(payload)),
            other_spelling=upright,
        )
        gaps = edited(lambda payload: row(payload).update({kind: [None, *rows(payload), None]}))
        return ways | {"duplicate row": Spoil(gaps), "negative": ways["zero"]}

    def nothing_known(self, truth: Truth) -> None:
        truth.accounts.clear()


class TestFrankfurter(SlowContract):
    name = "frankfurter"
    request = Request(capability=Capability.FX, currencies=("CNY", "TWD"))

    def truth(self) -> Truth:
        return Truth(fx={"CNY": 6.6529, "TWD": 30.42, "HKD": 7.8})

    def expected(self) -> list[AnyRecord]:
        return [
            FxRate(source="frankfurter", currency="CNY", per_usd=6.6529, as_of=NOW),
            FxRate(source="frankfurter", currency="TWD", per_usd=30.42, as_of=NOW),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        def rows(payload: Any) -> list[Row]:
            return [row for row in payload if row["quote"] == "CNY"]

        ways = spoils(
            rows,
            "CNY",
            value="rate",
            wrong_unit=lambda payload: each("base", "EUR")(rows(payload)),
            stranger=lambda payload: payload.append({**payload[0], "quote": "EVIL"}),
            hostile=lambda payload: payload.append({**payload[0], "quote": HOSTILE, "date": HOSTILE}),
            other_spelling=each("quote", "cny"),
        )
        return ways | {
            "partial": Spoil(edited(lambda payload: payload.pop(0)), frozenset({"CNY"})),
            "duplicate row": Spoil(edited(lambda payload: payload.append(payload[0]))),
            "other order": Spoil(edited(lambda payload: payload.reverse())),
        }

    def nothing_known(self, truth: Truth) -> None:
        truth.fx.clear()


class TestFrankfurterHistory(TestFrankfurter):
    request = Request(
        capability=Capability.FX_HISTORY, currencies=("CNY", "TWD"), since=dt.date(2026, 11, 19)
    )

    def truth(self) -> Truth:
        rates = {"CNY": 6.65, "TWD": 30.4}
        return Truth(fx_history={dt.date(2026, 11, 18): rates, dt.date(2026, 11, 20): rates})

    def expected(self) -> list[AnyRecord]:
        as_of = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
        return [
            FxRate(source="frankfurter", currency="CNY", per_usd=6.65, as_of=as_of),
            FxRate(source="frankfurter", currency="TWD", per_usd=30.4, as_of=as_of),
        ]

    def nothing_known(self, truth: Truth) -> None:
        truth.fx_history.clear()


class TestFrankfurterVersionOne(SlowContract):
    """Version 2 has gone; the older one serves the ECB's currencies."""

    name = "frankfurter"
    path = "/v1/"
    fault_path = "/v1/"
    request = Request(capability=Capability.FX, currencies=("CNY", "HKD"))

    @pytest.fixture
    def server(self) -> Iterator[MarketServer]:
        truth = self.truth()
        truth.now = lambda: NOW
        with MarketServer(truth) as server:
            server.frankfurter.version_2 = False
            yield server

    def truth(self) -> Truth:
        return Truth(fx={"CNY": 6.6529, "HKD": 7.8})

    def expected(self) -> list[AnyRecord]:
        return [
            FxRate(source="frankfurter", currency="CNY", per_usd=6.6529, as_of=NOW),
            FxRate(source="frankfurter", currency="HKD", per_usd=7.8, as_of=NOW),
        ]

    def spoiled(self) -> dict[str, Spoil]:
        costly = frozenset({"CNY"})

        def rates(edit: Callable[[Row], object], missing: frozenset[str] = costly) -> Spoil:
            return Spoil(edited(lambda payload: edit(payload["rates"])), missing)

        def value(wrong: object) -> Spoil:
            return rates(lambda row: row.update(CNY=wrong))

        free = frozenset[str]()
        return {
            "partial": rates(lambda row: row.pop("CNY")),
            "duplicate row": rates(lambda row: row.update(cny=row["CNY"]), free),
            "missing field": rates(lambda row: row.pop("CNY")),
            "null field": value(None),
            "wrong type": value([6.6]),
            "NaN": value(float("nan")),
            "infinity": value(float("inf")),
            "zero": value(0),
            "negative": value(-6.6),
            "wrong currency": rates(lambda row: row.update(CNH=row.pop("CNY"))),
            "other order": rates(lambda row: row.update(CNY=row.pop("CNY")), free),
            "other spelling": rates(lambda row: row.update({" cny": row.pop("CNY")}), free),
            "a stranger's row": rates(lambda row: row.update(EVIL=1), free),
            "hostile text": rates(lambda row: row.update({HOSTILE: 1}), free),
        }

    def nothing_known(self, truth: Truth) -> None:
        truth.fx.clear()
