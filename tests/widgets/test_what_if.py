"""The what-if as text: sliders, outcome, and the line that is copied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from metrics.board import Board
from metrics.what_if import Scenario, levers, what_if
from tests.widgets import boards
from tui.boards import shipped
from widgets.format import Format
from widgets.what_if import (
    FIRST_SLIDER,
    Supposition,
    scenario_cited,
    scenario_lines,
    subsector_slider,
)

FMT, ASCII = Format(), Format(symbol_set="ascii")


def reference(**more: object) -> Board:
    found = shipped("default")
    assert found is not None
    return msgspec.structs.replace(found, **more)


def supposed(of: Board, multiples: Mapping[str, float], fmt: Format = FMT) -> Supposition:
    sliders = tuple(
        subsector_slider(lever, multiples.get(lever.subsector, lever.now_pct), fmt, "en")
        for lever in levers(of)
    )
    return Supposition(board=of, sliders=sliders, outcome=what_if(of, Scenario(multiples=multiples)))


def text(what: Supposition, width: int = 75, fmt: Format = FMT, chosen: int = 0) -> list[str]:
    return ["".join(span.text for span in line) for line in scenario_lines(what, chosen, fmt, width)]


def test_it_says_first_that_it_is_no_figure_then_what_becomes_of_basket_and_share() -> None:
    shown = text(supposed(reference(), {"cloud": 100.0}))
    assert shown[0] == "WHAT-IF: a scenario, no figure of the market"
    assert shown[1].startswith("OFFLINE, reference of 24 Jul 2026: on the Board of 30 Oct 2026 23:59 UTC")
    assert shown[2] == "basket             $3.154 tn ▸  $3.272 tn  ▲ +3.72%"
    assert shown[3] == "share, listed         9.13 % ▸     9.44 %  ▲ +0.31 pp"
    assert shown[5] == "China's multiple, of that of peers outside China; CNY per USD"


def test_a_slider_stands_where_its_value_is_beside_what_is_now() -> None:
    what = supposed(reference(), {"cloud": 100.0})
    cloud, software = text(what, chosen=1)[FIRST_SLIDER : FIRST_SLIDER + 2]
    assert cloud == " Cloud platforms  ──────●───────  100 %  now 88 %          P/E 16.4 of 18.8"
    assert software.startswith("▌AI software      ─────●────────   79 %  now 79 %")


@pytest.mark.parametrize(("value", "place"), [(0.5, 0), (200.0, 13)])
def test_a_slider_keeps_within_its_track(value: float, place: int) -> None:
    shown = text(supposed(reference(), {"cloud": value}))[FIRST_SLIDER]
    assert shown[18:32].index("●") == place


def test_thin_coverage_is_said_beside_the_slider_and_in_the_line() -> None:
    what = supposed(reference(), {"ic_design": 100.0})
    assert any(line.endswith(", thin") for line in text(what))
    assert "of the thinly covered forward P/E of" in scenario_cited(what, FMT, "Narrows")


def test_the_line_begins_with_what_it_is_and_says_what_was_supposed() -> None:
    what = supposed(reference(mode="live"), {"cloud": 100.0})
    assert scenario_cited(what, FMT, "Narrows 0.1.0") == (
        "WHAT-IF, a scenario and no market figure: China Cloud platforms at 100 % of the forward P/E of "
        "peers outside China (now 88 %); basket $3.272 tn (now $3.154 tn, +3.7%); "
        "China's listed share 9.44 % (now 9.13 %); as of 30 Oct 2026 23:59 UTC; universe default; "
        "Narrows 0.1.0"
    )


def test_of_a_simulated_market_it_says_both() -> None:
    line = scenario_cited(supposed(reference(mode="demo"), {}), FMT, "Narrows")
    assert line.startswith("WHAT-IF, a scenario and no market figure: DEMO, simulated market: all as it is; ")


def test_without_a_multiple_nothing_can_be_supposed() -> None:
    shown = text(supposed(boards.empty_board(), {}))
    assert shown[2].startswith("basket                     — ▸          —")
    assert shown[FIRST_SLIDER].startswith("nothing can be supposed yet")


@given(st.integers(20, 110), st.floats(1.0, 900.0))
def test_lines_fit_and_ascii_is_ascii(width: int, value: float) -> None:
    what = supposed(reference(as_of=dt.datetime(2026, 11, 24, tzinfo=dt.UTC)), {"cloud": value}, ASCII)
    shown = text(what, width, ASCII)
    assert all(cell_len(line) <= max(width, 60) for line in shown)
    assert "".join(shown).isascii()
    assert scenario_cited(what, ASCII, "Narrows").isascii()
