"""What a user may set about the network side of any provider, in `[providers.NAME]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from providers import browser_tls
from providers.base import SwitchedOff
from providers.breaker import OUTAGE_PAUSE
from providers.redaction import redacted

USER_AGENT = "narrows (terminal market monitor)"
ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """Limits and manners of one provider.

    Attributes:
        base_url: Where every request of the provider goes instead of its usual hosts.
        timeout: Seconds for one whole answer.
        max_bytes: Largest decompressed answer.
        requests_per_minute: Budget of each host.
        burst: Requests that may come at once after a rest, a minute's budget at most.
        concurrency: Requests to one host at a time.
        attempts: Tries of one request whose connection breaks.
        tolerates: Failures in a row after which a service is left alone.
        outage_pause: First and longest pause of a service that is out of order, seconds.
        strict: An answer that is none (empty, broken off, a redirect) counts as a failure too: that is what a
            ban looks like at some sources.
        browser_tls: Shake hands as a browser does, and send a browser's headers; needs the extra.
    """

    base_url: str | None = None
    user_agent: str = USER_AGENT
    timeout: float = 15.0
    max_bytes: int = 20_000_000
    requests_per_minute: float = 120.0
    burst: int = 20
    concurrency: int = 4
    attempts: int = ATTEMPTS
    tolerates: int = 3
    outage_pause: tuple[float, float] = OUTAGE_PAUSE
    strict: bool = False
    browser_tls: bool = False


def read_settings(name: str, settings: Mapping[str, object], defaults: NetworkSettings) -> NetworkSettings:
    """Return the defaults of a provider with what the configuration sets.

    Raises:
        SwitchedOff: A value is not of its kind; the message names the key and what was expected.
    """

    def positive(key: str, default: float) -> float:
        value = settings.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
            raise SwitchedOff(f"[providers.{name}] {key}: expected a number above 0, got {value!r}")
        return float(value)

    def text(key: str, default: str) -> str:
        value = settings.get(key, default)
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value.strip():
            raise SwitchedOff(f"[providers.{name}] {key}: expected a line of ASCII text, got {value!r}")
        return value.strip()

    base_url = None
    if settings.get("base_url") is not None:
        base_url = text("base_url", "").rstrip("/")
        _check_url(name, base_url)
    if "requests_per_day" in settings:
        positive("requests_per_day", 1.0)  # kept by the feed, over all runs that share a store
    per_minute = positive("requests_per_minute", defaults.requests_per_minute)
    return replace(
        defaults,
        base_url=base_url,
        user_agent=text("user_agent", defaults.user_agent),
        timeout=positive("timeout", defaults.timeout),
        max_bytes=int(positive("max_bytes", defaults.max_bytes)),
        requests_per_minute=per_minute,
        browser_tls=_browser_tls(name, settings),
        burst=max(1, min(defaults.burst, int(per_minute))),
    )


def _browser_tls(name: str, settings: Mapping[str, object]) -> bool:
    wanted = settings.get("browser_tls", False)
    if not isinstance(wanted, bool):
        raise SwitchedOff(f"[providers.{name}] browser_tls: expected true or false, got {wanted!r}")
    if wanted and not browser_tls.installed():
        raise SwitchedOff(
            f"[providers.{name}] browser_tls: expected the extra to be installed; "
            "install narrows[browser-tls], or take the setting out"
        )
    return wanted


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SwitchedOff(
            f"[providers.{name}] base_url: expected http://… or https://…, got {redacted(url)!r}"
        )
