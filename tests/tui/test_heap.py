"""The heap lets itself be set up where the C library is glibc, and nowhere else is that an error."""

from __future__ import annotations

import ctypes
import platform

import pytest

from tui import heap


def test_glibc_takes_the_settings() -> None:
    assert heap.keep_small() == (platform.libc_ver()[0] == "glibc")


def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert not heap.keep_small()
