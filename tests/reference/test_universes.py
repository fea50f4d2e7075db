"""Universes: the two shipped ones, and files of the user's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.reference import ReferenceError, check, load_universe, universe_names  # noqa: A004 - the package's own
from providers.reference.constituents import read_universe
from providers.universe import Issuer, Universe

HEAD = "# name: mine\n# base_date: 2025-01-13\n"
OWN = (
    "issuer,name,side,region,subsector,symbol,exchange,currency,ordinary_per_unit,counted,twin_of,shares,shares_as_of\n"
    "acme,Acme AI,china,CN,cloud,1234.HK,XHKG,HKD,1,true,,1000,2025-06-30\n"
    "acme,,,,,ACME,XNAS,USD,8,,1234.HK,,\n"
)


@pytest.fixture
def write(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


def load(path: Path, text: str) -> Universe:
    path.write_text(HEAD + text, encoding="utf-8")
    return load_universe(path)


def issuer(universe: Universe, key: str) -> Issuer:
    return next(one for one in universe.issuers if one.id == key)


def test_two_universes_ship_with_the_default_first() -> None:
    assert universe_names() == ("default", "note-2026-01")


@pytest.mark.parametrize("name", ["default", "note-2026-01"])
def test_a_shipped_universe_counts_from_the_base_date_of_the_note(name: str) -> None:
    universe = load_universe(name)
    assert universe.name == name
    assert universe.base_date == dt.date(2025, 1, 13)


def test_default_holds_every_subsector_on_both_sides_of_the_gap() -> None:
    issuers = load_universe("default").issuers
    assert len(issuers) == 136
    assert {one.side for one in issuers} == {"china", "peer"}
    assert len({one.subsector for one in issuers}) == 9
    assert all(one.name_zh for one in issuers if one.side == "china")


def test_the_note_universe_has_its_six_chinese_subsectors_and_its_46_peers() -> None:
    issuers = load_universe("note-2026-01").issuers
    china = {one.subsector for one in issuers if one.side == "china"}
    assert china == {"cloud", "semicap", "ic_design", "foundry", "ai_software", "data_centres"}
    assert sum(one.side == "peer" for one in issuers) == 46


def test_fungible_twins_name_the_counted_line_with_their_ratio() -> None:
    home, ads = issuer(load_universe("default"), "alibaba").lines
    assert (home.symbol, home.counted) == ("9988.HK", True)
    assert (ads.symbol, ads.counted, ads.twin_of, ads.ordinary_per_unit) == ("BABA", False, "9988.HK", 8)


def test_an_issuer_named_alone_brings_its_lines(write: Path) -> None:
    universe = load(write, "issuer\ntencent\n")
    assert [line.symbol for line in universe.lines] == ["0700.HK", "TCEHY"]


def test_a_subsector_in_the_file_overrides(write: Path) -> None:
    universe = load(write, "issuer,subsector\ntencent,model_developers\n")
    assert universe.issuers[0].subsector == "model_developers"


def test_an_issuer_of_the_users_own_with_lines_and_shares(write: Path) -> None:
    universe = load(write, OWN)
    acme = issuer(universe, "acme")
    assert [(line.symbol, line.counted, line.ordinary_per_unit) for line in acme.lines] == [
        ("1234.HK", True, 1),
        ("ACME", False, 8),
    ]
    [count] = universe.share_counts
    assert (count.symbol, count.day, count.shares) == ("1234.HK", dt.date(2025, 6, 30), 1000)


def test_lines_in_the_file_replace_those_of_a_shipped_issuer(write: Path) -> None:
    universe = load(write, "issuer,symbol\ntencent,0700.HK\n")
    [line] = universe.lines
    assert (line.symbol, line.exchange, line.currency) == ("0700.HK", "XHKG", "HKD")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("baidoo,,,,", "issuer"),
        (",,,,", None),
        ("acme,9,XXXX,HKD,true", "exchange"),
        ("acme,9,XHKG,GBp,true", "currency"),
        ("acme,9,XHKG,HKD,perhaps", "counted"),
        ("acme,0700.HK,XHKG,HKD,true", "symbol"),
        ('acme,"9,XHKG,HKD,true', None),
        ("acme,9,XHKG,HKD,true,7", None),
    ],
)
def test_a_bad_row_costs_that_row_alone(write: Path, row: str, column: str | None) -> None:
    universe = load(write, f"issuer,symbol,exchange,currency,counted\ntencent,,,,\n{row}\n")
    assert [one.id for one in universe.issuers] == ["tencent"]
    found = [one for one in check(write) if one.severity == "error" and one.file == str(write)]
    if row.strip(","):
        assert (found[0].row, found[0].column) == (5, column)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected a header and rows"),
        ("# base_date: 2025-01-13\nissuer\nnobody\n", "row 3: 'nobody' is not among the shipped issuers"),
        ("issuer\ntencent\n", "expected a base date, found none"),
        ("# base_date: 13.1.2025\nissuer\ntencent\n", "row 1: expected a base date, got '13.1.2025'"),
        ("# base_date: 2025-01-13\nsymbol\n0700.HK\n", "expected a column issuer"),
    ],
)
def test_a_file_of_no_use_is_one_message_that_says_what_to_do(write: Path, text: str, says: str) -> None:
    write.write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceError, match=r"mine\.csv") as caught:
        load_universe(write)
    assert says in str(caught.value)


def test_a_missing_file_a_folder_and_a_picture_are_refused(tmp_path: Path, write: Path) -> None:
    write.write_bytes(b"\x89PNG\xff\xfe")
    for path, says in [
        (tmp_path / "none.csv", "no such file"),
        (tmp_path, "cannot be read"),
        (write, "not UTF-8"),
    ]:
        with pytest.raises(ReferenceError, match=says):
            load_universe(path)


def test_control_characters_never_come_in(write: Path) -> None:
    universe = load(write, OWN.replace("Acme AI", "Ac\x1b[31mme\u202e"))
    assert issuer(universe, "acme").name.isprintable()


@given(text=st.text(max_size=300) | st.text(alphabet='issuer,tencent"#\n base_date:20250-113', max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        reading = read_universe(path)
    except ReferenceError:
        return
    assert reading.universe is not None or any(one.severity == "error" for one in reading.findings)


@given(order=st.permutations(["tencent", "alibaba", "micron", "cambricon", "tsmc"]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_changes_nothing_but_the_order(tmp_path: Path, order: list[str]) -> None:
    universe = load(tmp_path / "any.csv", "issuer\n" + "\n".join(order) + "\n")
    assert [one.id for one in universe.issuers] == order
    symbols = ["0700.HK", "2330.TW", "688256.SS", "9988.HK", "BABA", "MU", "TCEHY", "TSM"]
    assert sorted(line.symbol for line in universe.lines) == symbols
