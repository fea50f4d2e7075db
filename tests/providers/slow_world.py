"""What the slow sources need beside the frozen world: issuers, folders of their own, their contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from providers.artificial_analysis import ArtificialAnalysis
from providers.base import Capability, Provider, ProviderContext, Request
from providers.http import HttpClient
from providers.records import AnyRecord
from providers.registry import create
from providers.sec import Sec
from providers.universe import Issuer, Line, Universe
from tests.providers import contract
from tests.providers.contract import ProviderContract
from tests.providers.world import UNIVERSE, Clock, client, line, session_open
from tests.server import MarketServer, faults
from tests.server.accounts import Score

CONTACT = {"contact": "Ann Analyst ann@example.org"}
KEY = {"key": "aa-test-key"}


def issuer(name: str, *lines: Line, region: str = "US", currency: str = "USD", **more: Any) -> Issuer:
    """An issuer of the lines' own id."""
    return Issuer(
        id=lines[0].issuer, name=name, side="china" if region == "CN" else "peer", region=region,
        subsector="cloud", reporting_currency=currency, lines=lines, **more,
    )  # fmt: skip


MSFT, ORCL = line("MSFT", "XNAS"), line("ORCL")
MICROSOFT = issuer("Microsoft", MSFT, cik="789019")
ORACLE = issuer("Oracle", ORCL, cik="0001341439")

SCORES = Request(capability=Capability.SCORES)
MODELS = [
    Score(model="GLM-5.2 (max)", creator="Z AI", released=dt.date(2026, 6, 16), index=51.1, rating=1471.5),
    Score(model="Fable 5", creator="Anthropic", released=dt.date(2026, 6, 9), index=59.9, rating=1505.0),
    Score(model="Large 4", creator="Mistral", released=dt.date(2026, 5, 1), index=48.0, rating=1450.0),
    Score(
        model="Kimi K2.6", creator="Kimi", released=dt.date(2026, 4, 20), index=44.2, rating=1440.0,
        estimated=True,
    ),
]  # fmt: skip


def slow_provider(
    name: str, http: HttpClient, clock: Clock, folder: Path, settings: Mapping[str, object], *issuers: Issuer
) -> Provider:
    """A provider that keeps its files in `folder` and waits on the frozen clock."""
    context = ProviderContext(
        universe=Universe(name="test", base_date=UNIVERSE.base_date, issuers=issuers),
        http=http,
        now=clock.now,
        session_open=session_open,
        settings=settings,
    )
    match name:
        case "sec":
            return Sec(context, folder=folder, sleep=clock.sleep)
        case "artificial_analysis":
            return ArtificialAnalysis(context, folder=folder)
        case _:
            return create(name, context)


@asynccontextmanager
async def slow(
    name: str, server: MarketServer, clock: Clock, folder: Path, *issuers: Issuer, **settings: object
) -> AsyncIterator[Provider]:
    """Such a provider, whose every request goes to the loopback market."""
    told = {**CONTACT, **KEY, "base_url": server.url, "timeout": 5.0, **settings}
    async with client(clock) as http:
        yield slow_provider(name, http, clock, folder, told, *issuers)


class SlowContract(ProviderContract):
    """The contract in that world. `subject` says what a record is about, where that is no symbol."""

    issuers: tuple[Issuer, ...] = ()

    def subject(self, record: AnyRecord) -> str:
        return contract.name_of(record)

    @pytest.fixture(autouse=True)
    def _in_the_slow_world(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def against(name: str, server: MarketServer, clock: Clock, **settings: object) -> object:
            return slow(name, server, clock, tmp_path, *self.issuers, **settings)

        self._folder, subject = tmp_path, self.subject
        monkeypatch.setattr(contract, "against", against)
        if type(self).subject is not SlowContract.subject:
            monkeypatch.setattr(contract, "name_of", subject)


class ScoresContract(SlowContract):
    """Scores are asked for without saying of what, so nothing can be missing."""

    def subject(self, record: AnyRecord) -> str:
        return str(getattr(record, "model", ""))

    def names(self) -> set[str]:
        return set()

    @pytest.mark.parametrize("way", contract.SPOILED)
    async def test_a_bad_row_costs_one_row(self, way: str, server: MarketServer, clock: Clock) -> None:
        spoil = self.spoiled()[way]
        server.fail(faults.Body(spoil.change), self.path)
        async with slow(self.name, server, clock, self._folder, *self.issuers) as provider:
            answer = await provider.fetch(self.request)
        good = [record for record in self.expected() if self.subject(record) not in spoil.missing]
        assert by_text(answer.records) == by_text(good)

    async def _recovers(self, provider: Provider, server: MarketServer, clock: Clock) -> None:
        server.heal()
        clock.forward(20 * 60)
        answer = await provider.fetch(self.request)
        assert set(map(self.subject, answer.records)) == set(map(self.subject, self.expected()))


def by_text(records: Iterable[AnyRecord]) -> list[AnyRecord]:
    """In an order that does not depend on how they came."""
    return sorted(records, key=repr)
