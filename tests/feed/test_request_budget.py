"""Request budget: what the default universe asks of each source in a week with holidays.

The plan of the week is the real one; what a question costs in requests is counted at the loopback market, by
asking the real providers for the whole universe. The figures stand in docs/providers.md.
"""

from __future__ import annotations

import datetime as dt
import ssl
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from feed.chain import Chain, Target
from feed.ledger import Ledger
from feed.schedule import FeedSettings, Job, Log, plan
from feed.sessions import Exchanges
from feed.tasks import AGAIN, BY_SOURCE, targets, trades
from providers.base import Capability, Provider, ProviderContext, ProviderError, Request
from providers.http import HttpClient
from providers.reference import load_universe
from providers.registry import create
from providers.universe import Universe
from tests.server import MarketServer, Truth
from tui.config import PROVIDER_ORDER

MONDAY = dt.datetime(2026, 9, 28, tzinfo=dt.UTC)
"""Shanghai rests from Thursday on, Hong Kong on Thursday."""
WEEK = dt.timedelta(days=7)
MINUTE = FeedSettings(quotes=60.0)
POLLS_A_MINUTE = 4
SETTINGS: Mapping[str, Mapping[str, object]] = {"sec": {"contact": "Tests tests@example.org"}}
NOT_BY_DEFAULT = {"artificial_analysis", "reference"}


class Bound(NamedTuple):
    """Upper bounds, in requests: the busiest hour in session, an hour in which all is shut, a day besides."""

    busy: int
    quiet: int
    day: int


BOUNDS = {
    "tencent": Bound(480, 3, 5),
    "yahoo": Bound(300, 2, 1000),
    "sec": Bound(0, 0, 70),
    "frankfurter": Bound(0, 0, 5),
    "ecb": Bound(0, 0, 5),
    "lmarena": Bound(0, 0, 10),
    "eastmoney": Bound(0, 0, 0),
    "sina": Bound(0, 0, 0),
}
CROSS_CHECKS = 6
DOCUMENT = Path(__file__).parents[2] / "docs" / "providers.md"


