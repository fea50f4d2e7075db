"""Configuration: what a user may set, with its defaults.

Layers, each over the one before: defaults, the TOML file, environment variables (`NARROWS_UNIVERSE`,
`NARROWS_PEERS`, `NARROWS_STORE`, `NARROWS_PROVIDERS`), the command line. The file is read, never rewritten.
Every mistake is a `ConfigError`: the file, the line or key, what was expected, what came, what to do.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from providers import secret
from providers.secret import Secret, open_to_others
from tui import config_errors, config_secrets
from tui.alerts.settings import Alert
from tui.errors import ConfigError

PROVIDER_ORDER = (
    "tencent", "yahoo", "eastmoney", "sina", "sec", "frankfurter", "ecb", "artificial_analysis", "lmarena",
    "reference",
)  # fmt: skip
ENVIRONMENT = {
    "NARROWS_UNIVERSE": ("universe",),
    "NARROWS_PEERS": ("peers",),
    "NARROWS_STORE": ("store", "url"),
    "NARROWS_PROVIDERS": ("providers", "order"),
}

STORES = ("sqlite:", "postgresql")
STORE_EXPECTED = "sqlite:///FILE or postgresql+psycopg://…"

Peers = Literal["global", "us"]
Seconds = Annotated[float, msgspec.Meta(ge=5, le=86_400)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the configuration: a key that is not listed is a mistake."""


class Refresh(Section, frozen=True, kw_only=True):
    """`quotes`: seconds between two polls while an exchange is in session, 5 at least."""

    quotes: Seconds = 15.0


class StoreSettings(Section, frozen=True, kw_only=True):
    """`url`: `sqlite:///…` or `postgresql+psycopg://…`, or where it is kept; none: in the state folder."""

    url: str | Secret | None = None


class Display(Section, frozen=True, kw_only=True):
    """How the figures look.

    Attributes:
        up: Colour of a rise; `auto` is red for Chinese locales, green elsewhere.
        names: Language of company names.
        colours: At most so many; by itself as many as the terminal says it has, none under `NO_COLOR`.
        symbols: `braille` draws charts in braille, `blocks` in block elements, `ascii` only plain characters.
        marks: Whether a figure that has just changed is marked for a moment.
        zone: Time zone of the clock and of dates, an IANA name; `auto` is this machine's.
        mouse: Whether the mouse works; `auto` switches it off over SSH, where reports cost bytes; `motion`
            has every movement reported too.
        title: Whether the terminal's title shows the basket's value and its day.
    """

    up: Literal["auto", "green", "red"] = "auto"
    names: Literal["en", "zh"] = "en"
    colours: Literal["auto", "truecolor", "256", "16", "none"] = "auto"
    symbols: Literal["auto", "braille", "blocks", "ascii"] = "auto"
    marks: bool = True
    zone: str = "auto"
    mouse: bool | Literal["auto", "motion"] = "auto"
    title: bool = True


class Config(Section, frozen=True, kw_only=True):
    """Everything a user may set.

    Attributes:
        order: Providers in the order in which they are asked.
        providers: The table `[providers.NAME]` of each provider, in that provider's own terms.
        keys: Binding id → keys, in Textual's spelling, separated by commas.
    """

    universe: str = "default"
    peers: Peers = "global"
    refresh: Refresh = Refresh()
    store: StoreSettings = StoreSettings()
    display: Display = Display()
    keys: dict[str, str] = {}
    alerts: tuple[Alert, ...] = ()
    order: tuple[str, ...] = PROVIDER_ORDER
    providers: dict[str, dict[str, Any]] = {}


def load(path: Path, environ: Mapping[str, str], *, required: bool = False) -> Config:
    """Read the file at `path` and lay the environment over it.

    Args:
        path: The TOML file. When it does not exist the defaults hold, unless `required`.
        environ: The process environment.
        required: Whether the user named this file.

    Raises:
        ConfigError: for any mistake in the file or in a variable.
    """
    text, exposed = _read(path, required=required)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}. Mend that line; nothing was changed.") from error
    config = _convert(content, config_errors.Origin(str(path), text, exposed))
    return _with_environment(config, environ)


