"""Secrets that stand elsewhere: where they may be read from, and what is said where they may not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from providers import secret
from providers.redaction import redacted
from providers.secret import Secret, SecretError

CANARY = "canary-5f1d"


def kept(folder: Path, mode: int = 0o600, content: bytes = CANARY.encode() + b"\n") -> Path:
    """A file of secrets."""
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_variable_holds_a_secret() -> None:
    assert Secret(env="X").text({"X": f"{CANARY}\n"}) == CANARY
    with pytest.raises(SecretError, match="variable X: empty or not set"):
        Secret(env="X").text({})


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_ones_own_holds_a_secret(tmp_path: Path, mode: int) -> None:
    assert Secret(file=str(kept(tmp_path, mode))).text() == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretError, match=rf"\(mode {mode:04o}\)\. Do `chmod 600`") as raised:
        Secret(file=str(kept(tmp_path, mode))).text()
    assert CANARY not in str(raised.value)


def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    if path.stat().st_uid == 0:
        assert Secret(file=str(path)).text() == CANARY  # root's files are trusted
        os.chown(path, 12345, -1)
    with pytest.raises(SecretError, match="belongs to somebody else"):
        Secret(file=str(path)).text()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path, "No such file"),
        (lambda path: path.mkdir(mode=0o700), "regular file"),
        (lambda path: os.mkfifo(path, 0o600), "regular file"),
        (lambda path: (path.write_bytes(b"\xff\xfe"), path.chmod(0o600)), "a short text"),
        (lambda path: (path.write_bytes(b"x" * 70_000), path.chmod(0o600)), "a short text"),
        (lambda path: (path.touch(0o600), path.chmod(0o600)), "a short text"),
    ],
    ids=("missing", "folder", "pipe", "other bytes", "too long", "empty"),
)
def test_what_is_no_file_with_a_secret_is_said(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / "secret")
    with pytest.raises(SecretError, match=words):
        Secret(file=str(tmp_path / "secret")).text()


def test_a_keyring_holds_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, {("narrows", "ann"): CANARY})
    assert Secret(keyring="narrows/ann").text() == CANARY
    with pytest.raises(SecretError, match=r"no such entry\. Do `keyring set narrows bob`"):
        Secret(keyring="narrows/bob").text()
    with pytest.raises(SecretError, match="is it unlocked"):
        Secret(keyring="narrows/locked").text()


def test_a_keyring_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "find_spec", lambda _name: None)
    with pytest.raises(SecretError, match=r"narrows\[keyring\]"):
        Secret(keyring="narrows/ann").text()


def keyring(monkeypatch: pytest.MonkeyPatch, entries: dict[tuple[str, str], str]) -> None:
    """Install the optional package."""

    class KeyringError(Exception):
        pass

    def get_password(service: str, user: str) -> str | None:
        if user == "locked":
            raise KeyringError(CANARY)
        return entries.get((service, user))

    package, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    vars(package).update(get_password=get_password, __spec__=object())
    vars(errors).update(KeyringError=KeyringError)
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_a_table_names_one_place() -> None:
    assert secret.of({"env": "X"}) == Secret(env="X")
    for other in ("text", 5, {}, {"enviroment": "X"}, {"env": "X", "more": 1}, None):
        assert secret.of(other) is None
    for wrong in (
        {"env": "X", "file": "/x"},
        {"file": ""},
        {"env": 5},
        {"file": "/x\0y"},
        {"keyring": "narrows"},
        {"keyring": "/x"},
    ):
        with pytest.raises(SecretError, match="expected"):
            secret.of(wrong)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:pw@host/db", "postgresql://u:•••@host/db"),
        ("postgresql://u:p@w/d@host/db", "postgresql://u:•••@host/db"),
        ("postgresql://u@corp:pw@host/db", "postgresql://u@corp:•••@host/db"),
        ("'host=h password=pw dbname=d'", "'host=h password=••• dbname=d'"),
        ("postgresql://host/db?user=u&password=pw&x=1", "postgresql://host/db?user=u&password=•••&x=1"),
        ("https://host/path?api_key=abc", "https://host/path?api_key=•••"),
        ("mended https://u:pw@host, or https://other/", "mended https://u:•••@host, or https://other/"),
        ("sqlite:////var/lib/narrows.db", "sqlite:////var/lib/narrows.db"),
        ("https://host:8080/path", "https://host:8080/path"),
    ],
)
def test_addresses_are_shown_without_their_passwords(text: str, shown: str) -> None:
    assert redacted(text) == shown
