"""What the command line asked for, laid over the configuration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from providers.secret import Secret
from tui import folders
from tui.config import STORE_EXPECTED, STORES, Config, Peers
from tui.config_secrets import resolved
from tui.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The configuration in force and what one run adds to it.

    Attributes:
        at: Show the Board as of the end of this day.
        kiosk: For people who are given a screen and nothing else: the store is only read, nothing is written.
    """

    config: Config = field(default_factory=Config)
    config_path: Path | None = None
    demo: bool = False
    offline: bool = False
    at: dt.date | None = None
    log_file: Path | None = None
    kiosk: bool = False

    @property
    def peers(self) -> Peers:
        """Whom China is compared with."""
        return self.config.peers

    @property
    def store_named(self) -> bool:
        """Whether the user chose the store, so that failing to open it is an error."""
        return self.config.store.url is not None

    @cached_property
    def store_url(self) -> str:
        """The store in force. The demo never touches the live one. A place of a secret is asked once.

        Raises:
            ConfigError: when it is kept elsewhere and cannot be had.
        """
        if self.demo:
            return "sqlite://"
        url = self.config.store.url
        if isinstance(url, Secret):
            return _kept_elsewhere(url)
        return url or f"sqlite:///{folders.state_folder() / 'narrows.db'}"

    @property
    def universe_path(self) -> str:
        """Name of a shipped universe, or a file, which may stand beside the configuration file."""
        chosen = self.config.universe
        if self.config_path is not None and not Path(chosen).exists():
            beside = self.config_path.parent / chosen
            if beside.is_file():
                return str(beside)
        return chosen


def _kept_elsewhere(place: Secret) -> str:
    url = str(resolved(place, ("store", "url")))
    if not url.startswith(STORES):
        raise ConfigError(f"store.url: {place.place}: expected {STORE_EXPECTED}, got something else.")
    return url
