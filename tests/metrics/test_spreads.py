"""Subsector spreads: measure, peers, stance, upside, trend and narrowing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.board import SpreadRow, Spreads, Stance
from metrics.spreads import explain, narrowing_pp_30d, spreads, stance, total_history
from providers.records import Valuation
from providers.universe import Issuer
from tests.metrics.ratio_markets import NO_HISTORY, TODAY, caps, daily, issuer, market, valuation

TENCENT, ALIBABA = issuer("tencent", "china"), issuer("alibaba", "china")
MICROSOFT, SAP = issuer("microsoft", "peer"), issuer("sap", "peer", region="DE")
ISSUERS = (TENCENT, ALIBABA, MICROSOFT, SAP)
CAPS = caps(tencent=300, alibaba=100, microsoft=900, sap=300)
VALUES = (
    valuation("tencent", 15),
    valuation("alibaba", 20),
    valuation("microsoft", 30),
    valuation("sap", 20),
)


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def board(
    values: Sequence[Valuation] = VALUES,
    issuers: Sequence[Issuer] = ISSUERS,
    now: pd.Series[float] = CAPS,
    history: pd.DataFrame = NO_HISTORY,
) -> Spreads:
    return spreads(market(issuers=issuers, valuations=values), now, history, "global")


def cloud(part: Spreads) -> SpreadRow:
    return next(row for row in part.subsectors if row.subsector == "cloud")


def test_a_discount_and_its_upside_worked_by_hand() -> None:
    # China 400 / (20 + 5) = 16, peers 1,200 / (30 + 15) = 26.67: 16 / 26.67 - 1 = -40 %.
    row = cloud(board())
    assert row.multiple == "forward_pe"
    assert row.china == 16
    assert row.peers == pytest.approx(80 / 3)
    assert (row.china_median, row.peers_median) == (17.5, 25)
    assert row.spread_pct == pytest.approx(-40)
    assert row.stance == "discount"
    assert row.upside_to_parity_usd == pytest.approx(400 * (80 / 3 / 16 - 1))
    assert (row.china_coverage_pct, row.peers_coverage_pct, row.thin) == (100, 100, False)
    assert row.as_of == TODAY


def test_us_peers_are_the_us_issuers_only() -> None:
    row = cloud(spreads(market(issuers=ISSUERS, valuations=VALUES), CAPS, NO_HISTORY, "us"))
    assert (row.china, row.peers) == (16, 30)


def test_a_premium_has_no_upside() -> None:
    part = board([valuation("tencent", 60), valuation("alibaba", 60), *VALUES[2:]])
    assert cloud(part).stance == "premium"
    assert cloud(part).upside_to_parity_usd is None
    assert part.total.upside_to_parity_usd == 0


def test_the_matched_spread_takes_the_mix_of_subsectors_out() -> None:
    # China is all cloud at 16 against 26.67; the peers' foundry at 10 pulls their total to 1,700 / 95 = 17.9.
    foundry = issuer("tsmc", "peer", subsector="foundry", region="TW")
    part = board(
        [*VALUES, valuation("tsmc", 10)],
        (*ISSUERS, foundry),
        caps(tencent=300, alibaba=100, microsoft=900, sap=300, tsmc=500),
    )
    assert part.total.peers == pytest.approx(1700 / 95)
    assert part.total.spread_pct == pytest.approx(100 * (16 / (1700 / 95) - 1))
    assert part.total.matched_spread_pct == pytest.approx(-40)


def test_a_total_that_covers_less_than_half_of_a_side_is_thin() -> None:
    assert not board().total.thin
    assert board([VALUES[1], *VALUES[2:]]).total.thin


@pytest.mark.parametrize(
    ("spread", "expected"),
    [(-2.1, "discount"), (-2.0, "parity"), (0.0, "parity"), (2.0, "parity"), (2.1, "premium"), (None, None)],
)
def test_within_two_per_cent_there_is_parity(spread: float | None, expected: Stance | None) -> None:
    assert stance(spread) == expected


def test_upside_counts_the_whole_subsector_and_thin_says_how_little_is_known() -> None:
    row = cloud(board([VALUES[1], *VALUES[2:]]))
    assert row.china_coverage_pct == 25
    assert row.thin
    assert row.upside_to_parity_usd == pytest.approx(400 * (80 / 3 / 20 - 1))


def test_trailing_earnings_never_stand_in_for_forward_ones() -> None:
    row = cloud(board([valuation("tencent", 15, "trailing_pe"), *VALUES[1:]]))
    assert row.china == 20


def test_a_side_without_multiples_has_no_spread() -> None:
    part = board(VALUES[2:])
    row = cloud(part)
    assert (row.china, row.spread_pct, row.stance, row.upside_to_parity_usd) == (None, None, None, None)
    assert row.thin
    assert (part.total.spread_pct, part.total.upside_to_parity_usd) == (None, None)


def test_named_subsectors_are_measured_by_sales() -> None:
    issuers = (issuer("kingdee", "china", "ai_software"), issuer("palantir", "peer", "ai_software"))
    values = [valuation("kingdee", 5, "price_sales"), valuation("palantir", 10, "price_sales")]
    part = board(values, issuers, caps(kingdee=10, palantir=100))
    assert (part.subsectors[0].multiple, part.subsectors[0].spread_pct) == ("price_sales", -50)
    assert part.subsectors[0].horizon is None


def test_a_subsector_where_most_of_the_value_loses_money_is_measured_by_sales() -> None:
    values = [*VALUES, valuation("tencent", -40, "trailing_pe"), valuation("tencent", -9)]
    losing = [one for one in values if one.issuer != "tencent" or one.value < 0]
    assert cloud(board(losing)).multiple == "price_sales"


def test_unknown_earnings_are_not_losses() -> None:
    assert cloud(board([VALUES[1], *VALUES[2:]])).multiple == "forward_pe"


def test_the_total_is_all_subsectors_on_forward_earnings() -> None:
    issuers = (*ISSUERS, issuer("smic", "china", "foundry"), issuer("tsmc", "peer", "foundry", "TW"))
    values = [*VALUES, valuation("smic", 100), valuation("tsmc", 20)]
    now = caps(tencent=300, alibaba=100, microsoft=900, sap=300, smic=100, tsmc=600)
    part = board(values, issuers, now)
    china, peers = 500 / (20 + 5 + 1), 1800 / (30 + 15 + 30)
    assert part.total.china == pytest.approx(china)
    assert part.total.spread_pct == pytest.approx(100 * (china / peers - 1))
    assert part.total.upside_to_parity_usd == cloud(part).upside_to_parity_usd


def test_the_horizon_is_said_in_words() -> None:
    values = [
        valuation("tencent", 16, year_end=dt.date(2026, 12, 31)),
        valuation("tencent", 15, year_end=dt.date(2027, 12, 31)),
        valuation("alibaba", 20, year_end=dt.date(2027, 3, 31)),
        valuation("microsoft", 30, year_end=dt.date(2027, 6, 30)),
        valuation("sap", 20),
    ]
    assert cloud(board(values)).horizon == (
        "next twelve months: 1; fiscal year to 2027-03 … 2027-06: 2; year not stated: 1"
    )


def test_growth_weighs_by_sales_stated_or_behind_the_multiple() -> None:
    values = [
        *VALUES,
        valuation("tencent", 110, "revenue_ttm"),
        valuation("tencent", 0.1, "revenue_growth"),
        valuation("microsoft", 9, "price_sales"),
        valuation("microsoft", 0.25, "revenue_growth"),
    ]
    row = cloud(board(values))
    assert row.china_revenue_growth_pct == pytest.approx(10)
    assert row.peers_revenue_growth_pct == pytest.approx(25)
    assert row.china_earnings_growth_pct is None


def moving(spread_then: float) -> tuple[list[Valuation], pd.DataFrame]:
    """Peers stay at 20x; 90 days ago China stood at `spread_then` per cent to them, today at -20 %."""
    days = [days_ago(one) for one in (120, 90, 60, 30, 1)]
    then = 20 * (1 + spread_then / 100)
    path = [100 * then / 16] * 2 + [100 * (then + 16) / 2 / 16] + [100.0, 100.0]
    values = [valuation("tencent", then, day=days[0]), valuation("microsoft", 20, day=days[0])]
    return values, daily(days, tencent=path, microsoft=[500.0] * 5)


def test_the_trend_is_the_change_over_ninety_days() -> None:
    values, history = moving(-40)
    part = board(values, (TENCENT, MICROSOFT), caps(tencent=100, microsoft=500), history)
    assert cloud(part).spread_pct == pytest.approx(-20)
    assert cloud(part).trend_pp_90d == pytest.approx(20)


def test_without_a_close_ninety_days_ago_there_is_no_trend() -> None:
    values, history = moving(-40)
    part = board(values, (TENCENT, MICROSOFT), caps(tencent=100, microsoft=500), history.iloc[2:])
    assert cloud(part).trend_pp_90d is None


def test_narrowing_is_positive_when_the_absolute_gap_shrinks() -> None:
    assert narrowing_pp_30d([0, 30, 60], [-40, -35, -30]) == pytest.approx(5)
    assert narrowing_pp_30d([0, 30, 60], [10, 12, 14]) == pytest.approx(-2)
    assert narrowing_pp_30d([0, 30], [-40, -30]) is None


def test_the_total_narrows_over_its_own_history_and_now() -> None:
    values, history = moving(-40)
    scene = market(issuers=(TENCENT, MICROSOFT), valuations=values)
    line = total_history(scene, history, "global")
    assert line.index.tolist() == history.index.tolist()
    assert line.tolist() == pytest.approx([-40, -40, -30, -20, -20])
    now = caps(tencent=100, microsoft=500)
    ordinals = [*(day.toordinal() for day in history.index), TODAY.toordinal()]
    assert spreads(scene, now, history, "global").total.narrowing_pp_30d == pytest.approx(
        narrowing_pp_30d(ordinals, [-40, -40, -30, -20, -20, -20])
    )


def test_history_knows_a_multiple_only_from_its_day_on() -> None:
    history = daily([days_ago(2), days_ago(1)], tencent=[100, 100], microsoft=[500, 500])
    values = [valuation("tencent", 10, day=days_ago(1)), valuation("microsoft", 20, day=days_ago(2))]
    line = total_history(market(issuers=(TENCENT, MICROSOFT), valuations=values), history, "global")
    assert line.to_dict() == {days_ago(1): -50}


def test_every_spread_can_be_explained() -> None:
    scene = market(issuers=ISSUERS, valuations=VALUES)
    part = spreads(scene, CAPS, NO_HISTORY, "us")
    found = explain(part, scene, {"cloud": 400.0})
    assert set(found) == {
        "spreads.total.spread_pct",
        "spreads.total.upside_to_parity_usd",
        "spreads.total.narrowing_pp_30d",
        "spreads.subsectors[cloud].spread_pct",
        "spreads.subsectors[cloud].upside_to_parity_usd",
    }
    inputs = {one.label: one for one in found["spreads.subsectors[cloud].spread_pct"].inputs}
    assert inputs["China's multiple"].value == 16
    assert (inputs["Tencent"].value, inputs["Tencent"].source, inputs["Tencent"].day) == (15, "vendor", TODAY)
    assert "Sap" not in inputs, "not a US peer"


@given(st.permutations(ISSUERS), st.permutations(VALUES))
def test_the_order_of_issuers_and_records_changes_nothing(
    issuers: list[Issuer], values: list[Valuation]
) -> None:
    assert board(values, issuers) == board()


@given(st.floats(0.01, 1e9))
def test_scaling_every_cap_leaves_every_spread(factor: float) -> None:
    plain, scaled = board(), board(now=CAPS * factor)
    assert scaled.total.spread_pct == pytest.approx(plain.total.spread_pct)
    assert cloud(scaled).upside_to_parity_usd == pytest.approx(
        (cloud(plain).upside_to_parity_usd or 0) * factor
    )


@given(st.sets(st.sampled_from([one.id for one in ISSUERS])))
def test_a_missing_cap_lowers_what_is_counted_and_never_poses_as_zero(missing: set[str]) -> None:
    part = board(now=CAPS.drop(list(missing)))
    row = cloud(part)
    china = {"tencent": (300, 15), "alibaba": (100, 20)}
    known = [pair for name, pair in china.items() if name not in missing]
    expected = sum(cap for cap, _ in known) / sum(cap / pe for cap, pe in known) if known else None
    assert row.china == (pytest.approx(expected) if known else None)
