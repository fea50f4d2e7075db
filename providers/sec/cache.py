"""Cache: the facts of each company as last fetched, with what EDGAR needs to say "not modified"."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from providers.files import write_whole
from providers.sec.facts import Facts


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One company's facts.

    Attributes:
        facts: Only the concepts in use.
        concepts: Which these were; another list makes the entry worthless.
        asked: When EDGAR last confirmed them.
    """

    facts: Facts
    concepts: tuple[str, ...]
    asked: dt.datetime
    etag: str | None = None
    last_modified: str | None = None

    def confirmed(self, now: dt.datetime) -> Held:
        """Return the same facts, confirmed just now."""
        return msgspec.structs.replace(self, asked=now)

    def conditions(self) -> dict[str, str]:
        """Return the headers of a conditional request (RFC 9110 §13.1)."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value is not None}


class Cache:
    """A folder with a file for each company.

    What cannot be read is not there, what cannot be written is lost.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, cik: int, concepts: tuple[str, ...]) -> Held | None:
        """Return what is held of a company, `None` for nothing or nothing usable."""
        try:
            held = msgspec.json.decode(self._path(cik).read_bytes(), type=Held)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return held if held.concepts == concepts and held.asked.tzinfo is not None else None

    def write(self, cik: int, held: Held) -> None:
        """Keep a company's facts."""
        try:
            write_whole(self._path(cik), msgspec.json.encode(held))
        except OSError:
            return

    def _path(self, cik: int) -> Path:
        return self._folder / f"CIK{cik:010d}.json"