@dataclass
class Week:
    """Requests by provider: for quotes and FX of each hour, for all else of each day; minutes all is shut."""

    hours: dict[int, Counter[str]] = field(default_factory=dict)
    days: dict[dt.date, Counter[str]] = field(default_factory=dict)
    minutes_shut: Counter[int] = field(default_factory=Counter)

    def note(self, moment: dt.datetime, name: str, requests: int, capability: Capability) -> None:
        """Count requests; quotes are polled once a minute here and four times in truth."""
        hour = int((moment - MONDAY).total_seconds() // 3600)
        if capability == Capability.QUOTES and not self.minutes_shut[hour]:
            self.hours.setdefault(hour, Counter())[name] += requests * POLLS_A_MINUTE
        elif capability in {Capability.QUOTES, Capability.FX}:
            self.hours.setdefault(hour, Counter())[name] += requests
        else:
            self.days.setdefault(moment.date(), Counter())[name] += requests


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture(scope="module")
def universe() -> Universe:
    return load_universe("default")


class Costs:
    """What a question costs, asked once for the same lines and remembered."""

    def __init__(self, server: MarketServer, providers: Sequence[Provider], universe: Universe) -> None:
        self._filers = {issuer.id for issuer in universe.issuers if issuer.cik}
        self._server = server
        self._providers = {provider.name: provider for provider in providers}
        self._known: dict[tuple[str, Capability, tuple[str, ...]], tuple[int, frozenset[str]]] = {}

    async def of(
        self, name: str, capability: Capability, wanted: Sequence[Target]
    ) -> tuple[int, frozenset[str]]:
        """Requests of a question, and what it leaves open for the next provider."""
        key = (name, capability, tuple(target.key for target in wanted))
        if key not in self._known:
            if name == "sec":
                return self._filings(wanted)
            before = self._server.total()
            provider = self._providers[name]
            step = max(provider.symbols_per_fetch, 1)
            missing: set[str] = set()
            for start in range(0, max(len(wanted), 1), step):
                missing |= await self._ask(provider, capability, wanted[start : start + step])
            self._known[key] = (self._server.total() - before, frozenset(missing))
        return self._known[key]

    def _filings(self, wanted: Sequence[Target]) -> tuple[int, frozenset[str]]:
        """EDGAR is asked once for a company that files there, at its own pace, so it is not asked here."""
        filing = [target for target in wanted if target.line and target.line.issuer in self._filers]
        issuers = {target.line.issuer for target in filing if target.line}
        return len(issuers), frozenset({t.key for t in wanted} - {t.key for t in filing})

    async def _ask(self, provider: Provider, capability: Capability, part: Sequence[Target]) -> set[str]:
        request = Request(
            capability=capability,
            lines=tuple(target.line for target in part if target.line),
            currencies=tuple(target.key for target in part if target.line is None and target.key),
            since=(MONDAY - AGAIN).date(),
        )
        try:
            answer = await provider.fetch(request)
        except ProviderError:
            return {target.key for target in part}  # it costs a request all the same
        return set(answer.missing)


@pytest.fixture(scope="module")
async def week(universe: Universe, tmp_path_factory: pytest.TempPathFactory) -> Week:
    moment = MONDAY
    exchanges = Exchanges(dict.fromkeys(line.exchange for line in universe.lines))
    ledger = Ledger(universe)
    truth = Truth.of(universe.lines, now=lambda: MONDAY)
    http = HttpClient(now=lambda: MONDAY, transport=httpx.AsyncHTTPTransport(verify=_tls()))
    found = Week()
    with MarketServer(truth) as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        providers = [
            create(
                name,
                ProviderContext(
                    universe=universe,
                    http=http,
                    now=lambda: MONDAY,
                    session_open=exchanges.is_open,
                    settings={
                        "base_url": server.url,
                        "requests_per_minute": 1e6,
                        **SETTINGS.get(name, {}),
                    },
                ),
            )
            for name in PROVIDER_ORDER
            if name not in NOT_BY_DEFAULT
        ]
        yahoo = next(provider for provider in providers if provider.name == "yahoo")
        await yahoo.fetch(Request(capability=Capability.FX, currencies=("EUR",)))  # it has its session now
        chain, costs = Chain(providers, 60.0), Costs(server, providers, universe)
        log = {
            Job(Capability.QUOTES, code): Log(answered=MONDAY - dt.timedelta(days=2))
            for code in exchanges.codes
        }
        while moment < MONDAY + WEEK:
            standing = trades(exchanges, ledger, 15.0, {}, moment)
            if not any(trade.open for trade in standing):
                found.minutes_shut[int((moment - MONDAY).total_seconds() // 3600)] += 1
            due = plan(moment, standing, log, MINUTE).due
            for job in due:
                log[job] = Log(asked=moment, answered=moment)
            for capability in dict.fromkeys(job.capability for job in due):
                jobs = [job for job in due if job.capability == capability]
                wanted = [target for job in jobs for target in targets(job, ledger, moment.date())]
                if capability in BY_SOURCE:
                    for provider in chain.everyone(capability, moment):
                        cost, _ = await costs.of(provider.name, capability, [Target("")])
                        found.note(moment, provider.name, cost, capability)
                    continue
                tried: frozenset[str] = frozenset()
                while wanted:
                    shares = chain.assign(capability, wanted, tried, moment)
                    wanted = []
                    for provider, part in shares:
                        cost, missing = await costs.of(provider.name, capability, part)
                        found.note(moment, provider.name, cost, capability)
                        wanted += [target for target in part if target.key in missing]
                        tried |= {provider.name}
            moment += dt.timedelta(minutes=1)
    await http.aclose()
    return found


@pytest.mark.parametrize("name", BOUNDS)
def test_an_hour_in_session_stays_within_what_is_stated(week: Week, name: str) -> None:
    assert max(hour[name] for hour in week.hours.values()) <= BOUNDS[name].busy


@pytest.mark.parametrize("name", BOUNDS)
def test_an_hour_in_which_everything_is_shut_asks_next_to_nothing(week: Week, name: str) -> None:
    shut = [hour for hour, minutes in week.minutes_shut.items() if minutes == 60]
    assert len(shut) > 48
    assert max(week.hours.get(hour, Counter())[name] for hour in shut) <= BOUNDS[name].quiet


@pytest.mark.parametrize("name", BOUNDS)
def test_a_day_stays_within_what_is_stated(week: Week, name: str) -> None:
    assert max(day[name] for day in week.days.values()) <= BOUNDS[name].day


def test_at_the_weekend_nobody_is_asked_for_prices(week: Week) -> None:
    saturday = range(5 * 24 + 2, 7 * 24 - 3)
    assert not any(week.hours.get(hour) for hour in saturday)


def test_a_holiday_saves_its_requests(week: Week) -> None:
    """On Thursday morning, with Shanghai and Hong Kong shut, Tencent has nothing to be asked for."""
    wednesday, thursday = (
        sum(week.hours.get(day * 24 + hour, Counter())["tencent"] for hour in range(8)) for day in (2, 3)
    )
    assert wednesday > 1000
    assert thursday == 0


def test_cross_checks_are_few() -> None:
    assert 3600 / FeedSettings().cross_check == CROSS_CHECKS


def test_the_document_states_these_figures() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, bound in BOUNDS.items():
        assert f"| {name} | {bound.busy} | {bound.quiet} | {bound.day:,} |" in text
