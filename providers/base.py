"""What a provider is: it turns one source into records and says what it can do.

Error tree (raised at this boundary only, each translated once from the transport's own error):

    ProviderError            the source gave no usable answer
    ├── Unreachable          no connection, timeout, reset
    ├── RateLimited          429 or a ban; `retry_after` seconds when the source says so
    ├── Refused              401, 403, consent page: credentials or manners
    ├── BadAnswer            wrong type, HTML instead of JSON, truncated, too large
    └── SwitchedOff          not configured (no key, no contact): the provider is off, and why
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from providers.records import AnyRecord, Remark
from providers.universe import Line, Universe

if TYPE_CHECKING:
    from providers.http import HttpClient


class ProviderError(Exception):
    """The source gave no usable answer. The message says what was expected, what came, what to do."""


class Unreachable(ProviderError):  # noqa: N818 - a state of the source, named as the screen shows it
    """No connection, a timeout, or a connection that was cut."""


class RateLimited(ProviderError):  # noqa: N818
    """The source asks to slow down; `retry_after` in seconds when it says how long."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ProviderError):  # noqa: N818
    """The source refuses this client: credentials, consent or manners."""


class BadAnswer(ProviderError):  # noqa: N818
    """Something came that is not an answer."""


class SwitchedOff(ProviderError):  # noqa: N818
    """The provider is not configured; the message says what is missing."""


class Capability(StrEnum):
    """What a provider can be asked for.

    VALUATIONS are the multiples that come with prices; FUNDAMENTALS the sales, earnings and growth behind
    them, which cost a request a company and change with its reports.
    """

    QUOTES = "quotes"
    CLOSES = "closes"
    FX = "fx"
    FX_HISTORY = "fx_history"
    VALUATIONS = "valuations"
    FUNDAMENTALS = "fundamentals"
    CAPEX = "capex"
    SCORES = "scores"
    SHARES = "shares"
    EVENTS = "events"
    MARKS = "marks"


ANY_EXCHANGE: frozenset[str] = frozenset({"*"})


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to a provider.

    Attributes:
        lines: Lines that a QUOTES, CLOSES, VALUATIONS, SHARES or CAPEX request is about.
        currencies: Currencies of an FX or FX_HISTORY request.
        since: First day wanted of a history; `None`: only the newest.
    """

    capability: Capability
    lines: tuple[Line, ...] = ()
    currencies: tuple[str, ...] = ()
    since: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Records of one request, in any order; `missing` names the symbols or currencies that did not come."""

    records: tuple[AnyRecord, ...] = ()
    missing: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProviderContext:
    """What a provider is made from.

    Attributes:
        settings: The table `[providers.NAME]` of the configuration.
        now: The clock in use.
        session_open: Whether an exchange (by market identifier code) is in session at an instant.
    """

    universe: Universe
    http: HttpClient
    now: Callable[[], dt.datetime]
    session_open: Callable[[str, dt.datetime], bool]
    settings: Mapping[str, object] = field(default_factory=dict)


class Provider(ABC):
    """One source.

    Class attributes:
        name: As written in the configuration and shown on the screen.
        offers: Capability → market identifier codes (or `ANY_EXCHANGE`).
        symbols_per_fetch: The most lines that one `fetch` should carry; the feed slices longer requests.
        requests_per_day: What the source allows, where it says so.
    """

    name: str
    offers: Mapping[Capability, frozenset[str]]
    symbols_per_fetch: int = 50
    requests_per_day: int | None = None

    @abstractmethod
    async def fetch(self, request: Request) -> Answer:
        """Answer a request.

        Raises:
            ProviderError: and nothing else, whatever the source sends.
        """

    async def close(self) -> None:  # noqa: B027 - most providers hold nothing to release
        """Release what the provider holds. The shared HTTP client is not its to close."""

    def serves(self, capability: Capability, exchange: str | None = None) -> bool:
        """Whether this provider offers the capability, for that exchange if one is given."""
        exchanges = self.offers.get(capability)
        if exchanges is None:
            return False
        return exchange is None or exchanges == ANY_EXCHANGE or exchange in exchanges
