"""Books: accounts of companies as Yahoo has them, each asked for once a day and a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from urllib.parse import quote

from providers.base import ProviderError, RateLimited, Refused
from providers.handle import ProviderHttp
from providers.universe import Issuer
from providers.yahoo.fundamentals import TYPES, Accounts, accounts_of
from providers.yahoo.session import HOME

PATH = "/ws/fundamentals-timeseries/v1/finance/timeseries/"
GOOD_FOR = dt.timedelta(hours=20)
# Yahoo gives five quarters or so without a subscription, whatever the span.
_SPAN = dt.timedelta(days=3 * 366)


class Books:
    """Accounts by symbol. Safe to use by several tasks at once.

    Args:
        http: Without a crumb.
        now: The clock.
        places: How many requests go out at a time, together with other requests of the kind.
    """

    def __init__(self, http: ProviderHttp, now: Callable[[], dt.datetime], places: asyncio.Semaphore) -> None:
        self._http = http
        self._now = now
        self._places = places
        self._known: dict[str, tuple[dt.datetime, Accounts]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(
        self, issuers: Sequence[Issuer], patience: float
    ) -> tuple[dict[str, Accounts], ProviderError | None]:
        """Return accounts by issuer, asked for by the first line, and an error if there was one.

        In any order, so that no company is always the last; what has not come within `patience` seconds is
        left for another time.
        """
        found: dict[str, Accounts] = {}
        errors: list[ProviderError] = []

        async def look_up(issuer: Issuer) -> None:
            if errors and isinstance(errors[-1], RateLimited | Refused):
                return
            try:
                # Capex and valuations fall due together: the second takes what the first was told.
                async with self._turns[issuer.lines[0].symbol]:
                    found[issuer.id] = await self._accounts(issuer)
            except ProviderError as error:
                errors.append(error)

        shuffled = random.sample(issuers, len(issuers))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await asyncio.gather(*(look_up(issuer) for issuer in shuffled))
        return found, errors[0] if errors else None

    async def _accounts(self, issuer: Issuer) -> Accounts:
        symbol, now = issuer.lines[0].symbol, self._now()
        asked, known = self._known.get(symbol, (None, Accounts(issuer=issuer)))
        if asked is not None and dt.timedelta() <= now - asked < GOOD_FOR:
            return known
        params = {
            "symbol": symbol,
            "type": ",".join(TYPES),
            "period1": str(int((now - _SPAN).timestamp())),
            "period2": str(int(now.timestamp())),
        }
        address = f"{HOME}{PATH}{quote(symbol, safe='')}"
        async with self._places:
            reply = await self._http.get(address, params=params, accept=frozenset({404}))
        if reply.status == 404:
            return Accounts(issuer=issuer)
        accounts = accounts_of(reply.json(), issuer, now.date())
        if accounts.series:
            self._known[symbol] = now, accounts
        return accounts
