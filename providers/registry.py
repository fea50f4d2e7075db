"""Registry: a provider by its name in the configuration, built in or from somebody else's package.

A package adds a provider by the entry-point group `narrows.providers`: the entry point names a class or
function that takes a `ProviderContext` and returns a `Provider`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from providers.base import Provider, ProviderContext

GROUP = "narrows.providers"

# Name → module and class; imported when first asked for.
_BUILT_IN: dict[str, tuple[str, str]] = {
    "reference": ("providers.reference", "Reference"),
    "demo": ("providers.demo", "Demo"),
    "yahoo": ("providers.yahoo", "Yahoo"),
    "tencent": ("providers.tencent", "Tencent"),
    "eastmoney": ("providers.eastmoney", "Eastmoney"),
    "sina": ("providers.sina", "Sina"),
    "ecb": ("providers.ecb", "Ecb"),
    "sec": ("providers.sec", "Sec"),
    "frankfurter": ("providers.frankfurter", "Frankfurter"),
    "artificial_analysis": ("providers.artificial_analysis", "ArtificialAnalysis"),
    "lmarena": ("providers.lmarena", "Lmarena"),
}


class UnknownProvider(LookupError):  # noqa: N818 - named as the message reads
    """No provider has that name, or what is registered under it is none."""


def names() -> tuple[str, ...]:
    """Return the names of all providers that can be created: the built-in ones, then the others by name."""
    return (*_BUILT_IN, *sorted(set(_plugins()) - set(_BUILT_IN)))


def create(name: str, context: ProviderContext) -> Provider:
    """Make a provider.

    A built-in name cannot be taken over by a package.

    Raises:
        UnknownProvider: No such name, or the package behind it does not load or gives no provider.
        ProviderError: The provider itself refuses its settings (`SwitchedOff`).
    """
    if name in _BUILT_IN:
        module, attribute = _BUILT_IN[name]
        factory = getattr(import_module(module), attribute)
    else:
        factory = _load(name)
    provider = factory(context)
    if not isinstance(provider, Provider):
        raise UnknownProvider(
            f"the package behind provider {name!r} should return a Provider, "
            f"it returned {type(provider).__name__}"
        )
    return provider


def _load(name: str) -> object:
    plugin = _plugins().get(name)
    if plugin is None:
        raise UnknownProvider(f"no provider is called {name!r}; there are {', '.join(names())}")
    try:
        return plugin.load()
    except (ImportError, AttributeError) as error:
        raise UnknownProvider(
            f"provider {name!r} is registered as {plugin.value}, which does not load: {error}"
        ) from error


def _plugins() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
