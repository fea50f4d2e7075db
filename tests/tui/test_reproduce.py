"""The note reproduced: the page in the documentation is what the command prints, nothing else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from providers.reference import note_figures
from tui import reproduce

WRITTEN = Path(__file__).parents[2] / "docs" / "reproduction.md"
DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def page() -> str:
    return reproduce.page(reproduce.PRICE_DAY, DAY)


def test_the_page_in_the_documentation_is_made_by_the_command(page: str) -> None:
    assert WRITTEN.read_text(encoding="utf-8") == page, "run `narrows reproduce > docs/reproduction.md`"


def test_every_number_of_the_note_stands_on_the_page(page: str) -> None:
    numbers = {"732", "88", "6.5", "1.8", "24", "26", "6", "33", "46", "8", "124 vs 694", "45 vs 291"}
    assert numbers <= {figure.value for figure in note_figures()}
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for number in numbers:
        assert any(f"| {number} " in row for row in rows), number


def test_the_two_truths_of_the_note_are_told_apart(page: str) -> None:
    assert "same names" in page
    assert "level" in page
    assert "25 of 25 Chinese issuers" in page
