"""Translation of what can go wrong on the wire into the provider errors, each once.

No message holds a query, a header or a body: keys, crumbs and cookies live there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx

from providers.base import BadAnswer, ProviderError, RateLimited, Refused, Unreachable
from providers.numbers import number

LONGEST_RETRY_AFTER = 6 * 3600.0
_CONSENT = ("consent", "guce.")


def from_transport(error: Exception, where: str, *, timeout: float) -> ProviderError:
    """Return the provider error for an error of the HTTP library."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Unreachable(f"{where} did not finish its answer within {timeout:g} s")
    if isinstance(error, httpx.DecodingError):
        return BadAnswer(f"{where} sent a body that does not decompress")
    if isinstance(error, httpx.ProxyError):
        return Unreachable(f"the proxy on the way to {where} refused; check HTTPS_PROXY and NO_PROXY")
    if isinstance(error, httpx.ConnectError):
        return Unreachable(
            f"no connection to {where}; check the network, or the base_url in the configuration"
        )
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return BadAnswer(f"{where} points to an address that cannot be followed")
    return Unreachable(f"{where} cut the connection before its answer was complete")


def from_status(
    status: int, headers: Mapping[str, str], where: str, now: dt.datetime
) -> ProviderError | None:
    """Return the provider error for a status, or `None` for a 2xx."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _from_redirect(status, headers, where)
    wait = retry_after(headers, now)
    if status == 429 or (status == 503 and wait is not None):
        return RateLimited(f"{where} asks to slow down (status {status})", wait)
    if status in {401, 403, 407, 451}:
        return Refused(f"{where} refuses this client (status {status})")
    if status >= 500:
        return Unreachable(f"{where} is out of order (status {status})")
    return BadAnswer(f"{where} did not accept the request (status {status})")


def _from_redirect(status: int, headers: Mapping[str, str], where: str) -> ProviderError:
    if is_consent(headers.get("location", "")):
        return Refused(f"{where} wants consent to its cookies before it answers")
    return BadAnswer(f"{where} redirects elsewhere (status {status}), which is not followed")


def is_consent(location: str) -> bool:
    """Whether a redirect leads to a page that asks for consent."""
    return any(mark in location.lower() for mark in _CONSENT)


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Return the seconds of a `Retry-After` header, at most six hours, `None` where there is none to read.

    Seconds or an HTTP date: RFC 9110 §10.2.3.
    """
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = number(value)
    if seconds is None:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
