"""The first frame: what is on it, and what must not be imported before it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metrics.contract import encode
from providers.reference import universe_names
from tests.tui.fakes import board
from tests.tui.processes import python
from tui.boards import shipped
from tui.boards.made import reference_board
from tui.config import Config
from tui.first_frame import first_board, last_board
from tui.options import Settings

AFTER_THE_FIRST_FRAME = ("pandas", "numpy", "httpx", "sqlalchemy", "exchange_calendars")

FRAME = """
import asyncio, sys
from tests.tui.fakes import FakeEngine
from tui import checks
from tui.options import Settings
from tui.app import NarrowsApp
from tui.first_frame import first_board, last_board

async def main():
    checks.before_the_screen(Settings())
    app = NarrowsApp(Settings(), first_board(Settings()), FakeEngine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        print("".join(segment.text for strip in strips for segment in strip))
    print("IMPORTED", *(name for name in sys.modules))

asyncio.run(main())
"""


def test_numbers_are_painted_before_anything_heavy_is_imported() -> None:
    done = python(FRAME)
    frame, imported = done.stdout.split("IMPORTED")
    first = first_board(Settings())
    assert first is not None
    assert first.basket.value_usd is not None
    assert f"${first.basket.value_usd / 1e12:,.3f} tn" in frame
    assert "reference of" in frame
    assert not set(AFTER_THE_FIRST_FRAME) & set(imported.split())


def rounded(value: Any) -> Any:
    """A JSON value with its numbers at ten digits: sums may differ in the last place between processors."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9e}") if isinstance(value, float) else value


@pytest.mark.parametrize("name", universe_names())
def test_a_shipped_board_is_not_of_before_what_it_is_made_of(name: str) -> None:
    board = shipped(name)
    assert board is not None
    stamps = [one.as_of for why in board.explain.values() for one in why.inputs if one.as_of is not None]
    assert stamps
    assert max(stamps) <= board.as_of


@pytest.mark.parametrize("name", universe_names())
async def test_shipped_boards_are_what_the_reference_gives(name: str) -> None:
    """Mend with `python -m tui.boards`."""
    made = encode(await reference_board(name))
    there = shipped(name)
    assert there is not None
    assert rounded(msgspec.json.decode(encode(there))) == rounded(msgspec.json.decode(made))


def test_only_shipped_universes_have_a_shipped_board(tmp_path: Path) -> None:
    assert shipped("nowhere") is None
    assert shipped(str(tmp_path)) is None
    assert shipped("../boards/default") is None
    assert first_board(Settings(config=Config(universe=str(tmp_path / "mine.csv")))) is None


def test_the_last_board_of_this_universe_comes_first() -> None:
    settings = Settings()
    kept = board(issuers=3)
    assert last_board(settings).keep(encode(kept))
    first = first_board(settings)
    assert first is not None
    assert first.basket == kept.basket
    assert (first.sessions, first.providers) == ((), ())
    assert first_board(Settings(config=Config(universe="note-2026-01"))) != first


@pytest.mark.parametrize("data", [b"", b"{}", b'{"schema": "narrows/99"}', b"\\xff"])
def test_a_last_board_of_another_version_gives_way_to_the_shipped_one(data: bytes) -> None:
    settings = Settings()
    assert last_board(settings).keep(data)
    first = first_board(settings)
    assert first is not None
    assert first.mode == "offline"


def test_offline_and_demo_never_show_the_last_live_board() -> None:
    assert last_board(Settings()).keep(encode(board()))
    offline, demo = first_board(Settings(offline=True)), first_board(Settings(demo=True))
    assert offline is not None
    assert offline.mode == "offline"
    assert demo is not None
    assert demo.mode == "demo"
    assert demo.basket == offline.basket


def test_a_past_day_has_no_board_before_it_is_computed() -> None:
    assert first_board(Settings(at=dt.date(2026, 1, 5))) is None
