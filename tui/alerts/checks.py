"""Mistakes in `[[alerts]]` that types alone cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from metrics.alert_paths import PathError
from metrics.alert_rules import BandError, RuleError
from tui.alerts.settings import Alert
from tui.alerts.watches import watch
from tui.config_errors import Origin, wrong
from tui.errors import ConfigError

ADDRESS = "an https:// or http:// address"
EXAMPLE = "share.listed_pct >= 7"


def check(alerts: Sequence[Alert], origin: Origin) -> None:
    """Check the alerts of a configuration.

    Raises:
        ConfigError: for the first that cannot be: which, what was expected, what is nearest.
    """
    seen: dict[str, int] = {}
    for number, alert in enumerate(alerts):
        _check_sinks(number, alert, origin)
        key = _key(number, alert, origin)
        if key in seen:
            where = origin.at(("alerts", number))
            raise ConfigError(f"{where}: does the same as alerts[{seen[key] + 1}]. Remove one of them.")
        seen[key] = number


def _key(number: int, alert: Alert, origin: Origin) -> str:
    try:
        return watch(alert).rule.key
    except BandError as error:
        raise ConfigError(f"{origin.at(('alerts', number, 'hysteresis'))}: {error}. Correct it.") from error
    except (RuleError, PathError) as error:
        where = origin.at(("alerts", number, "when"))
        said = str(error)
        stop = "" if said.endswith("?") else "."
        raise ConfigError(f"{where}: {said}{stop} Correct it, as in '{EXAMPLE}'.") from error


def _check_sinks(number: int, alert: Alert, origin: Origin) -> None:
    if alert.command and (not alert.command[0] or any("\0" in part for part in alert.command)):
        expected = "a program and its arguments, as in ['notify-send', '{text}']"
        raise wrong(("alerts", number, "command"), expected, list(alert.command), origin)
    if isinstance(alert.webhook, str) and not is_address(alert.webhook):
        raise wrong(("alerts", number, "webhook"), ADDRESS, alert.webhook, origin)
    given = {"command": alert.command, "webhook": alert.webhook}
    for sink, needed in given.items():
        if sink in (alert.sinks or ()) and not needed:
            where = origin.at(("alerts", number, "sinks"))
            raise ConfigError(
                f"{where}: '{sink}' needs the key `{sink}` beside it. Set it, or remove the sink."
            )


def is_address(url: str) -> bool:
    """Whether a text is an address to which something can be posted."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
