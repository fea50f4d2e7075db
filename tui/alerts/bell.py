"""The bell of the terminal."""

from __future__ import annotations

BELL = "\a"
