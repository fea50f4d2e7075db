"""edgartools, which nobody here wrote, reads the same from the loopback market as our provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from providers.base import Capability, Request
from providers.records import CapexFact, ShareCount
from tests.clients import market
from tests.clients.installed import client
from tests.clients.market import ISSUERS, QUARTERS
from tests.providers.slow_world import MICROSOFT, slow
from tests.providers.world import Clock
from tests.server import MarketServer

CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"


@pytest.fixture(scope="module")
def server() -> Iterator[MarketServer]:
    """One market for the whole module: edgartools reads its address once, when it is imported."""
    with MarketServer(market.truth()) as server:
        yield server


@pytest.fixture(scope="module")
def facts(server: MarketServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("edgar")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("EDGAR_DATA_URL", server.url)
        environment.setenv("EDGAR_BASE_URL", server.url)
        environment.setenv("EDGAR_LOCAL_DATA_DIR", str(folder))
        environment.setenv("EDGAR_IDENTITY", "Ann Analyst ann@example.org")
        environment.setenv("NO_PROXY", "127.0.0.1")
        entity = client("edgartools", "edgar.entity.entity_facts")
        return entity.get_company_facts(int(MICROSOFT.cik or 0))


async def test_quarters_of_capex_agree(server: MarketServer, facts: Any, tmp_path: Path) -> None:
    calculator = client("edgartools", "edgar.ttm.calculator")
    sums = [fact for fact in facts if fact.concept.endswith(CAPEX)]
    theirs = {
        (fact.period_start, fact.period_end): (fact.numeric_value, fact.unit)
        for fact in calculator.TTMCalculator(sums).quarterize()
    }
    async with slow("sec", server, Clock(), tmp_path, *ISSUERS) as provider:
        answer = await provider.fetch(Request(capability=Capability.CAPEX, lines=MICROSOFT.lines))
    ours = {
        (fact.start, fact.end): (fact.amount, fact.currency)
        for fact in answer.records
        if isinstance(fact, CapexFact)
    }
    assert ours == theirs
    assert [end for _, end in sorted(ours)] == QUARTERS


async def test_share_counts_agree(server: MarketServer, facts: Any, tmp_path: Path) -> None:
    async with slow("sec", server, Clock(), tmp_path, *ISSUERS) as provider:
        answer = await provider.fetch(Request(capability=Capability.SHARES, lines=MICROSOFT.lines))
    (ours,) = (record.shares for record in answer.records if isinstance(record, ShareCount))
    assert ours == facts.shares_outstanding
