"""Reply: one answer of a source, whole and within its limits, still only bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from providers.base import BadAnswer


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer.

    Attributes:
        headers: By lower-case name.
        body: Decompressed.
        where: Host and path that were asked, for messages; never the query, which may hold a key or a crumb.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    where: str

    def text(self, encoding: str = "utf-8-sig", *, lenient: bool = False) -> str:
        """Return the body as text.

        Args:
            encoding: How the source encodes.
            lenient: Replace bytes that are not of that encoding instead of refusing the whole.

        Raises:
            BadAnswer: The body is not in that encoding.
        """
        try:
            return self.body.decode(encoding, "replace" if lenient else "strict")
        except UnicodeDecodeError as error:
            raise BadAnswer(
                f"{self.where} should answer in {encoding}, the bytes are something else"
            ) from error

    def json(self) -> object:
        """Return the body as plain Python values.

        `NaN` and `Infinity` pass, so that one odd number costs one field and not the answer.

        Raises:
            BadAnswer: The body is not JSON: HTML, cut short, empty, or nested beyond reason.
        """
        try:
            value: object = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BadAnswer(f"{self.where} should answer with JSON, it sent {self.kind()}") from error
        return value

    def kind(self) -> str:
        """Say in words what the body looks like."""
        start = self.body[:512].lstrip().lower()
        if not start:
            return "an empty body"
        if start.startswith((b"<!doctype html", b"<html")):
            return "an HTML page"
        if start.startswith((b"{", b"[")):
            return f"JSON that breaks off or is not well formed ({len(self.body)} bytes)"
        return f"something else ({len(self.body)} bytes)"
