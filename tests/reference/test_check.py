"""The validator finds each fault where it is, and the shipped tables have none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from providers.reference import Finding, check, universe_names
from tests.reference.copies import Copy

TODAY = dt.date(2026, 11, 24)


def errors(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.severity == "error"]


@pytest.mark.parametrize("name", universe_names())
def test_shipped_tables_have_no_errors(name: str) -> None:
    assert errors(check(name, today=TODAY)) == []


def test_a_clock_that_is_behind_finds_no_shipped_fact_in_the_future() -> None:
    found = errors(check("default", today=dt.date(2025, 6, 1)))
    assert found == []


@pytest.mark.parametrize(
    "fault",
    [
        ("lines.csv", "BABA,", "counted", "true", "same shares and both counted"),
        ("lines.csv", "BABA,", "twin_of", "0700.HK", "no counted line of alibaba"),
        ("lines.csv", "0700.HK,", "currency", "", "expected some text, got nothing"),
        ("lines.csv", "0700.HK,", "currency", "HKc", "expected a currency, got 'HKc'"),
        ("lines.csv", "0700.HK,", "exchange", "HKEX", "expected a known exchange, got 'HKEX'"),
        ("lines.csv", "0700.HK,", "ordinary_per_unit", "0", "above zero"),
        ("lines.csv", "SNDK,", "delisted_on", "2024-01-01", "after it was delisted"),
        ("lines.csv", "0700.HK,", "listed_on", "soon", "expected a day such as 2025-01-13, got 'soon'"),
        ("lines.csv", "0700.HK,", "issuer", "tencents", "no issuer 'tencents'"),
        ("issuers.csv", "tencent,", "subsector", "chips", "expected one of cloud, ai_software"),
        ("issuers.csv", "tencent,", "side", "us", "expected one of china, peer, got 'us'"),
        ("closes.csv", "0700.HK,", "close", "-3", "above zero"),
        ("closes.csv", "0700.HK,", "close", "nan", "above zero"),
        ("closes.csv", "0700.HK,", "close", "n/a", "expected a number such as 12.5, got 'n/a'"),
        ("closes.csv", "0700.HK,", "currency", "CNY", "trades in HKD, its close is in CNY"),
        ("closes.csv", "0700.HK,", "day", "2025-01-11", "is a Saturday"),
        ("closes.csv", "0700.HK,", "day", "2027-01-13", "has not been yet"),
        ("closes.csv", "SNDK,", "day", "2025-01-13", "after this close"),
        ("closes.csv", "0700.HK,", "symbol", "00700.HK", "expected a line of lines.csv"),
        ("closes.csv", "0700.HK,", "source", "", "expected a source, got nothing"),
        ("closes.csv", "0700.HK,", "confidence", "sure", "expected high, medium or low, got 'sure'"),
        ("share_counts.csv", "0700.HK,", "confidence", "high", "expected low for an unsourced fact"),
        ("share_counts.csv", "0700.HK,", "shares", "0", "above zero"),
        ("share_counts.csv", "0700.HK,", "symbol", "TCEHY", "is a twin"),
        ("share_counts.csv", "SNDK,", "day", "2025-01-13", "after this count"),
        ("fx.csv", "HKD,", "per_usd", "0.128", "expected 7.7 to 7.9 HKD"),
        ("fx.csv", "CNY,", "currency", "RMB", "expected a currency such as HKD, got 'RMB'"),
        ("fx_averages.csv", "HKD,", "per_usd", "8.4", "expected 7.7 to 7.9 HKD"),
        ("valuations.csv", "microsoft,MSFT,forward_pe", "fiscal_year_end", "", "expected the fiscal year"),
        ("valuations.csv", "microsoft,MSFT,net_income", "currency", "", "expected the currency of"),
        ("valuations.csv", "microsoft,MSFT,forward_pe", "symbol", "AMZN", "is a line of amazon"),
        ("valuations.csv", "microsoft,MSFT,forward_pe", "field", "pe", "expected one of forward_pe"),
        ("capex.csv", "Tencent,", "known_on", "2022-01-15", "before its period is over"),
        ("capex.csv", "Tencent,", "start", "2023-01-01", "the period starts on 2023-01-01"),
        ("capex.csv", "Alphabet,US,2026-01-01,2026-12", "low", "9e11", "expected low ≤ value ≤ high"),
        ("private_marks.csv", "OpenAI,", "low_usd", "600000000000", "expected low ≤ value ≤ high"),
        ("private_marks.csv", "CXMT,", "until", "2025-12-01", "ceased to be private"),
        ("model_scores.csv", "LMArena text,2026", "known_on", "2024-01-01", "before it was held"),
        ("events.csv", "2025-12-17", "issuer", "meta_x", "expected an issuer of issuers.csv"),
        ("universes/default.csv", "tencent", "issuer", "tencents", "not among the shipped issuers"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_with_file_row_and_column(tmp_path: Path, fault: tuple[str, ...]) -> None:
    file, start, column, value, says = fault
    row = Copy.at(tmp_path).plant(file, start, column, value)
    found = errors(check("default", folder=tmp_path, today=TODAY))
    here = [one for one in found if (one.file, one.row, one.column) == (file, row, column)]
    assert any(says in one.message for one in here), found
    assert all(one.mend for one in here)
    if file == "lines.csv":  # one bad line is not a finding for each of its facts
        assert {one.file for one in found} <= {"lines.csv", "issuers.csv", "universes/default.csv"}


def test_a_receipt_that_names_no_twin_is_not_counted_beside_its_shares(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    copy.plant("lines.csv", "BABA,", "twin_of", "")
    row = copy.plant("lines.csv", "BABA,", "counted", "true")
    [found] = errors(check("default", folder=tmp_path, today=TODAY))
    assert (found.file, found.row, found.column) == ("lines.csv", row, "counted")
    assert "the same shares counted twice" in found.message


def test_a_second_count_of_a_line_on_one_day_overlaps(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    first = copy.row_of("share_counts.csv", "0700.HK,2025-01-13")
    row = copy.append(
        "share_counts.csv",
        symbol="0700.HK",
        day="2025-01-13",
        shares="9",
        source="unsourced",
        confidence="low",
    )
    [found] = errors(check("default", folder=tmp_path, today=TODAY))
    assert (found.file, found.row) == ("share_counts.csv", row)
    assert "overlap" in found.message
    assert f"row {first}" in found.message


def test_a_line_that_is_there_twice_is_named(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    row = copy.append(
        "lines.csv", symbol="0700.HK", issuer="tencent", exchange="XHKG", currency="HKD", counted="true"
    )
    found = errors(check("default", folder=tmp_path, today=TODAY))
    assert [(one.file, one.row, one.column) for one in found] == [("lines.csv", row, "symbol")]


def test_an_issuer_without_a_counted_line_is_named(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    copy.plant("lines.csv", "VNET,", "counted", "false")
    found = errors(check("default", folder=tmp_path, today=TODAY))
    assert any("vnet has no usable line that is counted" in one.message for one in found)


@pytest.mark.parametrize(
    ("day", "severity"), [("2027-01-13", "error"), ("2025-01-12", "warning"), ("soon", "error")]
)
def test_an_impossible_base_date_is_named(tmp_path: Path, day: str, severity: str) -> None:
    copy = Copy.at(tmp_path)
    lines = copy.lines("universes/default.csv")
    copy.write("universes/default.csv", [line.replace("2025-01-13", day) for line in lines])
    found = check("default", folder=tmp_path, today=TODAY)
    assert [one.severity for one in found if one.column == "base_date"] == [severity]


def test_a_counted_line_without_share_count_is_a_warning(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    kept = [line for line in copy.lines("share_counts.csv") if not line.startswith("VNET,")]
    copy.write("share_counts.csv", kept)
    found = check("default", folder=tmp_path, today=TODAY)
    assert [one.severity for one in found if "VNET has no share count" in one.message] == ["warning"]


def test_a_column_that_nobody_reads_is_named(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    copy.write("fx.csv", [line.replace("per_usd", "rate") for line in copy.lines("fx.csv")])
    assert any(
        one.file == "fx.csv" and one.column == "rate"
        for one in check("default", folder=tmp_path, today=TODAY)
    )


def test_a_missing_table_is_one_clear_message(tmp_path: Path) -> None:
    copy = Copy.at(tmp_path)
    (copy.folder / "fx.csv").unlink()
    assert any(
        "fx.csv: no such file" in one.message for one in check("default", folder=tmp_path, today=TODAY)
    )
