"""Alerts without a screen: notices made by hand, a network that answers from a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from metrics.alert_values import Value
from providers.http import HttpClient
from tests.metrics.alert_boards import NOW
from tui.alerts.notice import Notice
from tui.alerts.settings import Alert
from tui.alerts.watches import watch

SEVEN = "share.listed_pct >= 7"


class Time:
    """A clock that stands until it is moved; sleepers move it."""

    def __init__(self, at: dt.datetime = NOW) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


def notice(
    items: Mapping[str, Value | None] | None = None, *, own: bool = True, when: str = SEVEN, **settings: Any
) -> Notice:
    """A notice of an alert that says 7.02 %, or what `items` say by subject."""
    said = {"": 7.02} if items is None else items
    return Notice(watch=watch(Alert(when=when, **settings)), at=NOW, items=tuple(said.items()), own=own)


def network(answer: Callable[[httpx.Request], httpx.Response], time: Time) -> HttpClient:
    """A client whose every request is answered by a function."""
    return HttpClient(
        now=time.now,
        monotonic=time.monotonic,
        sleep=time.sleep,
        jitter=lambda: 0.5,
        transport=httpx.MockTransport(answer),
    )
