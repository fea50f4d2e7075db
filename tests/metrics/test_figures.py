"""Figures by path: what a Board says of any of its numbers, kept or put together when somebody asks."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from functools import lru_cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.board import Board, Constituent
from metrics.compute import board
from metrics.contract import encode
from metrics.figures import Figure, figure
from tests.metrics.arithmetic import in_json, recomputed
from tests.metrics.markets import SMALL_CLOSES, large_market, small_market
from tui.boards import shipped

CONSTITUENT = (
    "market_cap_usd", "weight_pct", "day_pct", "day_contribution_usd", "since_base_pct", "contribution_usd",
    "price_usd", "fx_usd", "shares_usd", "new_usd", "forward_pe", "price_sales", "ah_spread_pct",
)  # fmt: skip
SPREAD = (
    "china", "peers", "china_median", "peers_median", "spread_pct", "upside_to_parity_usd", "trend_pp_90d",
    "china_coverage_pct", "peers_coverage_pct", "china_revenue_growth_pct", "peers_earnings_growth_pct",
)  # fmt: skip


@lru_cache(maxsize=8)
def made(name: str) -> Board:
    """A shipped Board, or one of a random market by its seed."""
    found = shipped(name)
    return found if found is not None else board(large_market(issuers=40, days=110, seed=int(name)))


def every_path(of: Board) -> list[str]:
    """Paths that are kept, and those of every row of every table."""
    rows = [
        f"basket.constituents[{row.issuer}].{field}"
        for row in of.basket.constituents
        for field in CONSTITUENT
    ]
    rows += [
        f"basket.constituents[{row.issuer}].lines[{line.symbol}].price"
        for row in of.basket.constituents
        for line in row.lines
    ]
    rows += [
        f"share.by_subsector[{row.subsector}].{field}"
        for row in of.share.by_subsector
        for field in ("china_usd", "global_usd", "share_pct", "day_pp")
    ]
    rows += [
        f"share.by_region[{row.region}].{field}"
        for row in of.share.by_region
        for field in ("value_usd", "share_pct")
    ]
    rows += [f"share.private[{row.company}].value_usd" for row in of.share.private]
    rows += [f"capex.companies[{row.company},{row.period}].capex_usd" for row in of.capex.companies]
    rows += [
        f"spreads.subsectors[{row.subsector}].{field}" for row in of.spreads.subsectors for field in SPREAD
    ]
    rows += [
        f"models.history[{row.date},{row.version},{row.region}].{field}"
        for row in of.models.history
        for field in ("score", "gap_pct")
    ]
    rows += [f"catalysts[{place}].days" for place in range(len(of.catalysts))]
    rows += [f"capex.windows[{window.label}].ratio_actual_pct" for window in of.capex.windows]
    rows += [f"same_moment.{side}" for side in ("share_listed_pct", "china_since_pct", "peers_since_pct")]
    return [*of.explain, *rows, "share.day_pp", "spreads.total.matched_spread_pct"]


@pytest.fixture(params=["default", "note-2026-01", "7"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_figure_is_the_number_in_the_json_and_its_formula_gives_it(name: str) -> None:
    of = made(name)
    tree = json.loads(encode(of))
    worked = 0
    for path in every_path(of):
        found = figure(of, path)
        assert found is not None, path
        assert found.value == in_json(tree, path), path
        assert found.explanation.method.startswith("docs/methodology.md#"), path
        if found.explanation.worked and found.value is not None:
            again = recomputed(found.explanation, found.unit)
            assert again == pytest.approx(found.value, rel=1e-9, abs=1e-7), path
            worked += 1
    assert worked > 100


def test_a_title_with_its_unit_says_one_number(name: str) -> None:
    """It is all that a quoted line says of what the number is."""
    of = made(name)
    said: dict[tuple[str, str], float | None] = {}
    for path in every_path(of):
        found = at(of, path)
        assert said.setdefault((found.explanation.title, found.unit), found.value) == found.value, path


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40))
def test_whatever_the_market(seed: int) -> None:
    of = made(str(seed))
    for path in every_path(of):
        found = figure(of, path)
        assert found is not None
        if found.explanation.worked and found.value is not None:
            again = recomputed(found.explanation, found.unit)
            assert again == pytest.approx(found.value, rel=1e-9, abs=1e-7), path


def test_every_method_is_a_section_of_the_methodology(name: str, request: pytest.FixtureRequest) -> None:
    text = (request.config.rootpath / "docs" / "methodology.md").read_text()
    sections = {line[3:].lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
    of = made(name)
    methods = {found.explanation.method for path in every_path(of) if (found := figure(of, path))}
    assert {method.partition("#")[2] for method in methods} <= sections


def test_a_cap_is_price_times_shares_times_fx_of_every_line_each_with_source_and_time() -> None:
    found = at(board(small_market()), "basket.constituents[beta].market_cap_usd")
    assert (found.value, found.unit) == (4000.0, "USD")
    assert found.explanation.worked == "{0} × {1} ÷ {2} + {3} × {4} ÷ {5}"
    said = [(one.label, one.value, one.unit, one.source) for one in found.explanation.inputs]
    assert said == [
        ("B.HK price", 8.0, "HKD", "yahoo"),
        ("B.HK shares", 1000.0, "shares", "filing"),
        ("HKD per USD", 8.0, "HKD", "ecb"),
        ("B.SS price", 21.0, "CNY", "yahoo"),
        ("B.SS shares", 1000.0, "shares", "filing"),
        ("CNY per USD", 7.0, "CNY", "ecb"),
    ]
    assert all(one.as_of or one.day for one in found.explanation.inputs)


def test_the_share_of_a_subsector_names_who_priced_its_issuers() -> None:
    market = small_market()
    for row in board(market).share.by_subsector:
        members = [issuer for issuer in market.universe.issuers if issuer.subsector == row.subsector]
        china, everyone, *_ = at(
            board(market), f"share.by_subsector[{row.subsector}].share_pct"
        ).explanation.inputs
        assert everyone.source is not None
        assert (china.source is not None) == any(issuer.side == "china" for issuer in members)


def test_a_change_in_points_says_over_which_time() -> None:
    of = made("7")
    subsector = of.spreads.subsectors[0].subsector
    assert "since the previous closes" in at(of, "share.day_pp").explanation.title
    assert "in 90 days" in at(of, f"spreads.subsectors[{subsector}].trend_pp_90d").explanation.title


def test_what_is_missing_stays_missing_and_is_named() -> None:
    closes = {symbol: days for symbol, days in SMALL_CLOSES.items() if symbol != "N.HK"}
    found = at(board(small_market(closes=closes)), "basket.constituents[newco].market_cap_usd")
    assert found.value is None
    assert [one.label for one in found.explanation.inputs if one.value is None] == ["N.HK price"]


@pytest.mark.parametrize(
    "path",
    [
        "", "basket", "basket.nothing", "basket.constituents[alpha].name", "basket.constituents[alpha].stale",
        "basket.constituents[nobody].day_pct", "basket.constituents[alpha].lines[X].price",
        "catalysts[0].days", "basket.coverage.priced", "x[[", "catalysts[99999999999].days",
    ],
)  # fmt: skip
def test_what_is_no_figure_gives_none(path: str) -> None:
    assert figure(board(small_market()), path) is None


def test_coverage_says_how_much_of_both_sides_is_priced_and_how_fresh_it_is() -> None:
    of = made("default")
    assert at(of, "share.listed_pct").coverage == (
        "China 59 of 59, all 132 of 136 issuers priced; 100 % reference"
    )
    assert at(of, "basket.value_usd").coverage == "59 of 59 issuers priced; 100 % reference"
    assert at(of, "spreads.total.spread_pct").coverage.endswith("value, thin")
    assert at(of, "capex.windows[LTM].ratio_pct").coverage == "without Baidu, ByteDance"


def test_coverage_of_one_constituent_says_how_late_its_price_is() -> None:
    of = board(small_market())
    late = changed(of, "alpha", delay_class="delayed", delay_minutes=15.0, stale=True)
    assert at(late, "basket.constituents[alpha].market_cap_usd").coverage == "price: delayed 15 min, stale"


def test_it_needs_nothing_that_comes_after_the_first_frame() -> None:
    look = "import sys, metrics.figures; print({'pandas', 'numpy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout.strip() == "set()"


def at(of: Board, path: str) -> Figure:
    found = figure(of, path)
    assert found is not None
    assert dataclasses.is_dataclass(found)
    return found


def changed(of: Board, issuer: str, **more: Any) -> Board:
    """The Board with other lines of one constituent."""

    def again(row: Constituent) -> Constituent:
        if row.issuer != issuer:
            return row
        lines = tuple(msgspec.structs.replace(line, **more) for line in row.lines)
        return msgspec.structs.replace(row, lines=lines)

    basket = msgspec.structs.replace(
        of.basket, constituents=tuple(again(row) for row in of.basket.constituents)
    )
    return msgspec.structs.replace(of, basket=basket)
