"""From settings to working parts: universe, clock, exchanges, HTTP client, providers, store, feed.

Imported after the first frame: it drags in httpx, pandas, SQLAlchemy and the calendars.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from feed.asof import AsOfError, market_at
from feed.feed import Feed, FeedSettings

from feed.clock import Clock, SimulatedClock, SystemClock
from feed.sessions import Exchanges
from feed.store import Store
from feed.store_errors import StoreError, UnwritableError
from metrics.board import Mode, RemarkView
from providers import registry
from providers.base import Provider, ProviderContext, ProviderError
from providers.http import HttpClient
from providers.market import Market
from providers.reference import ReferenceError, load_universe, reference_records
from providers.universe import Universe
from tui.config_file import redacted
from tui.errors import ConfigError, NothingToShow, StoreUnusable
from tui.options import Settings

log = logging.getLogger("narrows")


@dataclass(kw_only=True)
class Works:
    """The parts of one run. Close it.

    Attributes:
        feed: Keeps a Market fresh; `None` where the Board of a past day is shown.
        scratch: Folder of a store that is forgotten at the end: the demo's, or where home is read-only.
        remarks: What the reader should know about the parts themselves.
    """

    settings: Settings
    universe: Universe
    clock: Clock
    exchanges: Exchanges
    http: HttpClient
    providers: tuple[Provider, ...]
    store: Store
    feed: Feed | None
    scratch: tempfile.TemporaryDirectory[str] | None
    remarks: tuple[RemarkView, ...]

    def past_market(self) -> Market:
        """The Market as of the end of the day of `--at`.

        Raises:
            NothingToShow: when nothing is known of that day.
        """
        if self.settings.at is None:
            raise NothingToShow("no day was given with --at.")
        try:
            return market_at(
                self.settings.at,
                store=self.store,
                reference_records=reference_records(),
                universe=self.universe,
                exchanges=self.exchanges,
            )
        except AsOfError as error:
            raise NothingToShow(str(error)) from error

    async def close(self) -> None:
        """End the feed and give connections and files back."""
        if self.feed is not None:
            await self.feed.close()
        await self.http.aclose()
        self.store.close()
        if self.scratch is not None:
            self.scratch.cleanup()


def build(settings: Settings) -> Works:
    """Build the parts. Blocks: it reads tables and opens the store.

    Raises:
        ConfigError: for a universe or a provider that cannot be.
        StoreUnusable: for a store that cannot be used and was chosen by the user, or is damaged.
    """
    universe = universe_of(settings.universe_path)
    clock = clock_of(settings)
    exchanges = Exchanges(line.exchange for line in universe.lines)
    http = HttpClient(now=clock.now)
    providers, remarks = _providers(settings, universe, clock, exchanges, http)
    store, scratch, warning = open_store(settings, clock.now())
    feed = None
    if settings.at is None:
        feed = Feed(
            providers=providers,
            store=store,
            clock=clock,
            exchanges=exchanges,
            universe=universe,
            settings=FeedSettings(quotes=settings.config.refresh.quotes),
            mode=mode_of(settings),
        )
    return Works(
        settings=settings, universe=universe, clock=clock, exchanges=exchanges, http=http, providers=providers,
        store=store, feed=feed, scratch=scratch, remarks=(*warning, *remarks),
    )  # fmt: skip


def mode_of(settings: Settings) -> Mode:
    """What the Board is made of, as its reader must know."""
    return "demo" if settings.demo else "offline" if settings.offline or settings.at else "live"


def universe_of(name: str) -> Universe:
    """A shipped universe or a file.

    Raises:
        ConfigError: when there is none, or it cannot be read.
    """
    try:
        return load_universe(name)
    except ReferenceError as error:
        raise ConfigError(f"universe {name}: {error}") from error


def clock_of(settings: Settings) -> Clock:
    """The machine's clock; the demo's own."""
    if not settings.demo:
        return SystemClock()
    from providers.demo import SPEED, start

    return SimulatedClock(start(), SPEED)


def open_store(
    settings: Settings, now: dt.datetime
) -> tuple[Store, tempfile.TemporaryDirectory[str] | None, tuple[RemarkView, ...]]:
    """Open the store; where the home cannot be written, one that is forgotten at the end, with a remark.

    Raises:
        StoreUnusable: when the user chose the store, or it is damaged.
    """
    if settings.demo:
        return (*_scratch(), ())
    try:
        return Store.open(settings.store_url), None, ()
    except UnwritableError as error:
        if settings.store_named:
            raise StoreUnusable(redacted(str(error))) from error
        log.warning("%s", error)
        text = f"Nothing is remembered: {redacted(str(error))}"
        remark = RemarkView(subject="store", text=text, at=now, severity="warning", source="narrows")
        return (*_scratch(), (remark,))
    except StoreError as error:
        raise StoreUnusable(redacted(str(error))) from error


def _scratch() -> tuple[Store, tempfile.TemporaryDirectory[str]]:
    folder = tempfile.TemporaryDirectory(prefix="narrows-")
    return Store.open(f"sqlite:///{Path(folder.name) / 'narrows.db'}"), folder


def _providers(
    settings: Settings, universe: Universe, clock: Clock, exchanges: Exchanges, http: HttpClient
) -> tuple[tuple[Provider, ...], tuple[RemarkView, ...]]:
    """Providers in order; one that this version does not have yet is left out, with a remark."""
    names = ("demo",) if settings.demo else ("reference",) if settings.offline else settings.config.order
    found: list[Provider] = []
    remarks: list[RemarkView] = []
    for name in names:
        context = ProviderContext(
            universe=universe,
            http=http,
            now=clock.now,
            session_open=exchanges.is_open,
            settings=settings.config.providers.get(name, {}),
        )
        try:
            found.append(registry.create(name, context))
        except (registry.UnknownProvider, ProviderError) as error:
            text = f"{name} is left out: {error}"
            remarks.append(
                RemarkView(subject=name, text=text, at=clock.now(), severity="info", source="narrows")
            )
    return tuple(found), tuple(remarks)
