"""Notice: what an alert has to say, as a line of text and as JSON. Free of control characters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from metrics.alert_paths import Path
from metrics.alert_rules import Says
from metrics.alert_values import Value
from providers.text import clean
from tui.alerts.watches import Watch
from widgets.format import Format

MOST_NAMED = 3
MOST_TEXT = 300
_FORMAT = Format()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An alert that has fired.

    Attributes:
        items: Subjects with the value of each; `""` is the rule itself.
        own: Whether this process kept its state, and so is the one to run its command and its webhook.
    """

    watch: Watch
    at: dt.datetime
    items: tuple[tuple[str, Value | None], ...]
    own: bool

    @property
    def text(self) -> str:
        """`China at seven: now 7.02 %`, `providers any down: yahoo`."""
        return clean(f"{self.watch.title}: {self.said}", MOST_TEXT)

    @property
    def said(self) -> str:
        """What the Board says, without the name of the alert."""
        return clean(_said(self.watch, self.items), MOST_TEXT)

    @property
    def identity(self) -> str:
        """The same for each attempt to send it, so that its receiver can tell a repeat."""
        return f"{self.watch.rule.key.rpartition('#')[2]}-{self.at:%Y%m%dT%H%M%S}"

    def json(self) -> bytes:
        """Everything about it; `text` is what most receivers show."""
        items = [{"subject": subject, "value": value} for subject, value in self.items]
        return msgspec.json.encode(
            {
                "text": self.text,
                "id": self.identity,
                "name": self.watch.name,
                "when": self.watch.rule.when,
                "at": self.at,
                "items": items,
            }
        )


def words(path: Path, value: Value | None) -> str:
    """A value in the unit that its path says."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _figure(path.field, value)
        case dt.datetime():
            return f"{_FORMAT.day(value.date())} {_FORMAT.clock(value)} UTC"
        case dt.date():
            return _FORMAT.day(value)
        case str():
            return clean(value)
    return _FORMAT.symbols.missing


def _said(watch: Watch, items: Sequence[tuple[str, Value | None]]) -> str:
    if isinstance(watch.rule.test, Says) and not items[0][0]:
        return "now"
    named = [subject or f"now {words(watch.rule.path, value)}" for subject, value in items]
    more = len(named) - MOST_NAMED
    return "; ".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _figure(field: str, value: float) -> str:
    if field.endswith("_usd"):
        return _FORMAT.money(value)
    if field.endswith("_pct"):
        return _FORMAT.percent(value, 2)
    if "_pp" in field:
        return f"{_FORMAT.signed(value, 2)} pp"
    return _FORMAT.number(value, 0 if value.is_integer() else 2)
