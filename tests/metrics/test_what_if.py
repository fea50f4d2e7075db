"""What if: scenarios on a Board, by hand and by property."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.board import Board
from metrics.compute import board
from metrics.what_if import Scenario, levers, usd_cny, what_if
from tests.metrics.markets import SMALL_CLOSES, small_market
from tui.boards import shipped

SMALL = board(small_market())
"""Alpha 15,000 (HKD), Beta 3,000 in CNY + 1,000 in HKD, Newco 2,000 (HKD); peers 215,000 USD."""


def reference() -> Board:
    found = shipped("default")
    assert found is not None
    return found


REFERENCE = reference()
NAMES = [lever.subsector for lever in levers(REFERENCE)]


def with_multiples(of: Board, china: float, peers: float) -> Board:
    """The Board with these multiples for foundries, which Beta is one of."""
    rows = tuple(
        msgspec.structs.replace(row, china=china, peers=peers) if row.subsector == "foundry" else row
        for row in of.spreads.subsectors
    )
    return msgspec.structs.replace(of, spreads=msgspec.structs.replace(of.spreads, subsectors=rows))


def test_a_subsector_at_the_multiple_of_its_peers() -> None:
    """Beta at 20× instead of 10×: 4,000 more, of 21,000; the share 25,000 ÷ 240,000."""
    found = what_if(with_multiples(SMALL, 10.0, 20.0), Scenario(multiples={"foundry": 100.0}))
    assert found.moved == {"foundry": pytest.approx(4000.0)}
    assert found.value_usd == pytest.approx(25000.0)
    assert found.change_pct == pytest.approx(100 * 4 / 21)
    assert found.share_pct == pytest.approx(100 * 25 / 240)
    assert found.share_pp == pytest.approx(100 * 25 / 240 - 100 * 21 / 236)


def test_a_weaker_yuan_lowers_the_lines_in_yuan_and_no_other() -> None:
    """3,000 at 7.00 are 2,800 at 7.50."""
    assert usd_cny(SMALL) == pytest.approx(7.0)
    found = what_if(SMALL, Scenario(usd_cny=7.5))
    assert found.moved == {"foundry": pytest.approx(-200.0)}
    assert found.value_usd == pytest.approx(20800.0)


def test_both_together_multiply() -> None:
    found = what_if(with_multiples(SMALL, 10.0, 20.0), Scenario(multiples={"foundry": 100.0}, usd_cny=7.5))
    assert found.change_usd == pytest.approx(2 * (2800 + 1000) - 4000)


def test_parity_of_the_discounts_is_the_upside_to_parity() -> None:
    discounts = [row for row in REFERENCE.spreads.subsectors if row.stance == "discount"]
    found = what_if(REFERENCE, Scenario(multiples={row.subsector: 100.0 for row in discounts}))
    assert discounts
    assert found.change_usd == pytest.approx(REFERENCE.spreads.total.upside_to_parity_usd)
    assert found.moved == {row.subsector: pytest.approx(row.upside_to_parity_usd) for row in discounts}


def test_what_is_as_it_is_changes_nothing() -> None:
    as_it_is = {lever.subsector: lever.now_pct for lever in levers(REFERENCE)}
    for scenario in (Scenario(), Scenario(multiples=as_it_is, usd_cny=usd_cny(REFERENCE))):
        found = what_if(REFERENCE, scenario)
        assert found.value_usd == pytest.approx(REFERENCE.basket.value_usd, rel=1e-12)
        assert found.share_pct == pytest.approx(REFERENCE.share.listed_pct, rel=1e-12)


@given(st.dictionaries(st.sampled_from(NAMES), st.floats(1.0, 1000.0)), st.floats(1.0, 20.0))
def test_the_parts_add_up_and_the_board_is_left_alone(multiples: Mapping[str, float], rate: float) -> None:
    before = msgspec.json.encode(REFERENCE.basket)
    found = what_if(REFERENCE, Scenario(multiples=multiples, usd_cny=rate))
    assert found.value_usd is not None
    assert found.value_usd > 0
    assert REFERENCE.basket.value_usd is not None
    assert found.value_usd - REFERENCE.basket.value_usd == pytest.approx(sum(found.moved.values()), abs=1e3)
    assert found.share_pct is not None
    assert 0 < found.share_pct < 100
    assert msgspec.json.encode(REFERENCE.basket) == before


@given(st.sampled_from(NAMES), st.floats(1.0, 500.0), st.floats(1.0, 500.0))
def test_a_higher_multiple_never_lowers_the_value(name: str, one: float, other: float) -> None:
    low, high = (what_if(REFERENCE, Scenario(multiples={name: pct})) for pct in sorted((one, other)))
    assert low.value_usd is not None
    assert high.value_usd is not None
    assert low.value_usd <= high.value_usd + 1e-3


def test_a_subsector_without_a_multiple_is_no_lever_and_stays() -> None:
    assert "memory" not in NAMES
    assert what_if(REFERENCE, Scenario(multiples={"memory": 100.0})).moved == {}


def test_a_board_without_figures_has_none_under_any_scenario() -> None:
    empty = board(small_market(closes={symbol: {} for symbol in SMALL_CLOSES}))
    assert levers(empty) == ()
    found = what_if(empty, Scenario(usd_cny=8.0))
    assert (found.value_usd, found.change_pct, found.share_pct) == (None, None, None)


@pytest.mark.parametrize(
    "scenario", [Scenario(usd_cny=0.0), Scenario(multiples={"cloud": -5.0}), Scenario(usd_cny=float("nan"))]
)
def test_what_cannot_be_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="above zero"):
        what_if(REFERENCE, scenario)
