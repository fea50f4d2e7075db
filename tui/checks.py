"""What is checked before the screen opens: a mistake is a message, not a screen that closes again."""

from __future__ import annotations

from pathlib import Path

from tui.boards import is_shipped
from tui.errors import ConfigError
from tui.options import Settings

USUAL = frozenset(
    (
        "yahoo", "tencent", "eastmoney", "sina", "ecb", "frankfurter", "sec", "artificial_analysis",
        "lmarena", "reference", "demo",
    )
)  # fmt: skip
"""Names that need no look at the installed packages, which takes time before the first frame."""


def before_the_screen(settings: Settings) -> None:
    """Check what can be checked without reading the tables.

    Raises:
        ConfigError: for a provider or a universe that does not exist.
    """
    provider_names(settings)
    universe_exists(settings.universe_path)


def provider_names(settings: Settings) -> None:
    """Whether every provider of the configuration is known."""
    unusual = [name for name in settings.config.order if name not in USUAL]
    if not unusual:
        return
    from providers import registry

    known = registry.names()
    for name in unusual:
        if name not in known:
            raise ConfigError(f"no provider is called {name!r}. Known: {', '.join(sorted(known))}.")


def universe_exists(name: str) -> None:
    """Whether a universe is shipped under that name, or a file."""
    if is_shipped(name) or Path(name).is_file():
        return
    from providers.reference import universe_names

    if name not in universe_names():
        shipped = ", ".join(universe_names())
        raise ConfigError(
            f"universe {name!r}: neither shipped ({shipped}) nor a file. Check the spelling or path."
        )
