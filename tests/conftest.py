"""What all tests share: calendars are built once; properties are about what holds, not how long it takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("narrows", deadline=None)
settings.load_profile("narrows")


@pytest.fixture(scope="session", autouse=True)
def calendars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which every program that tests start finds the calendars that others have built."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "cache"
    os.environ["NARROWS_TEST_CACHE"] = str(folder)
    return folder
