"""What a bench finds: a figure beside the bare app's and its budget, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of the table.

    Attributes:
        value: In `unit`; `None`: not measured, and `note` says why.
        floor: The same for a bare Textual app (or a bare interpreter), same unit, same machine, same run.
        budget: Upper limit of `value`, or of `value ÷ floor` where `budget_of` is `ratio`.
    """

    name: str
    unit: str
    value: float | None = None
    floor: float | None = None
    budget: float | None = None
    budget_of: Literal["value", "ratio"] = "value"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value ÷ floor."""
        return self.value / self.floor if self.value is not None and self.floor else None

    @property
    def within(self) -> bool | None:
        """Whether the budget holds; `None` without a budget or a value."""
        found = self.ratio if self.budget_of == "ratio" else self.value
        return None if found is None or self.budget is None else found <= self.budget


@dataclass(frozen=True, kw_only=True)
class Options:
    """How much to measure.

    Attributes:
        runs: Repetitions of whatever is timed; the median counts.
        seconds: Length of each window in which the program is left alone.
        lines: Sizes of the universe for the poll.
        polls: How many polls are watched for growth.
        window: How many polls several processes on one store are watched for.
        speed: Market seconds in a real one meanwhile.
        folder: An empty folder for home folders and stores.
    """

    runs: int
    seconds: float
    lines: tuple[int, ...]
    polls: int
    window: int = 200
    speed: float = 5.0
    folder: Path


Bench = Callable[[Options], Iterator[Measure]]
