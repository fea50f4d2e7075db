"""Real processes on one store, in small: one of them asks, all show the same."""

from __future__ import annotations

import pytest

from bench.many import measures
from bench.together import Found, observe

pytestmark = pytest.mark.terminal

POLLS = 4
SPEED = 10.0


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return observe(tmp_path_factory.mktemp("many"), POLLS, SPEED, monitors=3, issuers=12)


def values(found: Found) -> dict[str, float | None]:
    return {measure.name: measure.value for measure in measures(found, SPEED)}


def test_the_market_is_asked_by_one_poller(found: Found) -> None:
    asked, alone = found.asked
    assert alone >= POLLS
    assert abs(asked - alone) <= 2  # a question a minute may fall into the one window and not the other


def test_all_show_the_same_board(found: Found) -> None:
    said = values(found)
    assert said["Boards that are not the same"] == 0
    assert all(member.beats() for member in found.members)


def test_all_panes_of_all_screens_are_the_same(found: Found) -> None:
    assert found.screens[0] >= 1
    assert found.screens[1] == 0


def test_a_snapshot_prints_the_board_of_the_monitors(found: Found) -> None:
    assert found.snapshots
    assert values(found)["snapshots that are not the same"] == 0


def test_processor_time_and_memory_are_counted_for_each(found: Found) -> None:
    assert len(found.cpu) == 3
    assert min(found.cpu) > 0
    assert found.memory.own < found.memory.proportional < found.memory.resident
