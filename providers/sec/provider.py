"""The provider: capex and share counts of the issuers that have a CIK."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

from providers.base import (
    ANY_EXCHANGE,
    Answer,
    Capability,
    Provider,
    ProviderContext,
    ProviderError,
    RateLimited,
    Refused,
    Request,
    SwitchedOff,
)
from providers.records import AnyRecord
from providers.sec.capex import capex
from providers.sec.client import NAME, Edgar
from providers.sec.shares import counted_line, share_counts
from providers.universe import Issuer, Line

# Counts from before the base date on, so that one is in force there.
_BEFORE_BASE = dt.timedelta(days=120)


class Sec(Provider):
    """EDGAR's company facts. Needs a `contact`; arguments and errors as in `Edgar`."""

    name = NAME
    offers = {  # noqa: RUF012 - declared by Provider as a Mapping: read-only
        Capability.CAPEX: ANY_EXCHANGE,
        Capability.SHARES: ANY_EXCHANGE,
    }
    # Companies are asked one after the other; so many take a few seconds.
    symbols_per_fetch = 12

    def __init__(
        self,
        context: ProviderContext,
        *,
        folder: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._edgar = Edgar(context, folder, sleep)
        self._now = context.now
        self._since = context.universe.base_date - _BEFORE_BASE
        self._issuers = {issuer.id: issuer for issuer in context.universe.issuers}

    async def fetch(self, request: Request) -> Answer:
        """Answer a request; see `Provider.fetch`.

        A company that fails costs itself; a refusal ends the round, and what was had until then counts.
        """
        if request.capability not in self.offers:
            raise SwitchedOff(f"{self.name} does not serve {request.capability}")
        records: list[AnyRecord] = []
        missing: list[str] = []
        trouble: ProviderError | None = None
        for line in request.lines:
            found: list[AnyRecord] = []
            if not isinstance(trouble, RateLimited | Refused):
                try:
                    found = await self._of(line, request.capability)
                except ProviderError as error:
                    trouble = error
            records += found
            missing += [] if found else [line.symbol]
        if trouble is not None and not records:
            raise trouble
        return Answer(records=tuple(records), missing=tuple(missing))

    async def _of(self, line: Line, capability: Capability) -> list[AnyRecord]:
        issuer = self._issuers.get(line.issuer)
        cik = None if issuer is None else _number(issuer)
        if issuer is None or cik is None:
            return []
        if capability is Capability.CAPEX:
            return [*capex(issuer, cik, await self._edgar.facts(cik))]
        if counted_line(issuer) != line:
            return []
        facts = await self._edgar.facts(cik)
        return [*share_counts(facts, line, self._since, self._now().date())]


def _number(issuer: Issuer) -> int | None:
    """Return an issuer's CIK, which is at most ten digits, with or without leading zeros."""
    cik = issuer.cik or ""
    return int(cik) if cik.isascii() and cik.isdigit() and len(cik) <= 10 else None
