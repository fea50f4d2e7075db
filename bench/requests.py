"""What the sources are asked by any number of monitors on one store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bench import loopback
from bench.measure import Measure, Options
from tests.server import MarketServer
from tui.config import load
from tui.options import Settings

MONITORS = (1, 10, 50)
QUOTES_SECONDS = 15.0
POLLS = 3
TOLERANCE = 1.1


def requests(options: Options) -> Iterator[Measure]:
    """Engines of monitors, all on one store, over a few polls of a market in session.

    They share this process, so that fifty slow each other down, the one that polls too: what counts is
    that the requests do not grow.
    """
    alone: float | None = None
    for monitors in MONITORS:
        home = options.folder / str(monitors)
        home.mkdir()
        with loopback.market(loopback.OPEN) as server:
            asked, boards = asyncio.run(_engines(server, home, monitors))
        alone = alone or asked
        yield Measure(
            name=f"requests in {POLLS} polls, {monitors} monitor{'s' if monitors > 1 else ''}",
            unit="",
            value=asked,
            floor=alone,
            budget=TOLERANCE,
            budget_of="ratio",
            note=f"floor: one monitor; engines of one process; the slowest showed {boards} Boards meanwhile",
        )


async def _engines(server: MarketServer, home: Path, monitors: int) -> tuple[float, int]:
    """Requests of some polls after the first ones are over, and the fewest Boards that a monitor showed."""
    from tui.live import Live, Update

    settings = _settings(server, home)
    boards = [0] * monitors

    def counting(number: int) -> Live:
        def count(_: Update) -> None:
            boards[number] += 1

        return Live(settings, count)

    running = [asyncio.create_task(counting(number).run()) for number in range(monitors)]
    await asyncio.sleep(2 * QUOTES_SECONDS + monitors)
    before = server.total()
    shown = list(boards)
    await asyncio.sleep(POLLS * QUOTES_SECONDS)
    asked = server.total() - before
    for engine in running:
        engine.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return asked, min(new - old for old, new in zip(shown, boards, strict=True))


def _settings(server: MarketServer, home: Path) -> Settings:
    """Settings of every monitor."""
    config = home / "config.toml"
    config.write_text(loopback.configuration(server, home / "narrows.db", QUOTES_SECONDS), encoding="utf-8")
    return Settings(config=load(config, {}, required=True), config_path=config)
