"""The shipped tables: complete, traceable, and plausible as market values."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from providers.records import (
    CapexFact,
    Close,
    Event,
    FxRate,
    IndexVersion,
    ModelScore,
    PrivateMark,
    ShareCount,
    Valuation,
)
from providers.reference import load_universe, note_figures, reference_records
from providers.reference.catalogue import catalogue
from providers.reference.rows import SHIPPED
from providers.reference.tables import TABLES, Table, read_table
from providers.universe import Issuer, Line

BASE, NOTE, SUMMER = dt.date(2025, 1, 13), dt.date(2026, 1, 5), dt.date(2026, 7, 24)
RECENT = dt.timedelta(days=5)
CLOSES = {(one.symbol, one.day): one for one in reference_records() if isinstance(one, Close)}
COUNTS = [one for one in reference_records() if isinstance(one, ShareCount)]
RATES = {(one.currency, one.as_of.date()): one for one in reference_records() if isinstance(one, FxRate)}


def usd(amount: float, currency: str, day: dt.date) -> float:
    if currency == "USD":
        return amount
    newest = max(known for money, known in RATES if money == currency and known <= day)
    return amount / RATES[currency, newest].per_usd


def price(line: Line, day: dt.date) -> float | None:
    """USD for one ordinary share."""
    days = [known for symbol, known in CLOSES if symbol == line.symbol and day - RECENT <= known <= day]
    if not days:
        return None
    close = CLOSES[line.symbol, max(days)]
    return usd(close.close, close.currency, day) / line.ordinary_per_unit


def value(issuer: Issuer, day: dt.date) -> float | None:
    """Market value in USD, `None` where a counted line has neither a close nor a twin with one."""
    total = 0.0
    for line in (line for line in issuer.lines if line.counted):
        known = [count for count in COUNTS if count.symbol == line.symbol and count.day <= day]
        if line.listed_on and line.listed_on > day:
            continue
        twins = [one for one in issuer.lines if one.twin_of == line.symbol]
        prices = [found for one in (line, *twins) if (found := price(one, day)) is not None]
        if not known or not prices:
            return None
        total += prices[0] * line.ordinary_per_unit * known[-1].shares
    return total or None


def issuer(key: str) -> Issuer:
    return next(one for one in load_universe("default").issuers if one.id == key)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_row_is_a_record_with_source_confidence_and_date(table: Table) -> None:
    sheet, good, faults = read_table(table)
    assert faults == ()
    assert len(good) == len(sheet.rows)
    days = {"date", "day", "known_on"} & set(sheet.columns)
    for row in sheet.rows:
        assert {"source", "confidence"} <= set(row.cells)
        assert any(day in row.cells for day in days)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_rows_are_sorted_and_occur_once(table: Table) -> None:
    sheet, _, _ = read_table(table)
    first = table.key[0]
    if first not in ("company", "index"):
        keys = [row.cells[first] for row in sheet.rows]
        assert keys == sorted(keys)
    counted = Counter(tuple(row.cells.get(column) for column in table.key) for row in sheet.rows)
    assert max(counted.values()) == 1


def test_issuers_and_lines_carry_source_date_and_confidence() -> None:
    known = catalogue()
    for row in (*known.issuers.rows, *known.lines.rows):
        assert {"source", "date", "confidence"} <= set(row.cells)


def test_every_file_explains_its_columns_at_the_top() -> None:
    for path in SHIPPED.rglob("*.csv"):
        assert path.read_text(encoding="utf-8").startswith("# "), path


def test_every_record_is_labelled_reference() -> None:
    assert all(record.source.startswith("reference: ") for record in reference_records())


@pytest.mark.parametrize(
    "kind", [CapexFact, Close, Event, FxRate, IndexVersion, ModelScore, PrivateMark, Valuation]
)
def test_every_pane_has_facts(kind: type[object]) -> None:
    assert sum(isinstance(record, kind) for record in reference_records()) >= 5


def test_every_counted_line_has_a_share_count_and_a_close_or_a_stated_reason() -> None:
    notes = {row.cells["symbol"]: row.cells.get("note", "") for row in catalogue().lines.rows}
    closed = {symbol for symbol, _ in CLOSES}
    counted = {count.symbol for count in COUNTS}
    for line in load_universe("default").lines:
        if line.counted:
            assert line.symbol in counted or "share count not found" in notes[line.symbol], line.symbol
            assert line.symbol in closed or "no reference close" in notes[line.symbol], line.symbol


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("tencent", 500, 800),
        ("alibaba", 300, 420),
        ("baidu", 40, 60),
        ("smic", 70, 120),
        ("gds", 5, 10),
        ("nvidia", 4000, 5000),
        ("alphabet", 3500, 4200),
        ("tsmc", 1200, 1500),
        ("asml", 420, 540),
        ("sap", 250, 310),
        ("skhynix", 300, 400),
        ("samsung", 580, 660),
    ],
)
def test_market_values_of_january_2026_are_plausible(key: str, low: float, high: float) -> None:
    found = value(issuer(key), NOTE)
    assert found is not None
    assert low <= found / 1e9 <= high


@pytest.mark.parametrize(
    ("key", "billions"),
    [("naura", 27.8), ("hwatsing", 4.9), ("eoptolink", 10.6), ("athub", 1.4), ("tfc", 6.5)],
)
def test_a_bonus_issue_leaves_the_value_at_the_base_date_true(key: str, billions: float) -> None:
    line = issuer(key).lines[0]
    close = CLOSES[line.symbol, BASE]
    count = next(one for one in COUNTS if one.symbol == line.symbol)
    assert close.adjusted_to == count.restated_to == dt.date(2025, 8, 1)
    assert value(issuer(key), BASE) == pytest.approx(billions * 1e9, rel=0.02)


def test_no_issuer_leaps_by_an_order_of_magnitude_or_two() -> None:
    for one in load_universe("default").issuers:
        values = [found for day in (BASE, NOTE, SUMMER) if (found := value(one, day)) is not None]
        assert all(0.05 < after / before < 20 for before, after in pairwise(values)), one.id


def test_the_gap_of_the_note_can_be_read_from_the_scores_of_its_day() -> None:
    day = dt.date(2026, 1, 5)
    best: dict[str, float] = {}
    for one in reference_records():
        if isinstance(one, ModelScore) and one.version == "3.0" and one.known_on <= day:
            best[one.region] = max(best.get(one.region, 0), one.score)
    assert 1 - best["CN"] / best["US"] == pytest.approx(0.068, abs=0.001)


def test_hyperscalers_have_one_capex_fact_a_quarter() -> None:
    facts = [one for one in reference_records() if isinstance(one, CapexFact) and one.kind == "actual"]
    for company in ("Microsoft", "Alphabet", "Amazon", "Meta", "Oracle"):
        ends = [one.end for one in facts if one.company == company]
        assert len(ends) == len(set(ends)) >= 18
        definitions = {one.definition for one in facts if one.company == company}
        assert len(definitions) == 1


def test_two_fiscal_years_of_one_day_are_told_apart() -> None:
    found = [
        one.fiscal_year_end
        for one in reference_records()
        if isinstance(one, Valuation) and one.issuer == "microsoft" and one.day == dt.date(2026, 8, 21)
        if one.field == "forward_pe"
    ]
    assert found == [dt.date(2027, 6, 30), dt.date(2028, 6, 30)]


def test_private_marks_lie_in_their_band_and_listed_companies_have_an_end() -> None:
    marks = [one for one in reference_records() if isinstance(one, PrivateMark)]
    assert all(one.low_usd <= one.value_usd <= one.high_usd for one in marks)
    assert {one.company for one in marks if one.until} == {"CXMT", "MiniMax", "Zhipu", "xAI"}


def test_the_figures_of_the_note_are_at_hand() -> None:
    figures = {one.item: one.value for one in note_figures()}
    assert figures["china_rise_usd_bn"] == "732"
    assert figures["china_rise_pct"] == "88"


def test_the_tables_load_without_pandas_or_network() -> None:
    code = (
        "import sys\nfrom providers.reference import load_universe, reference_records\n"
        "load_universe('default'); reference_records()\n"
        "print(sorted({'pandas', 'numpy', 'httpx', 'textual', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"


def test_no_cell_spills_over_a_line() -> None:
    for path in SHIPPED.rglob("*.csv"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert len({len(cells) for cells in csv.reader(lines)}) == 1, path
