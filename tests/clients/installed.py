"""Clients are optional: the test of one that is not installed is skipped, one that does not import fails."""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest


def client(distribution: str, module: str) -> Any:
    """Return a module of an installed client."""
    try:
        version(distribution)
    except PackageNotFoundError:
        pytest.skip(f"{distribution} is not installed: pip install '.[clients]'")
    # Some clients change the filters of warnings for everybody when they are imported.
    with warnings.catch_warnings():
        return import_module(module)
