"""The benches run and report; what they find is for people, never for a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import loopback
from bench.cells import changed_figures
from bench.measure import Measure, Options
from bench.report import as_json, markdown, table
from bench.steady import steady

HOLDS = Measure(name="a", unit="ms", value=20, floor=10, budget=25)
BROKEN = Measure(name="b", unit="s", value=2, floor=1, budget=1.6, budget_of="ratio")
ABSENT = Measure(name="c", unit="B", budget=30, note="there is no table yet\nand more")


def test_a_budget_is_held_against_the_value_or_the_ratio() -> None:
    assert [measure.within for measure in (HOLDS, BROKEN, ABSENT)] == [True, False, None]
    assert [measure.ratio for measure in (HOLDS, BROKEN, ABSENT)] == [2, 2, None]


def test_the_table_says_what_was_not_measured_and_why() -> None:
    columns = [list(column.cells) for column in table([HOLDS, BROKEN, ABSENT]).columns]
    assert columns[1] == ["20 ms", "2 s", "not measured"]
    assert columns[5] == ["holds", "BROKEN", ""]
    assert columns[6][2] == "there is no table yet"


def test_the_markdown_has_the_same_words() -> None:
    lines = markdown([HOLDS, ABSENT]).splitlines()
    assert lines[2] == "| a | 20 ms | 10 | 2.00 × | ≤ 25 ms | holds |  |"
    assert lines[3] == "| c | not measured |  |  | ≤ 30 B |  | there is no table yet |"


def test_the_json_has_null_for_what_was_not_measured() -> None:
    found = {measure["name"]: measure for measure in json.loads(as_json([HOLDS, ABSENT]))["measures"]}
    assert (found["a"]["ratio"], found["a"]["within"]) == (2, True)
    assert (found["c"]["value"], found["c"]["ratio"], found["c"]["within"]) == (None, None, None)


def test_a_small_run_prints_a_table_and_writes_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    file = tmp_path / "bench.json"
    status = command.main(["version", "poll", "--runs", "1", "--lines", "4", "--json", str(file)])
    assert status == 0
    assert "poll to screen" in capsys.readouterr().out
    names = [measure["name"] for measure in json.loads(file.read_text())["measures"]]
    assert names == ["--version", "poll to screen, 4 lines"]


def test_an_unknown_bench_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["nothing"])
    assert ended.value.code == 2
    assert "first-frame" in capsys.readouterr().err


def test_changed_figures_are_words_that_differ() -> None:
    assert changed_figures(["a 1.0  2.0", "b 3.0"], ["a 1.1  2.0", "b 3.0"]) == 1
    assert changed_figures(["a 1.0  2.0"], ["a 1.0"]) == 1
    assert changed_figures(["a"], ["a"]) == 0


def test_growth_is_not_claimed_of_too_few_polls(tmp_path: Path) -> None:
    found = list(steady(Options(runs=1, seconds=1, lines=(), polls=3, folder=tmp_path)))
    assert found[0].value is None
    assert found[0].note.startswith("too few polls")
    assert [measure.unit for measure in found[1:]] == ["", "", ""]


def test_the_loopback_market_moves_and_the_configuration_names_nothing_else() -> None:
    with loopback.market(loopback.OPEN) as server:
        text = loopback.configuration(server, Path("/home/a/narrows.db"))
    places = [value for line in text.splitlines() if (value := line.removeprefix("base_url = ")) != line]
    assert places
    assert set(places) == {f'"{server.url}"'}
