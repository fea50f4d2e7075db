"""Yahoo's session: a cookie, the crumb that goes with it, and good manners when either is refused.

Basic: `fc.yahoo.com` sets a cookie (with status 404), `getcrumb` gives the crumb. Where Yahoo wants consent
first (Europe), the consent form is answered in between. A refused crumb is renewed once; refused again, the
session rests, longer each time. Crumb and cookies appear in no message.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import NoReturn
from urllib.parse import urlencode, urljoin, urlsplit

from providers.base import ProviderError, RateLimited, Refused, Unreachable
from providers.faults import retry_after
from providers.handle import ProviderHttp
from providers.reply import Reply

HOME = "https://query1.finance.yahoo.com"
COOKIE_PAGE = "https://fc.yahoo.com/"
CRUMB_PATH = "/v1/test/getcrumb"
CONSENT_PAGE = "https://guce.yahoo.com/consent"
COLLECT_CONSENT = "https://consent.yahoo.com/v2/collectConsent"
COPY_CONSENT = "https://guce.yahoo.com/copyConsent"

CRUMB_LIFE = dt.timedelta(hours=24)
FIRST_REST = dt.timedelta(minutes=1)
LONGEST_REST = dt.timedelta(minutes=15)
REDIRECTS = 4

_REDIRECTED = frozenset({301, 302, 303, 307, 308})
# A page out of order (5xx) is an outage and not an answer.
_ANSWERS = frozenset(range(300, 500))


class Session:
    """Asks what needs a crumb. One per provider; safe to use by several tasks at once."""

    def __init__(self, http: ProviderHttp, now: Callable[[], dt.datetime]) -> None:
        self._http = http
        self._now = now
        self._crumb: str | None = None
        self._crumb_until: dt.datetime | None = None
        self._renewing = asyncio.Lock()
        self._consent_first = False
        self._rest = FIRST_REST
        self._resting_until: dt.datetime | None = None
        self._reason: ProviderError | None = None

    async def get(self, path: str, params: Mapping[str, str]) -> Reply:
        """Ask for a path with the crumb, renewed once if it is refused.

        Raises:
            ProviderError: No usable answer. While the session rests, `Refused` or `RateLimited` at once.
        """
        reply, crumb = await self._ask(path, params)
        if reply.status == 401 or reply.status in _REDIRECTED:
            self._forget(crumb)
            reply, crumb = await self._ask(path, params)
        if reply.status == 429:
            self._refuse(_limited(reply, self._now()))
        if reply.status != 200:
            self._forget(crumb)
            self._consent_first = not self._consent_first
            self._refuse(Refused(f"Yahoo refuses the session (status {reply.status}) also with a new crumb"))
        self._rest = FIRST_REST
        return reply

    async def _ask(self, path: str, params: Mapping[str, str]) -> tuple[Reply, str]:
        crumb = await self._current_crumb()
        accept = _REDIRECTED | {401, 403, 429}
        return await self._http.get(f"{HOME}{path}", params={**params, "crumb": crumb}, accept=accept), crumb

    async def _current_crumb(self) -> str:
        async with self._renewing:
            self._raise_if_resting()
            if self._crumb is None or self._crumb_until is None or self._now() >= self._crumb_until:
                self._crumb = await self._new_crumb()
                self._crumb_until = self._now() + CRUMB_LIFE
            return self._crumb

    async def _new_crumb(self) -> str:
        ways = [self._by_cookie, self._by_consent]
        for way in reversed(ways) if self._consent_first else ways:
            self._http.forget_cookies()
            crumb = await way()
            if crumb is not None:
                return crumb
        return self._refuse(Refused("Yahoo gave no crumb, neither at once nor after consent to its cookies"))

    async def _by_cookie(self) -> str | None:
        # Filters against advertising often block this host; the crumb sometimes comes without its cookie.
        with contextlib.suppress(Unreachable):
            await self._http.get(COOKIE_PAGE, accept=_ANSWERS)
        return await self._crumb_from(HOME)

    async def _by_consent(self) -> str | None:
        page = await self._follow(CONSENT_PAGE)
        form = hidden_fields(page.text(lenient=True)) if page is not None else {}
        token, session = form.get("csrfToken"), form.get("sessionId")
        if token is None or session is None:
            return None
        query = urlencode({"sessionId": session})
        answers = [
            ("agree", "agree"),
            ("agree", "agree"),
            ("consentUUID", "default"),
            ("sessionId", session),
            ("csrfToken", token),
            ("originalDoneUrl", "https://finance.yahoo.com/"),
            ("namespace", "yahoo"),
        ]
        await self._http.post(f"{COLLECT_CONSENT}?{query}", form=answers, accept=_ANSWERS)
        await self._http.get(f"{COPY_CONSENT}?{query}", accept=_ANSWERS)
        return await self._crumb_from("https://query2.finance.yahoo.com")

    async def _crumb_from(self, host: str) -> str | None:
        reply = await self._http.get(f"{host}{CRUMB_PATH}", accept=_ANSWERS)
        text = reply.text(lenient=True)
        if reply.status == 429 or "too many requests" in text.lower():
            self._refuse(_limited(reply, self._now()))
        return usable_crumb(text) if reply.status == 200 else None

    async def _follow(self, url: str) -> Reply | None:
        """Return the page behind a few redirects among Yahoo's own hosts."""
        for _ in range(REDIRECTS):
            reply = await self._http.get(url, accept=_ANSWERS)
            if reply.status not in _REDIRECTED:
                return reply if reply.status == 200 else None
            onward = _onward(url, reply.headers.get("location", ""))
            if onward is None:
                return None
            url = onward
        return None

    def _forget(self, crumb: str) -> None:
        """Drop a crumb, unless another task has already renewed it."""
        if self._crumb == crumb:
            self._crumb = None

    def _refuse(self, error: ProviderError) -> NoReturn:
        """Rest before the session is tried again, and say why."""
        pause = self._rest
        if isinstance(error, RateLimited) and error.retry_after is not None:
            pause = dt.timedelta(seconds=error.retry_after)
        self._rest = min(self._rest * 2, LONGEST_REST)
        self._resting_until = self._now() + pause
        self._reason = error
        raise error

    def _raise_if_resting(self) -> None:
        if self._resting_until is None or self._reason is None:
            return
        left = (self._resting_until - self._now()).total_seconds()
        # A wall clock that was set back must not prolong the rest without end.
        if not 0 < left <= max(LONGEST_REST.total_seconds(), _asked(self._reason)):
            self._resting_until = None
            return
        message = f"Yahoo's session rests until {self._resting_until:%H:%M:%S} UTC: {self._reason}"
        if isinstance(self._reason, RateLimited):
            raise RateLimited(message, left)
        raise Refused(message)


