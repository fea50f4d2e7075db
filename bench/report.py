"""The benches' result as a table for people and as JSON for a comparison over time."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version

from rich.table import Table

from bench.measure import Measure


def table(measures: Sequence[Measure]) -> Table:
    """One row per measure; a budget that does not hold says so in words."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    result = Table(title=f"Narrows beside a bare Textual app ({machine})")
    result.add_column("what")
    for title in ("value", "floor", "ratio", "budget"):
        result.add_column(title, justify="right")
    result.add_column("")
    result.add_column("note", overflow="fold")
    for measure in measures:
        result.add_row(*_cells(measure))
    return result


def markdown(measures: Sequence[Measure]) -> str:
    """The same table for `docs/performance.md`."""
    lines = ["| what | value | floor | ratio | budget | | note |", "|---|---:|---:|---:|---:|---|---|"]
    lines += [f"| {' | '.join(_cells(measure))} |" for measure in measures]
    return "\n".join(lines) + "\n"


def _cells(measure: Measure) -> tuple[str, ...]:
    return (
        measure.name,
        "not measured" if measure.value is None else f"{measure.value:,.3g} {measure.unit}".rstrip(),
        "" if measure.floor is None else f"{measure.floor:,.3g}",
        "" if measure.ratio is None else f"{measure.ratio:.2f} ×",
        _budget(measure),
        {True: "holds", False: "BROKEN", None: ""}[measure.within],
        measure.note.partition("\n")[0],
    )


def _budget(measure: Measure) -> str:
    if measure.budget is None:
        return ""
    return f"≤ {measure.budget:g}" + (" ×" if measure.budget_of == "ratio" else f" {measure.unit}")


def as_json(measures: Sequence[Measure]) -> str:
    """The machine, the versions and every measure with its ratio and whether its budget holds."""
    return json.dumps(
        {
            "machine": {
                "cores": os.cpu_count(),
                "architecture": platform.machine(),
                "system": platform.system(),
                "load": os.getloadavg(),
            },
            "python": platform.python_version(),
            "textual": version("textual"),
            "measures": [
                asdict(measure) | {"ratio": measure.ratio, "within": measure.within} for measure in measures
            ],
        },
        indent=2,
    )
