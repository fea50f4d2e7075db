"""Rules: what may be written, and what is said about what may not."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.alert_paths import PathError
from metrics.alert_rules import BandError, Compare, Cross, RuleError, Says, Test, Timed, parse

DAYS_3 = dt.timedelta(days=3)

WRITTEN: dict[str, Test] = {
    "share.listed_pct >= 7": Compare(operator=">=", target=7.0),
    "  share.listed_pct>=7.5 %": Compare(operator=">=", target=7.5),
    "spreads.total.narrowing_pp_30d < -1pp": Compare(operator="<", target=-1.0),
    "basket.value_usd > 1.8tn": Compare(operator=">", target=1.8e12),
    "basket.new_listings_usd >= 90 bn": Compare(operator=">=", target=9e10),
    "basket.value_usd <= 1e12": Compare(operator="<=", target=1e12),
    "sessions[XHKG].state == open": Compare(operator="==", target="open"),
    'models.china.model != "Qwen 4"': Compare(operator="!=", target="Qwen 4"),
    "spreads.subsectors[cloud].thin == true": Compare(operator="==", target=True),
    "spreads.subsectors[foundry].spread_pct crosses 0": Cross(level=0.0, direction="either"),
    "spreads.total.spread_pct crosses above -5": Cross(level=-5.0, direction="above"),
    "spreads.total.spread_pct crosses  below -5 %": Cross(level=-5.0, direction="below"),
    "catalysts within 3d": Timed(span=DAYS_3),
    "catalysts[ipo] within 2w": Timed(span=dt.timedelta(days=14)),
    "sessions[XHKG].next_change within 30m": Timed(span=dt.timedelta(minutes=30)),
    "basket.freshness.oldest_as_of older than 6h": Timed(span=dt.timedelta(hours=6), past=True),
    "models.as_of older than 3d": Timed(span=DAYS_3, past=True),
    "providers any down": Says(word="down", field="state"),
    "providers all down": Says(word="down", field="state", every=True),
    "spreads.subsectors any premium": Says(word="premium", field="stance"),
    "remarks any error": Says(word="error", field="severity"),
    "basket.coverage.missing any tencent": Says(word="tencent", field=None),
}

MISTAKES = {
    "share.listed_pct": "expected >=, <=",
    "share.listed_pct = 7": "expected >=, <=",
    "share.listed_pct => 7": "expected >=, <=",
    "share.listed_pct >= seven": "expected a number",
    "share.listed_pct >= 7 pp": "not in pp",
    "share.listed_pct >= 7bn": "is in %",
    "basket.value_usd >= 7 %": "not in %",
    "share.listed_pct >= 7 and mode == live": "expected a number",
    "share.listed_pct >= nan": "expected a number",
    "share.listed_pct within 3d": "a day, a time or rows",
    "sessions[XHKG].state == opne": "did you mean open",
    "sessions[XHKG].state >= open": "expected == or !=",
    "spreads.subsectors[cloud].thin == yes": "true or false",
    "basket.base_date == 2025-01-13": "within or older than",
    "catalysts == 3": "any or all",
    "catalysts crosses 3": "only a number",
    "catalysts within 3h": "days only",
    "catalysts within soon": "expected a span",
    "catalysts within 0d": "from a second",
    "catalysts within 10000w": "from a second",
    "providers any dwon": "did you mean down",
    "basket.constituents any down": "no fixed words",
    "share.listed_pct any down": "expected a list",
    "basket.coverage.missing all tencent": "expected a list of rows",
    "providers any down for long": "expected a span",
    "share.listed_pct crosses 7 for 10m": "no `for`",
    "": "expected a rule such as share.listed_pct >= 7",
    "! >= 7": "expected a rule such as",
}


@pytest.mark.parametrize("when", WRITTEN)
def test_a_rule_says_what_it_asks(when: str) -> None:
    rule = parse(when)
    assert rule.test == WRITTEN[when]
    assert rule.when == " ".join(when.split())
    assert not rule.lasting


@pytest.mark.parametrize("when", MISTAKES)
def test_a_mistake_says_what_was_expected(when: str) -> None:
    with pytest.raises(RuleError, match=MISTAKES[when]):
        parse(when)


def test_a_path_that_cannot_be_is_refused_with_the_nearest() -> None:
    with pytest.raises(PathError, match="did you mean listed_pct"):
        parse("share.listed >= 7")


@pytest.mark.parametrize("when", ["providers any down for 10m", "share.listed_pct >= 7 for 10m"])
def test_any_condition_may_have_to_last(when: str) -> None:
    assert parse(when).lasting == dt.timedelta(minutes=10)


def test_hysteresis_is_for_figures_with_a_distance_to_go_back() -> None:
    assert parse("share.listed_pct >= 7", hysteresis=0.2).hysteresis == 0.2
    assert parse("share.listed_pct crosses 7", hysteresis=0.2).hysteresis == 0.2
    for when in ("providers any down", "mode == live", "catalysts within 3d", "share.listed_pct != 7"):
        with pytest.raises(RuleError, match="hysteresis"):
            parse(when, hysteresis=0.2)
    for never in (-1, float("nan"), float("inf")):
        with pytest.raises(BandError, match="hysteresis"):
            parse("share.listed_pct >= 7", hysteresis=never)


def test_a_key_may_be_given_and_is_the_rule_itself_otherwise() -> None:
    assert parse("share.listed_pct  >= 7").key == "share.listed_pct >= 7"
    assert parse("share.listed_pct >= 7", key="mine").key == "mine"
