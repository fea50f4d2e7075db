"""The contract: what every network provider does with every kind of answer.

A contract names a provider and a request, the truth behind it, the records that it expects, and how its
payload can be spoiled in each of the ways of `SPOILED`. Everything else is the same for all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest

from providers.base import (
    BadAnswer,
    Provider,
    ProviderError,
    RateLimited,
    Refused,
    Request,
    Unreachable,
)
from providers.records import AnyRecord
from tests.providers.world import NOW, Clock, against
from tests.server import MarketServer, Truth, faults

SPOILED = (
    "partial", "duplicate row", "missing field", "null field", "wrong type", "NaN", "infinity", "zero",
    "negative", "wrong currency", "other order", "other spelling", "a stranger's row", "hostile text",
)  # fmt: skip

# Fault, the error it ends in, and whether a provider may also find its way round it.
FAULTS: dict[str, tuple[faults.Fault, type[ProviderError]]] = {
    "HTML with status 200": (faults.html(), BadAnswer),
    "empty body": (faults.Body(b""), BadAnswer),
    "wrong encoding": (faults.Body(lambda body: b"\xff\xfe\x00" + body), BadAnswer),
    "truncated body": (faults.Truncated(), BadAnswer),
    "50 MB body": (faults.Huge(), BadAnswer),
    "400": (faults.Status(400), BadAnswer),
    "422": (faults.Status(422), BadAnswer),
    "401": (faults.Status(401), Refused),
    "403": (faults.Status(403), Refused),
    "redirect to consent": (faults.consent(), Refused),
    "429": (faults.Status(429, b"Too Many Requests"), RateLimited),
    "429 with Retry-After": (faults.Status(429, headers={"Retry-After": "120"}), RateLimited),
    "500": (faults.Status(500), Unreachable),
    "502": (faults.Status(502, faults.HTML), Unreachable),
    "timeout": (faults.Hang(), Unreachable),
    "slow trickle": (faults.Trickle(), Unreachable),
    "connection reset": (faults.Reset(), Unreachable),
    "no HTTP at all": (faults.Raw(b"\x00\x01\x02 220 ready\r\n\r\n"), Unreachable),
}
_SLOW = {"timeout", "slow trickle"}


@dataclass(frozen=True)
class Spoil:
    """A change of the payload, and which symbols or currencies it costs."""

    change: Callable[[bytes], bytes]
    missing: frozenset[str] = frozenset()


class ProviderContract(ABC):
    """Subclass it as `Test…`; see the module.

    `path` is where the payload is spoiled, `fault_path` where faults happen: both are beginnings.
    """

    name: str
    request: Request
    path: str = "/"
    fault_path: str = "/"

    @abstractmethod
    def truth(self) -> Truth:
        """The market behind the request, on the frozen clock."""

    @abstractmethod
    def expected(self) -> list[AnyRecord]:
        """The records of a good answer."""

    @abstractmethod
    def spoiled(self) -> dict[str, Spoil]:
        """Each way of `SPOILED`."""

    @abstractmethod
    def nothing_known(self, truth: Truth) -> None:
        """Take everything out of the truth that was asked for."""

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def server(self) -> Iterator[MarketServer]:
        truth = self.truth()
        truth.now = lambda: NOW
        with MarketServer(truth) as server:
            yield server

    async def test_a_good_answer_gives_the_expected_records(self, server: MarketServer, clock: Clock) -> None:
        async with against(self.name, server, clock) as provider:
            answer = await provider.fetch(self.request)
        assert _sorted(answer.records) == _sorted(self.expected())
        assert answer.missing == ()

    async def test_what_the_source_does_not_know_is_missing(self, server: MarketServer, clock: Clock) -> None:
        self.nothing_known(server.truth)
        async with against(self.name, server, clock) as provider:
            answer = await provider.fetch(self.request)
        assert answer.records == ()
        assert set(answer.missing) == self.names()

    @pytest.mark.parametrize("way", SPOILED)
    async def test_a_bad_row_costs_one_row(self, way: str, server: MarketServer, clock: Clock) -> None:
        spoil = self.spoiled()[way]
        server.fail(faults.Body(spoil.change), self.path)
        async with against(self.name, server, clock) as provider:
            answer = await provider.fetch(self.request)
        good = [record for record in self.expected() if name_of(record) not in spoil.missing]
        assert _sorted(answer.records) == _sorted(good)
        assert set(answer.missing) == spoil.missing

    @pytest.mark.parametrize("fault", FAULTS)
    async def test_a_fault_is_a_provider_error_and_passes(
        self, fault: str, server: MarketServer, clock: Clock
    ) -> None:
        happening, error = FAULTS[fault]
        server.fail(happening, self.fault_path)
        timeout = 0.4 if fault in _SLOW else 5.0
        async with against(self.name, server, clock, timeout=timeout, max_bytes=400_000) as provider:
            with pytest.raises(error) as raised:
                await provider.fetch(self.request)
            _says_something_harmless(raised.value)
            await self._recovers(provider, server, clock)

    async def test_not_found_is_missing_or_no_answer(self, server: MarketServer, clock: Clock) -> None:
        server.fail(faults.Status(404))
        async with against(self.name, server, clock) as provider:
            try:
                answer = await provider.fetch(self.request)
            except ProviderError as error:
                _says_something_harmless(error)
            else:
                assert (answer.records, set(answer.missing)) == ((), self.names())
            await self._recovers(provider, server, clock)

    async def test_no_answer_at_all_is_unreachable(self, server: MarketServer, clock: Clock) -> None:
        server.stop()
        async with against(self.name, server, clock) as provider:
            with pytest.raises(Unreachable):
                await provider.fetch(self.request)

    async def _recovers(self, provider: Provider, server: MarketServer, clock: Clock) -> None:
        server.heal()
        clock.forward(20 * 60)
        answer = await provider.fetch(self.request)
        assert {name_of(record) for record in answer.records} == self.names()

    def names(self) -> set[str]:
        """Symbols or currencies of the request."""
        return {line.symbol for line in self.request.lines} or set(self.request.currencies)


def name_of(record: AnyRecord) -> str:
    """Return the symbol or the currency that a record is about."""
    return str(getattr(record, "symbol", None) or getattr(record, "currency", ""))


def _sorted(records: Iterable[AnyRecord]) -> list[AnyRecord]:
    return sorted(records, key=repr)


def _says_something_harmless(error: ProviderError) -> None:
    text = str(error)
    assert text.isprintable()
    for secret in ("crumb", "A3=", "symbols="):
        assert f"{secret}=" not in text