def _read(path: Path, *, required: bool) -> tuple[str, bool]:
    """The text of a file, and whether others than its owner may read it."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(), open_to_others(os.fstat(file.fileno()))
    except (FileNotFoundError, NotADirectoryError) as error:
        if required:
            message = (
                f"{path}: no such configuration file. Create it with `narrows config init --config {path}`."
            )
            raise ConfigError(message) from error
        return "", False
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: expected UTF-8 text, got other bytes. Save the file as UTF-8.") from error
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}. Check the path and its permissions."
        ) from error


def _convert(content: Mapping[str, Any], origin: config_errors.Origin) -> Config:
    """Typed configuration from a parsed file; `[providers]` mixes its `order` with free tables."""
    config_secrets.check(content, origin)
    flat = dict(content)
    providers = flat.pop("providers", {})
    if "order" in flat:
        raise config_errors.unknown(("order",), Config, origin)
    if not isinstance(providers, dict):
        raise config_errors.wrong(("providers",), "a table", providers, origin)
    tables = dict(providers)
    if "order" in tables:
        flat["order"] = tables.pop("order")
    for name, table in tables.items():
        _check_provider(name, table, origin)
    try:
        config = msgspec.convert({**flat, "providers": tables}, Config)
    except msgspec.ValidationError as error:
        raise config_errors.translate(error, flat, Config, origin) from error
    _check_meaning(config, origin)
    return config


def _check_provider(name: str, table: object, origin: config_errors.Origin) -> None:
    if not isinstance(table, dict):
        expected = f"a table [providers.{name}], or the key `order`"
        raise config_errors.wrong(("providers", name), expected, type(table), origin)
    url = table.get("base_url")
    usable = (
        url is None or secret.of(url) or (isinstance(url, str) and url.startswith(("http://", "https://")))
    )
    if not usable:
        raise config_errors.wrong(
            ("providers", name, "base_url"), "an http:// or https:// address", url, origin
        )


def _check_meaning(config: Config, origin: config_errors.Origin) -> None:
    """What types alone cannot say."""
    from tui import keymap

    if not config.order:
        raise config_errors.wrong(("providers", "order"), "at least one provider", [], origin)
    url = config.store.url
    if isinstance(url, str) and not url.startswith(STORES):
        raise config_errors.wrong(("store", "url"), STORE_EXPECTED, url, origin)
    if config.alerts:
        from tui.alerts import checks

        checks.check(config.alerts, origin)
    if config.display.zone != "auto":
        _check_zone(config.display.zone, origin)
    try:
        keymap.overrides(config.keys)
    except keymap.KeymapError as error:
        line = origin.at(("keys", error.binding))
        raise ConfigError(f"{line}: {error}") from error


def _check_zone(zone: str, origin: config_errors.Origin) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise config_errors.wrong(
            ("display", "zone"), "auto or an IANA name such as Asia/Hong_Kong", zone, origin
        ) from error


def overlaid(config: Config, given: Mapping[tuple[str, ...], object], origin: config_errors.Origin) -> Config:
    """The configuration with values laid over it, checked like the file; a value of `None` was not given.

    Raises:
        ConfigError: for a value that cannot be, named by `origin`.
    """
    content: dict[str, Any] = msgspec.to_builtins(config)
    content["providers"] = {**content["providers"], "order": content.pop("order")}
    for keys, value in given.items():
        if value is not None:
            content = config_errors.placed(content, keys, value)
    return _convert(content, origin)


def _with_environment(config: Config, environ: Mapping[str, str]) -> Config:
    for variable, keys in ENVIRONMENT.items():
        if text := environ.get(variable, "").strip():
            value = text.split(",") if keys[-1] == "order" else text
            config = overlaid(
                config, {keys: value}, config_errors.Origin(f"environment variable {variable}", "")
            )
    return config
