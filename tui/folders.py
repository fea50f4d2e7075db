"""Where files live: the platform's folders for configuration and for state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

APP = "narrows"


def config_file(named: Path | None, environ: Mapping[str, str]) -> tuple[Path, bool]:
    """The configuration file in force, and whether the user named it (`--config` over `NARROWS_CONFIG`)."""
    if named is not None:
        return named.expanduser(), True
    if variable := environ.get("NARROWS_CONFIG", "").strip():
        return Path(variable).expanduser(), True
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml", False


def state_folder() -> Path:
    """Folder of the store and of the last Boards. It need not exist."""
    return platformdirs.user_state_path(APP, appauthor=False)


def calendars_folder() -> Path:
    """Folder of built trading calendars: it may be emptied at any time. It need not exist."""
    return platformdirs.user_cache_path(APP, appauthor=False) / "calendars"