def usable_crumb(text: str) -> str | None:
    """Return the crumb of an answer, `None` for an empty one, a page or a sentence."""
    crumb = text.strip().replace("\\u002F", "/")
    proper = 0 < len(crumb) <= 64 and crumb.isascii() and crumb.isprintable()
    return crumb if proper and not any(mark in crumb for mark in " <>{}") else None


def hidden_fields(page: str) -> dict[str, str]:
    """Return name and value of each `input` of a page."""
    reader = _Inputs()
    with contextlib.suppress(AssertionError):  # the reader's own complaint about broken declarations
        reader.feed(page)
    return reader.found


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        name, value = named.get("name"), named.get("value")
        if tag == "input" and name and value:
            self.found[name] = value


def _onward(url: str, location: str) -> str | None:
    """Return where a redirect leads when that is one of Yahoo's own hosts."""
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return None
    own = host == "yahoo.com" or host.endswith(".yahoo.com")
    return target if parts.scheme == "https" and own else None


def _limited(reply: Reply, now: dt.datetime) -> RateLimited:
    return RateLimited(f"{reply.where} asks to slow down", retry_after(reply.headers, now))


def _asked(reason: ProviderError) -> float:
    return (reason.retry_after or 0.0) if isinstance(reason, RateLimited) else 0.0
