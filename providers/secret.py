"""Secret: a setting that stands elsewhere: in a variable, a file of one's own, or the desktop's keyring.

SecretError    it cannot be had; the message says where it should be and what to do, and nothing of it
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

import msgspec

OTHERS = stat.S_IRWXG | stat.S_IRWXO
LARGEST = 65_536


class SecretError(Exception):
    """A secret cannot be had."""


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a secret is kept. Exactly one of the three is given.

    Attributes:
        env: Name of an environment variable.
        file: A regular file of this user or root that nobody else may read.
        keyring: `SERVICE/USER` in the desktop's keyring; needs the extra `keyring`.
    """

    env: str | None = None
    file: str | None = None
    keyring: str | None = None

    @property
    def place(self) -> str:
        """`variable NAME`, `file /path` or `keyring SERVICE/USER`."""
        if self.env is not None:
            return f"variable {self.env}"
        return f"file {self.file}" if self.file is not None else f"keyring {self.keyring}"

    def text(self, environ: Mapping[str, str] = os.environ) -> str:
        """The secret itself, without the end of its line. A keyring may ask its user first: this blocks.

        Raises:
            SecretError: where there is none, or others may read it.
        """
        if self.env is not None:
            found = environ.get(self.env, "")
        elif self.file is not None:
            found = read(self.file)
        else:
            found = in_keyring(*(self.keyring or "").split("/", 1))
        found = found.strip("\r\n")
        if not found:
            raise SecretError(f"{self.place}: empty or not set. Put the secret there.")
        return found


def of(value: object) -> Secret | None:
    """The place that a table of a configuration names; `None` for what is no such table.

    Raises:
        SecretError: for a table that is meant to be one and is not.
    """
    if not isinstance(value, Mapping) or not value or not set(value) <= set(Secret.__struct_fields__):
        return None
    if len(value) != 1 or not all(
        isinstance(part, str) and part and "\0" not in part for part in value.values()
    ):
        raise SecretError("expected one place: { env = NAME }, { file = PATH } or { keyring = SERVICE/USER }")
    found = Secret(**value)
    if found.keyring is not None and not all(found.keyring.partition("/")):
        raise SecretError("expected { keyring = SERVICE/USER } with a service and a user")
    return found


def read(path: str) -> str:
    """What a file of secrets says.

    Raises:
        SecretError: for one that is not there, is none of this user's, or that others may read.
    """
    try:
        # Not waited for: what is opened may turn out to be a pipe.
        opened = os.open(os.path.expanduser(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # noqa: PTH111 - a descriptor is wanted, so that what is looked at is what is read
    except OSError as error:
        raise SecretError(f"file {path}: cannot be read: {error.strerror}.") from error
    try:
        if trouble := fault(os.fstat(opened)):
            raise SecretError(f"file {path}: {trouble}")
        content = os.read(opened, LARGEST + 1)
    finally:
        os.close(opened)
    try:
        found = content.decode("utf-8")
    except UnicodeDecodeError:
        found = ""
    if len(content) > LARGEST or not found:
        raise SecretError(f"file {path}: expected a short text, got something else.")
    return found


def fault(state: os.stat_result) -> str:
    """Why a file may not hold a secret; empty where it may."""
    if not stat.S_ISREG(state.st_mode):
        return "expected a regular file, got something else."
    if state.st_uid not in {os.geteuid(), 0}:
        return "belongs to somebody else. It has to be yours, or root's."
    if open_to_others(state):
        return f"others may read it (mode {stat.S_IMODE(state.st_mode):04o}). Do `chmod 600` on it."
    return ""


def open_to_others(state: os.stat_result) -> bool:
    """Whether anybody but its owner may do anything with a file."""
    return bool(state.st_mode & OTHERS)


def in_keyring(service: str, user: str) -> str:
    """An entry of the desktop's keyring.

    Raises:
        SecretError: without the library, with a keyring that is locked or has no such entry.
    """
    place = f"keyring {service}/{user}"
    if find_spec("keyring") is None:
        raise SecretError(f"{place}: needs the extra. Do `pip install 'narrows[keyring]'`.")
    errors = import_module("keyring.errors")
    try:
        found: object = import_module("keyring").get_password(service, user)
    except errors.KeyringError as error:
        raise SecretError(
            f"{place}: cannot be read: {type(error).__name__}. Is there one, and is it unlocked?"
        ) from error
    if not isinstance(found, str) or not found:
        raise SecretError(f"{place}: no such entry. Do `keyring set {service} {user}`.")
    return found
