"""Providers by name, built in or from an installed package."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from providers import registry
from providers.base import Answer, Capability, Provider, ProviderContext, Request
from tests.providers.world import Clock, client, provider


class Mine(Provider):
    """A provider of somebody else's."""

    name = "mine"
    offers = {Capability.QUOTES: frozenset({"XHKG"})}  # noqa: RUF012 - as a third party would write it

    def __init__(self, context: ProviderContext) -> None:
        self.settings = context.settings

    async def fetch(self, request: Request) -> Answer:
        return Answer(missing=tuple(line.symbol for line in request.lines))


def nothing(_context: ProviderContext) -> object:
    return "not a provider"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints(
        EntryPoint(name, value, registry.GROUP)
        for name, value in {
            "mine": f"{__name__}:Mine",
            "yahoo": f"{__name__}:Mine",
            "broken": "no_such_module_here:Thing",
            "nothing": f"{__name__}:nothing",
        }.items()
    )
    monkeypatch.setattr(registry, "entry_points", points.select)


async def test_a_package_adds_a_provider_by_entry_point() -> None:
    clock = Clock()
    async with client(clock) as http:
        mine = provider("mine", http, clock, {"key": "value"})
    assert isinstance(mine, Mine)
    assert mine.settings == {"key": "value"}
    assert "mine" in registry.names()


async def test_a_package_cannot_take_a_built_in_name() -> None:
    clock = Clock()
    async with client(clock) as http:
        assert not isinstance(provider("yahoo", http, clock), Mine)
    assert registry.names().count("yahoo") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("yaho", "no provider is called 'yaho'; there are reference, demo, yahoo"),
        ("broken", "no_such_module_here:Thing, which does not load"),
        ("nothing", "should return a Provider, it returned str"),
    ],
)
async def test_a_name_that_gives_no_provider_says_why(name: str, words: str) -> None:
    clock = Clock()
    async with client(clock) as http:
        with pytest.raises(registry.UnknownProvider, match=words):
            provider(name, http, clock)
