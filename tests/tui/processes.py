"""The program in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 50


def finished(*command: str) -> subprocess.CompletedProcess[str]:
    """A command that has run to its end, from the root of the project."""
    return subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, cwd=ROOT, timeout=SECONDS, check=False
    )


def python(code: str) -> subprocess.CompletedProcess[str]:
    """A piece of Python that has run to its end."""
    return finished(sys.executable, "-c", code)
