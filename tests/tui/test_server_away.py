"""The store is on a server that does not answer when the program starts."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from feed.clock import ManualClock
from metrics.contract import encode
from tests.metrics.markets import small_market
from tests.tui.fakes import board
from tests.tui.test_live import Running
from tui import snapshot
from tui.config import Config, StoreSettings
from tui.errors import StoreUnusable
from tui.first_frame import last_board
from tui.options import Settings
from tui.publish import Publisher

PASSWORD = "very-secret"  # noqa: S105 - of nothing: nobody listens on port 1
SETTINGS = Settings(
    config=Config(
        order=("reference",), store=StoreSettings(url=f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:1/db")
    )
)


async def test_the_monitor_starts_with_the_last_board_and_says_that_the_server_is_away() -> None:
    kept = board(issuers=3)
    assert last_board(SETTINGS).keep(encode(kept))
    seen = Running(SETTINGS)
    shown = (await seen.until(lambda _: True)).board
    await seen.end()
    assert shown.basket == kept.basket
    assert shown.as_of == kept.as_of
    assert "does not answer" in shown.remarks[0].text
    assert shown.poller is not None
    assert (shown.poller.role, shown.poller.holder) == ("follows", None)
    assert PASSWORD not in msgspec.json.encode(shown).decode()


async def test_without_a_last_board_it_starts_with_the_reference() -> None:
    seen = Running(SETTINGS)
    shown = (await seen.until(lambda _: True)).board
    await seen.end()
    assert shown.basket.freshness.reference_pct == 100.0
    assert "does not answer" in shown.remarks[0].text


def test_once_the_server_answers_a_board_that_is_remembered_is_not_taken_for_news() -> None:
    kept, market = board(issuers=3), small_market()
    assert last_board(SETTINGS).keep(encode(kept))
    server = SimpleNamespace(reached=False, is_file=False, headlines=lambda *_: [])
    works = SimpleNamespace(store=server, settings=SETTINGS, remarks=(), clock=ManualClock(market.at))
    publisher = Publisher(works)  # type: ignore[arg-type]  # what it needs of them
    away = publisher.publish(market, "global", "1M")
    server.reached = True
    back = publisher.publish(market, "global", "1M")
    assert [(one.remembered, one.board.as_of) for one in (away, back)] == [
        (True, kept.as_of),
        (False, market.at),
    ]


def test_a_snapshot_has_nothing_to_wait_for() -> None:
    with pytest.raises(StoreUnusable, match="does not answer") as caught:
        snapshot.run(SETTINGS, layout="json", pane=None)
    assert PASSWORD not in str(caught.value)
