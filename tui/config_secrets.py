"""Secrets of a configuration: which settings are, where they may stand, and how they are shown.

A secret in plain words may stand in a configuration file that nobody else may read, and in a variable; never
on the command line, which every user of a machine sees in the list of processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from providers import secret
from providers.redaction import HIDDEN, is_named_so, redacted
from providers.secret import Secret, SecretError
from tui.config_errors import Keys, Origin, dotted
from tui.errors import ConfigError

_PLACEHOLDER = re.compile(r"\{\w+\}")


def is_secret(name: str, value: object) -> bool:
    """Whether a setting is one, by its name or by the password in its address."""
    return isinstance(value, str) and bool(value) and (is_named_so(name) or redacted(value) != value)


def hidden(value: Any, name: str = "") -> Any:
    """A copy of a configuration value in which nothing secret can be read.

    Of a command only the program can be, and what Narrows itself fills in.
    """
    if isinstance(value, dict):
        if set(value) <= set(Secret.__struct_fields__) and len(value) == 1:
            return value  # where it is, not what it is
        return {key: item if name == "keys" else hidden(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if name == "command":
            return [*value[:1], *(one if _PLACEHOLDER.fullmatch(one) else HIDDEN for one in value[1:])]
        return [hidden(item, name) for item in value]
    if isinstance(value, str) and is_named_so(name):
        return HIDDEN if value else value
    return redacted(value) if isinstance(value, str) else value


def check(content: Mapping[str, Any], origin: Origin) -> None:
    """Look at every secret of a parsed file: that it names one place, and that others cannot read it there.

    Raises:
        ConfigError: for the first that may not stand where it stands.
    """
    for keys, value in settings(content):
        try:
            place = secret.of(value)
        except SecretError as error:
            raise ConfigError(f"{origin.at(keys)}: {error}. Correct it.") from error
        if place is not None and place.file is not None:
            _check_file(place.file, keys, origin)
        elif is_secret(str(keys[-1]), value) and origin.open_to_others:
            raise ConfigError(
                f"{origin.at(keys)}: holds a secret, and others may read this file. "
                f"Do `chmod 600 {origin.name}`, or say where the secret is: "
                '{ file = "PATH" }, { env = "NAME" } or { keyring = "SERVICE/USER" }.'
            )


def settings(content: Mapping[str, Any]) -> Iterator[tuple[Keys, object]]:
    """Every setting that may be a secret, with its keys: those of providers and alerts, and the store."""
    tables = (("providers", content.get("providers")), ("store", {"": content.get("store")}))
    for part, named in tables:
        for name, table in named.items() if isinstance(named, Mapping) else ():
            for key, value in table.items() if isinstance(table, Mapping) else ():
                yield [one for one in (part, name, key) if one], value
    alerts = content.get("alerts")
    for number, alert in enumerate(alerts) if isinstance(alerts, list | tuple) else ():
        if isinstance(alert, Mapping) and "webhook" in alert:
            yield ["alerts", number, "webhook"], alert["webhook"]


def places(content: Mapping[str, Any]) -> Iterator[tuple[Keys, Secret]]:
    """Where the secrets of a configuration that has been checked are kept, with their keys."""
    for keys, value in settings(content):
        place = secret.of(value)
        if place is not None:
            yield keys, place


def _check_file(path: str, keys: Keys, origin: Origin) -> None:
    try:
        state = Path(path).expanduser().stat()
    except OSError:
        return  # whoever needs it will say so: others may share this configuration and not the secret
    if secret.open_to_others(state):
        raise ConfigError(f"{origin.at(keys)}: file {path}: {secret.fault(state)}")


def resolved(value: object, keys: Keys) -> object:
    """A setting, or what stands where it points to.

    Raises:
        ConfigError: when it cannot be had.
    """
    try:
        place = value if isinstance(value, Secret) else secret.of(value)
        return value if place is None else place.text()
    except SecretError as error:
        raise ConfigError(f"{dotted(keys)}: {error}") from error
