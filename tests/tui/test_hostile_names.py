"""A hostile name from any source is harmless text: on the screen, in every export and in the log."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from feed.chain import Chain
from feed.clock import ManualClock
from feed.remarks import Remarks
from feed.vet import Gate
from metrics.board import Board
from providers.base import Capability, Unreachable
from providers.records import Event, ModelScore, Remark
from tests.feed.support import TUESDAY_MORNING, Fake
from tests.tui.fakes import FakeEngine, board, trends
from tui import logs, printing
from tui.app import NarrowsApp
from tui.config import Config
from tui.live import Update
from tui.options import Settings

HOSTILE = "\x1b]0;x\x07[/b][@click=app.quit]x\u202e\r\n\x9b2J"
SHOWN = "[/b][@click=app.quit]x"
TEXTS = {
    "name", "name_zh", "title", "detail", "last_error", "text", "subject", "model", "developer", "company",
    "source", "index", "version", "symbol", "what", "note",
}  # fmt: skip


def poisoned(value: Any, key: str = "") -> Any:
    """Every text that can come from outside replaced by the hostile one."""
    if isinstance(value, dict):
        return {name: poisoned(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, key) for inner in value]
    return HOSTILE if isinstance(value, str) and key in TEXTS else value


@pytest.fixture(scope="module")
def hostile() -> Board:
    made = msgspec.json.decode(msgspec.json.encode(board(issuers=3)))
    made["providers"][0] |= {"state": "down", "last_error": "why"}
    made["remarks"] = [
        {"subject": "x", "text": "y", "at": "2026-11-24T02:00:00Z", "severity": "warning", "source": "z"}
    ]
    return msgspec.convert(poisoned(made), Board)


def obeyed(text: str) -> set[str]:
    """What a terminal would obey in a text of lines."""
    return {char for char in text.replace("\n", "") if not char.isprintable()}


@pytest.mark.parametrize("layout", get_args(printing.FormatName))
@pytest.mark.parametrize("colour", [False, True])
def test_in_every_export(hostile: Board, layout: printing.FormatName, colour: bool) -> None:  # noqa: FBT001 - both ways
    text = printing.render(hostile, layout, None, 200, colour=False)
    assert SHOWN in text.replace("\\", "")
    assert obeyed(text) == set()
    if colour:
        coloured = printing.render(hostile, layout, None, 200, colour=True)
        assert "\x1b]" not in coloured
        assert obeyed(coloured) <= {"\x1b"}, "only the table's own attributes"


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_on_the_screen(hostile: Board, size: tuple[int, int]) -> None:
    app = NarrowsApp(Settings(config=Config()), hostile, FakeEngine)
    async with app.run_test(size=size) as pilot:
        app.engine.deliver(Update(board=hostile, trends=trends("1M")))  # type: ignore[attr-defined]
        for key in ("1", "2", "3", "4", "5", "6", "z", "z", "P"):
            await pilot.press(key)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert obeyed("".join(segment.text for strip in strips for segment in strip)) == set()
        assert SHOWN in "".join(segment.text for strip in strips for segment in strip)
        await pilot.click("ProvidersScreen Static")
        assert app.is_running


def test_in_the_log(tmp_path: Path) -> None:
    file = tmp_path / "log"
    before = logging.getLogger().handlers[:]
    try:
        logs.start(file)
        logging.getLogger("narrows").warning("source says %s", HOSTILE)
        error = Unreachable(HOSTILE)
        logging.getLogger("narrows").error("it failed", exc_info=error)
    finally:
        for handler in logging.getLogger().handlers:
            handler.close()
        logging.getLogger().handlers[:] = before
    text = file.read_text(encoding="utf-8")
    assert SHOWN in text
    assert obeyed(text) == set()


def test_what_a_careless_provider_lets_through_is_cleaned_by_the_feed() -> None:
    first = Fake("first", ManualClock(TUESDAY_MORNING))
    chain = Chain([first], 15)
    chain.failed(first, Capability.QUOTES, Unreachable(HOSTILE), TUESDAY_MORNING)
    remarks = Remarks()
    remarks.put([Remark(subject=HOSTILE, text=HOSTILE, at=TUESDAY_MORNING)])
    today = TUESDAY_MORNING.date()
    records = Gate({}, lambda _came: None).vet(
        [
            Event(source="first", day=today, kind="policy", region="CN", title=HOSTILE, detail=HOSTILE),
            ModelScore(
                source="first", index="i", version="1", region="CN", model=HOSTILE, developer=HOSTILE,
                score=1.0, day=today, known_on=today,
            ),
        ],
        TUESDAY_MORNING,
    ).records  # fmt: skip
    (remark,) = remarks.current(TUESDAY_MORNING)
    told = [str(chain.health(TUESDAY_MORNING)[0].last_error), remark.subject, remark.text]
    told += [text for one in records for text in msgspec.to_builtins(one).values() if isinstance(text, str)]
    assert all(text.isprintable() for text in told)
    assert sum(SHOWN in text for text in told) == 7
