"""Paths: every one that a Board can have is read, no other; what they lead to in a Board."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from metrics.alert_paths import PathError, parse
from metrics.alert_values import find
from metrics.board import Board
from metrics.contract import encode
from tests.metrics.alert_boards import DAY, NOW, alert_board

BOARD = alert_board(
    spreads={"foundry": 3.0, "cloud": -29.0},
    events={"Alibaba results": 2, "An offering": 9},
    providers={"yahoo": "down", "ecb": "ok"},
    companies=(("Alibaba", "2025", 1.7e10), ("Alibaba", "LTM", 2.1e10)),
)

# What stands on a Board, and where.
VALUES: dict[str, object] = {
    "share.listed_pct": 6.5,
    "spreads.subsectors[foundry].spread_pct": 3.0,
    "spreads.subsectors[Foundry].stance": "premium",
    "spreads.subsectors[cloud, forward_pe].spread_pct": None,
    "capex.companies[Alibaba, LTM].capex_usd": 2.1e10,
    "capex.companies[Alibaba][2025].capex_usd": 1.7e10,
    "basket.like_for_like.members": 0.0,
    "basket.base_date": dt.date(2025, 1, 13),
    "basket.freshness.oldest_as_of": NOW - dt.timedelta(hours=2),
    "sessions[XHKG].next_change": NOW + dt.timedelta(minutes=28),
    "providers[yahoo].state": "down",
    "spreads.subsectors[cloud].thin": False,
    "catalysts[2026-11-26].title": "Alibaba results",
    "models.china.score": None,
    "progress.done": None,
    "explain[share.listed_pct].title": None,
}

# What can never stand on one, and what the message points to.
IMPOSSIBLE = {
    "share.listedpct": "listed_pct",
    "shares.listed_pct": "share",
    "share": "name a figure within it: listed_pct",
    "spreads.subsectors.spread_pct": r"choose a row: spreads.subsectors\[…\].spread_pct",
    "spreads.subsectors[foundry].spread": "spread_pct",
    "share.listed_pct[x]": "no list of rows",
    "share.listed_pct.x": "has no parts",
    "basket.coverage.missing[x]": "no list of rows",
    "catalysts[ , ]": "within the brackets",
    "explain": "no figure",
    "capex.windows[LTM].start": "no Board has",
    "": "expected a path",
    "share..listed_pct": "expected a path",
    "share[": "expected a path",
}


@pytest.mark.parametrize("text", VALUES)
def test_a_path_leads_to_its_value(text: str) -> None:
    assert find(parse(text), BOARD).value == VALUES[text]


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_path_that_no_board_can_have_is_refused(text: str) -> None:
    with pytest.raises(PathError, match=IMPOSSIBLE[text]):
        parse(text)


def test_every_figure_of_the_json_has_a_path_with_the_json_s_own_names() -> None:
    tree: dict[str, Any] = json.loads(encode(BOARD))
    for text, value in _leaves(tree, ""):
        found = find(parse(text), BOARD).value
        shown = found.isoformat().replace("+00:00", "Z") if isinstance(found, dt.date) else found
        assert shown == value, text


def _leaves(tree: dict[str, Any], walked: str) -> Iterator[tuple[str, object]]:
    """Paths and values of all objects that are not within lists."""
    for name, value in tree.items():
        path = f"{walked}.{name}" if walked else name
        if isinstance(value, dict) and name != "explain":
            yield from _leaves(value, path)
        elif value is not None and not isinstance(value, dict | list):
            yield path, value


def test_a_list_leads_to_its_rows_and_a_key_to_those_it_fits() -> None:
    assert find(parse("catalysts"), BOARD).rows == BOARD.catalysts
    assert find(parse(f"catalysts[{DAY + dt.timedelta(days=9)}]"), BOARD).rows == BOARD.catalysts[1:]
    assert find(parse("catalysts[ipo]"), BOARD).rows == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("spreads.subsectors[foundri].spread_pct", "did you mean foundry"),
        ("capex.companies[Alibaba].capex_usd", "2 rows fit"),
    ],
)
def test_no_figure_of_no_row_and_of_none_of_several(text: str, why: str) -> None:
    found = find(parse(text), BOARD)
    assert found.value is None
    assert found.why is not None
    assert why in found.why


def test_a_nan_that_slipped_in_is_missing() -> None:
    assert find(parse("share.listed_pct"), alert_board(listed_pct=float("nan"))).value is None


def test_reading_a_path_needs_no_board() -> None:
    path = parse("capex.windows[LTM].from")
    assert (path.kind, path.part, path.field) == ("day", "capex", "start")
    assert parse("mode").choices == tuple(sorted(("live", "offline", "demo", "replay")))
    assert isinstance(BOARD, Board)
