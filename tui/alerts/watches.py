"""Watches: the alerts of the configuration, read and checked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from metrics.alert_rules import Rule, parse
from providers.secret import Secret
from providers.text import clean
from tui.alerts.settings import Alert, Sink

PANES_OF = frozenset({"basket", "share", "capex", "spreads", "models", "catalysts"})


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One alert.

    Attributes:
        name: What its user calls it.
        snooze: How long it is quiet when it is told to.
        command: Program and arguments, in which `{text}` and the like stand for what has happened.
    """

    rule: Rule
    name: str | None = None
    snooze: dt.timedelta
    sinks: frozenset[Sink]
    command: tuple[str, ...] = ()
    webhook: str | Secret | None = None

    @property
    def title(self) -> str:
        """Its name, or else its rule."""
        return self.name or self.rule.when

    @property
    def pane(self) -> str | None:
        """The pane that it is about."""
        part = self.rule.path.part
        return part if part in PANES_OF else None


def watch(alert: Alert, scope: str = "") -> Watch:
    """The watch of an alert.

    Args:
        alert: As the configuration says it.
        scope: What its figures are of: alerts on another universe are others.

    Raises:
        RuleError: for what is no rule.
        PathError: for a path that no Board can have.
    """
    given: dict[Sink, object] = {"screen": True, "command": alert.command, "webhook": alert.webhook}
    usual = [sink for sink, needs in given.items() if needs]
    rule = parse(alert.when, key=_key(alert, scope), hysteresis=alert.hysteresis, repeat=alert.repeat)
    return Watch(
        rule=rule,
        name=clean(alert.name) or None,
        snooze=dt.timedelta(minutes=alert.snooze),
        sinks=frozenset(usual if alert.sinks is None else alert.sinks),
        command=alert.command,
        webhook=alert.webhook,
    )


def watches(alerts: Sequence[Alert], scope: str = "") -> tuple[Watch, ...]:
    """The watches of a configuration that has been checked, in its order."""
    return tuple(watch(alert, scope) for alert in alerts)


def _key(alert: Alert, scope: str) -> str:
    """Under which the state is kept: two alerts that do the same are one, whoever has configured them."""
    when = " ".join(alert.when.split())
    does = msgspec.json.encode([scope, when, alert.hysteresis, alert.repeat, alert.command, alert.webhook])
    return f"{when} #{hashlib.sha256(does).hexdigest()[:12]}"
