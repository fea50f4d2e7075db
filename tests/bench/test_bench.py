"""The benches run and report; what they find is for people, never for a test."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time
from pathlib import Path

import msgspec
import pytest

from bench import __main__ as command
from bench import loopback
from bench.cells import changed_figures
from bench.day import expected
from bench.market_time import MarketTime
from bench.measure import Measure, Options
from bench.notes import Note, Notes, fingerprint, printed
from bench.report import as_json, markdown, table
from bench.steady import steady
from bench.usage import cpu_seconds
from metrics.board import PollerView
from metrics.contract import encode
from tests.widgets.boards import board

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
    with loopback.market(MarketTime(start=loopback.OPEN)) as server:
        text = loopback.configuration(server, Path("/home/a/narrows.db"))
    places = [value for line in text.splitlines() if (value := line.removeprefix("base_url = ")) != line]
    assert places
    assert set(places) == {f'"{server.url}"'}


def test_the_clocks_of_one_market_time_agree_and_run_as_fast_as_it_says() -> None:
    moment = MarketTime(start=loopback.OPEN, origin=time.monotonic() - 10, speed=60)
    early, late = moment.clock().now(), moment.clock().now()
    assert dt.timedelta(minutes=10) <= early - loopback.OPEN < dt.timedelta(minutes=11)
    assert early <= late < early + dt.timedelta(minutes=1)


def test_a_printed_board_has_the_fingerprint_of_the_one_on_the_screen() -> None:
    shown = board()
    followed = msgspec.structs.replace(shown, poller=PollerView(role="follows", holder="a@b"))
    assert printed(encode(followed)) == (shown.as_of, fingerprint(shown))
    other = msgspec.structs.replace(shown, poll_seconds=16.0)
    assert fingerprint(other) != fingerprint(shown)


def test_a_notebook_is_read_while_it_is_written(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    assert notes.read() == []
    with (tmp_path / "notes").open("ab", buffering=0) as file:
        line = msgspec.json.encode(Note(as_of=board().as_of, shown=1.0, board="x", filling=False, tasks=3))
        file.write(line + b"\n" + line[:10])
        assert [note.tasks for note in notes.read()] == [3]
        file.write(line[10:] + b"\n")
        assert len(notes.read()) == 2


def test_processor_time_is_that_of_all_threads_and_moves_in_less_than_a_tick() -> None:
    before = cpu_seconds(os.getpid())
    thread = threading.Thread(target=lambda: sum(range(50_000)))
    thread.start()
    thread.join()
    assert cpu_seconds(os.getpid()) - before > 0


@pytest.mark.parametrize(
    ("name", "now", "state", "since", "until"),
    [
        ("SSE", "2026-11-24T04:10", "lunch", "2026-11-24T03:30", "2026-11-24T05:00"),
        ("NYSE", "2026-11-25T00:30", "post", "2026-11-24T21:00", "2026-11-25T01:00"),
        ("KRX", "2026-11-24T23:59", "closed", "2026-11-24T06:30", "2026-11-25T00:00"),
    ],
)
def test_what_the_ribbon_should_say_of_an_exchange(
    name: str, now: str, state: str, since: str, until: str
) -> None:
    instants = [dt.datetime.fromisoformat(f"{text}Z") for text in (now, since, until)]
    assert expected(name, instants[0]) == (state, *instants[1:])
