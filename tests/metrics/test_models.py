"""The model gap: one index, one version, one day; runs of different versions never meet."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.models import explain, gap_history, models
from providers.records import ModelScore
from tests.metrics.ratio_markets import TODAY, market, score, version

JANUARY, MARCH, MAY, JUNE, JULY = (dt.date(2026, month, 10) for month in (1, 3, 5, 6, 7))
OLD = (
    score("US", "gpt", 70, JANUARY),
    score("CN", "kimi", 63, JANUARY),
    score("CN", "glm", 66.5, MARCH),
)
NEW = (
    score("US", "gpt", 50, JANUARY, version="2.0", known_on=JUNE),
    score("CN", "glm", 35, MARCH, version="2.0", known_on=JUNE),
    score("CN", "qwen", 40, MAY, version="2.0", known_on=JUNE),
)
VERSIONS = (version("1.0", JANUARY), version("2.0", JUNE))


def test_the_gap_is_one_less_the_ratio_of_the_best() -> None:
    part = models(market(scores=OLD))
    assert part.gap_pct == pytest.approx(5)
    assert part.gap_points == pytest.approx(3.5)
    assert part.win_rate_pct is None
    assert part.china is not None
    assert (part.china.model, part.china.released) == ("glm", MARCH)
    assert (part.version, part.as_of, part.source) == ("1.0", MARCH, "board")


def test_what_a_licence_asks_to_be_shown_comes_with_the_gap() -> None:
    china, us = score("CN", "A", 66.5, TODAY), score("US", "B", 70, TODAY)
    assert models(market(scores=[china, us])).attribution is None
    credited = msgspec.structs.replace(us, attribution="Scores by somebody, CC BY 4.0")
    assert models(market(scores=[china, credited])).attribution == "Scores by somebody, CC BY 4.0"


def test_the_gap_before_is_the_last_different_one_of_the_same_version() -> None:
    previous = models(market(scores=OLD)).previous
    assert previous is not None
    assert (previous.as_of, previous.version, previous.comparable) == (JANUARY, "1.0", True)
    assert previous.gap_pct == pytest.approx(10)


def test_across_a_version_break_the_gap_before_is_shown_and_not_comparable() -> None:
    scores = [*OLD, *(one for one in NEW if one.model != "glm")]
    part = models(market(scores=scores, index_versions=VERSIONS))
    assert part.version == "2.0"
    assert part.gap_pct == pytest.approx(20)
    assert part.previous is not None
    assert (part.previous.version, part.previous.comparable) == ("1.0", False)
    assert part.previous.gap_pct == pytest.approx(5)


def test_scores_that_were_published_later_do_not_exist_yet() -> None:
    part = models(market(today=MAY, scores=[*OLD, *NEW], index_versions=VERSIONS))
    assert part.version == "1.0"
    assert part.stale_version is None
    assert [name for name, _ in gap_history(market(today=MAY, scores=[*OLD, *NEW]))] == ["1.0"]


def test_a_newer_version_without_scores_of_both_sides_is_named() -> None:
    scores = [*OLD, NEW[0]]
    part = models(market(scores=scores, index_versions=VERSIONS))
    assert (part.version, part.stale_version) == ("1.0", "2.0")
    later = models(market(scores=OLD, index_versions=[*VERSIONS, version("3.0", dt.date(2027, 1, 1))]))
    assert later.stale_version == "2.0", "3.0 is not out yet"


def test_a_version_without_a_date_begins_when_its_scores_were_published() -> None:
    undated = [score("US", "gpt", 60, JULY, version="2.0.1"), score("CN", "qwen", 45, JULY, version="2.0.1")]
    part = models(market(scores=[*OLD, *NEW, *undated], index_versions=VERSIONS))
    assert (part.version, part.stale_version) == ("2.0.1", None)
    assert part.gap_pct == pytest.approx(25)


def test_a_model_counts_with_its_newest_score() -> None:
    revised = score("CN", "glm", 56, MARCH, known_on=MAY)
    part = models(market(scores=[*OLD, revised]))
    assert part.china is not None
    assert part.china.model == "kimi"
    assert part.gap_pct == pytest.approx(10)


def test_the_history_is_one_run_per_version() -> None:
    runs = gap_history(market(scores=[*OLD, *NEW], index_versions=VERSIONS))
    assert [name for name, _ in runs] == ["1.0", "2.0"]
    assert [day for _, run in runs for day, _ in run] == [JANUARY, MARCH, MARCH, MAY]
    assert [gap for _, run in runs for _, gap in run] == pytest.approx([10, 5, 30, 20])


def test_the_rows_are_newest_first_and_mark_where_a_version_begins() -> None:
    rows = models(market(scores=[*OLD, *NEW], index_versions=VERSIONS)).history
    assert [(row.version, row.model, row.version_break) for row in rows] == [
        ("2.0", "qwen", False),
        ("2.0", "glm", False),
        ("2.0", "gpt", True),
        ("1.0", "glm", False),
        ("1.0", "gpt", False),
        ("1.0", "kimi", False),
    ]
    assert rows[2].gap_pct is None, "on 2.0 no Chinese score reaches back to January"


def test_a_model_that_is_no_record_makes_no_step() -> None:
    weaker = score("CN", "ernie", 50, MAY)
    assert models(market(scores=[*OLD, weaker])).history == models(market(scores=OLD)).history


def test_an_elo_board_gives_points_and_a_win_rate_never_a_per_cent() -> None:
    arena = [
        score("US", "claude", 1504, MARCH, index="Arena", scale="elo"),
        score("CN", "qwen", 1467, MARCH, index="Arena", scale="elo"),
        score("US", "retired", 1600, JANUARY, index="Arena", scale="elo"),
    ]
    part = models(market(scores=arena))
    assert (part.index, part.gap_pct, part.gap_points) == ("Arena", None, 37)
    assert part.win_rate_pct == pytest.approx(100 / (1 + 10 ** (-37 / 400)))
    assert part.previous is None
    assert gap_history(market(scores=arena)) == []


def test_the_preferred_index_comes_first_and_levels_before_elo() -> None:
    elo = [
        score("US", "a", 1500, JULY, index="Arena", scale="elo"),
        score("CN", "b", 1400, JULY, index="Arena", scale="elo"),
    ]
    level = [score("US", "a", 160, MARCH, index="Epoch"), score("CN", "b", 150, MARCH, index="Epoch")]
    assert models(market(scores=[*elo, *level])).index == "Epoch"
    assert models(market(scores=[*elo, *level, *OLD])).index == OLD[0].index


@pytest.mark.parametrize("scores", [(), OLD[:1], OLD[1:]])
def test_one_side_alone_is_no_gap(scores: tuple[ModelScore, ...]) -> None:
    part = models(market(scores=scores))
    assert (part.gap_pct, part.gap_points, part.china, part.us, part.previous) == (None,) * 5
    assert explain(part, market(scores=scores)) == {}


def test_the_gap_can_be_explained() -> None:
    scene = market(scores=OLD)
    found = explain(models(scene), scene)
    assert set(found) == {"models.gap_pct", "models.gap_points"}
    china, us = found["models.gap_pct"].inputs
    assert (china.label, china.value, china.source, china.day) == (
        "China: glm (glm Labs)",
        66.5,
        "board",
        MARCH,
    )
    assert us.value == 70


@given(st.permutations([*OLD, *NEW]))
def test_the_order_of_the_scores_changes_nothing(scores: list[ModelScore]) -> None:
    expected = models(market(scores=[*OLD, *NEW], index_versions=VERSIONS))
    assert models(market(scores=scores, index_versions=VERSIONS)) == expected


SCORES = st.builds(
    lambda region, number, value, days, name: score(
        region, f"model {number}", value, TODAY - dt.timedelta(days=days), version=name
    ),
    st.sampled_from(["CN", "US"]),
    st.integers(1, 5),
    st.floats(1, 100),
    st.integers(0, 300),
    st.sampled_from(["1.0", "2.0"]),
)


@given(st.lists(SCORES, max_size=20))
def test_versions_are_never_spliced(scores: list[ModelScore]) -> None:
    """What a version shows depends on the scores of that version alone."""
    together = dict(gap_history(market(scores=scores)))
    for name in ("1.0", "2.0"):
        alone = dict(gap_history(market(scores=[one for one in scores if one.version == name])))
        if name in alone:
            assert together[name] == alone[name]
        else:
            assert name not in together
