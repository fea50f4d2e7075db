"""`narrows config`: what is in force, and a first file to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tui.config import PROVIDER_ORDER
from tui.config_secrets import hidden
from tui.errors import ConfigError
from tui.options import Settings

_ORDER = ", ".join(f'"{name}"' for name in PROVIDER_ORDER)
TEMPLATE = f"""\
# Narrows. Every setting with its default; remove the `#` to change one.

# universe = "default"              # a shipped universe (default, note-2026-01) or a file
# peers = "global"                  # or "us"

# [refresh]
# quotes = 15                       # seconds while an exchange is in session, 5 at least

# [store]
# url = "sqlite:////home/me/narrows.db"   # or postgresql+psycopg://…; default: the platform's state folder
# A password or key may stand here while nobody else can read this file (chmod 600); the README says where
# else.

# [providers]
# order = [{_ORDER}]

# [providers.yahoo]
# base_url = "https://query1.finance.yahoo.com"

# [display]
# up = "auto"                       # green, red, or auto (by locale)
# names = "en"                      # or zh
# colours = "auto"                  # truecolor, 256, 16, none, or auto (by terminal, NO_COLOR)
# symbols = "auto"                  # braille, blocks, ascii, or auto (by terminal and locale)
# marks = true                      # mark a figure that has just changed
# zone = "auto"                     # an IANA time zone such as Asia/Hong_Kong
# mouse = "auto"                    # true, false, auto (off over SSH), or motion (every movement too)
# title = true                      # value and day in the terminal's title

# [keys]                            # binding = keys; `?` in the monitor lists them
# "app.quit" = "q,ctrl+q"

# [[alerts]]
# when = "share.listed_pct >= 7"    # a condition on the Board's JSON; docs/alerts.md says what may be written
# repeat = "session"                # at most once a trading day; or "always" (at every return), or "once"
# hysteresis = 0                    # how far the figure must go back before it counts as having left
# snooze = 60                       # minutes of quiet when told so
"""


def init(path: Path) -> None:
    """Write a first configuration, every line of it a comment.

    Raises:
        ConfigError: when the file exists or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError as error:
        raise ConfigError(
            f"{path}: exists already and is left as it is. Edit it, or name another."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}. Choose a place with --config FILE."
        ) from error


def show(settings: Settings) -> None:
    """Print the configuration in force, with secrets hidden."""
    content: dict[str, Any] = msgspec.to_builtins(settings.config)
    content["providers"] = {"order": content.pop("order"), **content["providers"]}
    if settings.demo or settings.config.store.url is None:
        content["store"] = {"url": settings.store_url}
    content["file"] = str(settings.config_path)
    print(msgspec.json.format(msgspec.json.encode(hidden(content))).decode())  # noqa: T201 - the answer
