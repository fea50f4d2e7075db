"""Client: all facts of a company in one request, by EDGAR's rules and from the cache where that serves."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from providers.base import BadAnswer, ProviderContext, ProviderError, RateLimited, Refused, SwitchedOff
from providers.files import user_folder
from providers.network_settings import NetworkSettings
from providers.reply import Reply
from providers.sec.cache import Cache, Held
from providers.sec.concepts import CONCEPTS
from providers.sec.facts import Facts, facts_of
from providers.sec.pace import BAN, Pace

NAME = "sec"
HOME = "https://data.sec.gov"
# What any process has just asked for serves capex and share counts alike.
FRESH = dt.timedelta(hours=1)
# The facts of a large company are some ten megabytes.
_LARGEST = 60_000_000
_LONGEST_CONTACT = 120


class Edgar:
    """Facts by company.

    Args:
        context: Its settings need a `contact`.
        folder: Where answers and the shared pace are kept; a folder in the platform's cache by default.
        sleep: Waits that many seconds.

    Raises:
        SwitchedOff: No contact, or none that EDGAR would accept.
    """

    def __init__(
        self,
        context: ProviderContext,
        folder: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        defaults = NetworkSettings(
            user_agent=f"narrows {_contact(context.settings)}",
            max_bytes=_LARGEST,
            requests_per_minute=480.0,
        )
        self._now = context.now
        self._http = context.http.for_provider(NAME, context.settings, defaults=defaults, home=HOME)
        folder = folder or user_folder("cache") / NAME
        self._cache = Cache(folder)
        self._pace = Pace(folder / "pace", context.now, sleep)

    async def facts(self, cik: int) -> Facts:
        """Return the facts of a company in use here; none at all for a number that EDGAR does not know.

        Raises:
            ProviderError: No usable answer.
        """
        held = self._cache.read(cik, CONCEPTS)
        now = self._now()
        if held is not None and dt.timedelta() <= now - held.asked < FRESH:
            return held.facts
        await self._pace.turn()
        reply = await self._http.get(
            f"{HOME}/api/xbrl/companyfacts/CIK{cik:010d}.json",
            headers=held.conditions() if held else {},
            accept=frozenset({304, 403, 404}),
        )
        match reply.status:
            case 403:
                raise self._refusal(reply)
            case 404:
                return {}
            case 304:
                if held is None:
                    raise BadAnswer(f"{reply.where} says that nothing has changed, which nobody asked")
                held = held.confirmed(now)
            case _:
                held = _held(reply, now)
        self._cache.write(cik, held)
        return held.facts

    def _refusal(self, reply: Reply) -> ProviderError:
        page = reply.text(lenient=True).lower()
        if "request rate threshold" in page:
            self._pace.rest(BAN)
            return RateLimited(f"{reply.where}: more than ten requests a second came from here", BAN)
        if "undeclared automated tool" in page:
            return Refused(f"{reply.where} does not accept the contact; {_EXPECTED}")
        return Refused(f"{reply.where} refuses this client (status 403)")


_EXPECTED = f'set a name and an e-mail address: [providers.{NAME}] contact = "Name name@example.org"'


def _held(reply: Reply, now: dt.datetime) -> Held:
    return Held(
        facts=facts_of(reply.json(), CONCEPTS),
        concepts=CONCEPTS,
        asked=now,
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
    )


def _contact(settings: Mapping[str, object]) -> str:
    """Return the contact of the settings, which EDGAR wants in the User-Agent."""
    contact = settings.get("contact")
    if contact is None:
        raise SwitchedOff(f"EDGAR wants to know who asks; {_EXPECTED}")
    text = contact.strip() if isinstance(contact, str) else ""
    usable = text.isascii() and text.isprintable() and len(text) <= _LONGEST_CONTACT
    if not usable or "@" not in text:
        raise SwitchedOff(f"[providers.{NAME}] contact is no name with an e-mail address; {_EXPECTED}")
    return text
