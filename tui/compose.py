"""From settings to working parts: universe, clock, exchanges, HTTP client, providers, store, feed.

Imported after the first frame: it drags in httpx, pandas, SQLAlchemy and the calendars.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from feed.clock import Clock, SimulatedClock, SystemClock
from feed.feed import Feed, FeedSettings
from feed.sessions import Exchanges
from feed.spending import allowances
from feed.store import Store
from feed.store_errors import CorruptError, StoreError, UnreachableStoreError, UnwritableError
from metrics.board import Mode, RemarkView
from providers import reference, registry
from providers.base import Provider, ProviderContext, ProviderError
from providers.http import HttpClient
from providers.market import Market
from providers.records import Remark
from providers.redaction import redacted
from providers.reference import load_universe, reference_records
from providers.universe import Universe
from tui import fallbacks, folders
from tui.config_secrets import resolved
from tui.errors import ConfigError, NothingToShow, StoreUnusable
from tui.options import Settings

log = logging.getLogger("narrows")

DEMO_SECONDS = 2.0
SHORTEST_ANSWER, LONGEST_ANSWER = 10.0, 30.0


@dataclass(kw_only=True)
class Works:
    """The parts of one run. Close it.

    Attributes:
        feed: Keeps a Market fresh; `None` where the Board of a past day is shown.
        store: `None` where nothing is remembered: in the demo, and where the home cannot be written.
        remarks: What the reader should know about the parts themselves.
    """

    settings: Settings
    universe: Universe
    clock: Clock
    exchanges: Exchanges
    http: HttpClient
    providers: tuple[Provider, ...]
    store: Store | None
    feed: Feed | None
    remarks: tuple[RemarkView, ...]

    def past_market(self) -> Market:
        """The Market as of the end of the day of `--at`.

        Raises:
            NothingToShow: when nothing is known of that day.
        """
        from feed.asof import AsOfError, market_at

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
        if self.store is not None:
            self.store.close()


def build(settings: Settings, *, patient: bool = False) -> Works:
    """Build the parts. Blocks: it reads tables and opens the store.

    `patient`: for a program that stays: a store on a server that does not answer is tried again later.

    Raises:
        ConfigError: for a universe or a provider that cannot be.
        StoreUnusable: for a store that cannot be used and was chosen by the user, or is damaged.
    """
    universe = universe_of(settings.universe_path)
    clock = clock_of(settings)
    exchanges = Exchanges((line.exchange for line in universe.lines), folders.calendars_folder())
    http = HttpClient(now=clock.now)
    providers, remarks = _providers(settings, universe, clock, exchanges, http)
    store, warnings = open_store(settings, clock.now(), patient=patient and settings.at is None)
    warnings = (*warnings, *universe_doubts(settings.universe_path, clock.now()))
    feed = None
    if settings.at is None:
        feed = Feed(
            providers=providers,
            store=store,
            clock=clock,
            exchanges=exchanges,
            universe=universe,
            settings=FeedSettings(
                quotes=poll_seconds(settings), answer=answer_seconds(settings.config.refresh.quotes)
            ),
            mode=mode_of(settings),
            notes=tuple(_note(remark) for remark in (*warnings, *remarks)),
            stats=http.stats,
            allowed=allowances(providers, settings.config.providers),
        )
    return Works(
        settings=settings, universe=universe, clock=clock, exchanges=exchanges, http=http,
        providers=providers, store=store, feed=feed, remarks=(*warnings, *remarks),
    )  # fmt: skip


def _note(remark: RemarkView) -> Remark:
    """What stands on every Board of a run, as its tape keeps it."""
    return Remark(
        subject=remark.subject, text=remark.text, at=remark.at, severity=remark.severity, source=remark.source
    )


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
    except reference.ReferenceError as error:
        raise ConfigError(f"universe {name}: {error}") from error


def universe_doubts(name: str, now: dt.datetime) -> tuple[RemarkView, ...]:
    """What is wrong with a universe of the user's own that can be used all the same: its total is smaller."""
    if name in reference.universe_names():
        return ()
    errors = [finding for finding in reference.check(name) if finding.severity == "error"]
    if not errors:
        return ()
    first = errors[0]
    row = f", row {first.row}" if first.row else ""
    words = "mistake" if len(errors) == 1 else "mistakes, the first"
    text = (
        f"{len(errors)} {words} in {first.file}{row}: {first.message} {first.mend} "
        f"What cannot be used is left out; `narrows universe check {name}` names all."
    )
    return (RemarkView(subject="universe", text=text, at=now, severity="warning", source="narrows"),)


def clock_of(settings: Settings) -> Clock:
    """The machine's clock; the demo's own."""
    if not settings.demo:
        return SystemClock()
    from providers.demo import SPEED, start

    return SimulatedClock(start(), SPEED)


def poll_seconds(settings: Settings) -> float:
    """Seconds between two polls, on the clock in use; the demo's runs faster and moves every other second."""
    if not settings.demo:
        return settings.config.refresh.quotes
    from providers.demo import SPEED

    return DEMO_SECONDS * SPEED


def answer_seconds(poll: float) -> float:
    """The longest wait for an answer: two polls, so that the end of an outage is seen soon after it."""
    return min(max(2 * poll, SHORTEST_ANSWER), LONGEST_ANSWER)


def open_store(
    settings: Settings, now: dt.datetime, *, patient: bool = False
) -> tuple[Store | None, tuple[RemarkView, ...]]:
    """Open the store; one that nobody chose is gone without, or set aside, where it cannot be used.

    A store that may only be read is followed while somebody else polls it. One on a server that does not
    answer is opened later by those who are `patient`.

    Raises:
        StoreUnusable: when the user chose the store and it cannot be used, or it is not to be touched.
    """
    if settings.demo:
        return None, ()
    if settings.kiosk:
        return fallbacks.kiosk(settings, patient=patient), ()
    try:
        return Store.open(settings.store_url), ()
    except UnreachableStoreError as error:
        if not patient:
            raise StoreUnusable(redacted(str(error))) from error
        return Store.later(settings.store_url), ()
    except UnwritableError as error:
        return fallbacks.read_only(settings, error, now)
    except CorruptError as error:
        return fallbacks.broken(settings, error, now)
    except StoreError as error:
        raise StoreUnusable(redacted(str(error))) from error


def _providers(
    settings: Settings, universe: Universe, clock: Clock, exchanges: Exchanges, http: HttpClient
) -> tuple[tuple[Provider, ...], tuple[RemarkView, ...]]:
    """Providers in order; one that this version does not have yet is left out, with a remark."""
    # The reference lies beneath every source, whether or not the configuration names it.
    names: tuple[str, ...] = tuple(dict.fromkeys((*settings.config.order, "reference")))
    if settings.demo:
        names = ("demo",)
    elif settings.at is not None:
        names = ()
    elif settings.offline:
        names = ("reference",)
    found: list[Provider] = []
    remarks: list[RemarkView] = []
    for name in names:
        given = settings.config.providers.get(name, {})
        try:
            context = ProviderContext(
                universe=universe,
                http=http,
                now=clock.now,
                session_open=exchanges.is_open,
                settings={key: resolved(value, ("providers", name, key)) for key, value in given.items()},
            )
            found.append(registry.create(name, context))
        except (registry.UnknownProvider, ProviderError, ConfigError) as error:
            text = f"{name} is left out: {error}"
            remarks.append(
                RemarkView(subject=name, text=text, at=clock.now(), severity="info", source="narrows")
            )
    return tuple(found), tuple(remarks)
