"""What is checked before the screen opens: a mistake is a message, not a screen that closes again."""

from __future__ import annotations

from pathlib import Path

from providers import registry
from tui.errors import ConfigError
from tui.options import Settings

PLANNED = frozenset({"tencent", "eastmoney", "sina", "sec", "frankfurter", "artificial_analysis", "lmarena"})
"""Names that the configuration accepts although this version has no such provider: they are left out."""


def before_the_screen(settings: Settings) -> None:
    """Check what can be checked without reading the tables.

    Raises:
        ConfigError: for a provider or a universe that does not exist.
    """
    provider_names(settings)
    universe_exists(settings.universe_path)


def provider_names(settings: Settings) -> None:
    """Whether every provider of the configuration is known, built yet or not."""
    known = {*registry.names(), *PLANNED}
    for name in settings.config.order:
        if name not in known:
            raise ConfigError(f"no provider is called {name!r}. Known: {', '.join(sorted(known))}.")


def universe_exists(name: str) -> None:
    """Whether a universe is shipped under that name, or a file."""
    from providers.reference import universe_names

    if name not in universe_names() and not Path(name).is_file():
        shipped = ", ".join(universe_names())
        raise ConfigError(
            f"universe {name!r}: neither shipped ({shipped}) nor a file. Check the spelling or path."
        )
